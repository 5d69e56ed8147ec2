import { Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Suite } from '@tessera/contract/suites';
import { type ChangeEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../api';
import { descriptionFault, nameFault, slugFault, slugFrom } from '../../field-faults';
import { ConflictActions } from '../../ui/conflict-actions';
import { FormDialog } from '../../ui/form-dialog';
import { useForm } from '../../ui/use-form';
import { meQuery } from '../session/queries';
import { suiteQuery, useCreateSuite, useUpdateSuite } from './queries';

export interface SuiteDialogProps {
  /** The suite to edit; without it the dialog creates one. */
  suite?: Suite;
  /** What was typed already, for a new suite. */
  name?: string;
  /** Runs before `onClose`, with the suite as the server keeps it. */
  onSaved?: (suite: Suite) => void;
  onClose: () => void;
}

const toValues = ({ name, description, slug }: Pick<Suite, 'name' | 'description' | 'slug'>) => ({
  name,
  description,
  slug,
});

/** Create or edit a suite. Rendered only while open. */
export function SuiteDialog({ suite, name = '', onSaved, onClose }: SuiteDialogProps) {
  const { t } = useTranslation('suites');
  const { data: me } = useQuery(meQuery);
  const create = useCreateSuite();
  const update = useUpdateSuite();
  const version = useRef(suite?.version ?? 0);
  // The key follows the name until somebody writes one.
  const [ownSlug, setOwnSlug] = useState(false);
  const labels = { name: t('field.name'), description: t('field.description'), slug: t('field.slug') };

  const form = useForm({
    initial: toValues(suite ?? { name, description: '', slug: slugFrom(name) }),
    labels,
    required: ['name'],
    check: (values) => ({
      name: nameFault(values.name, t('fault.name'), 2),
      description: descriptionFault(values.description),
      slug: ownSlug ? slugFault(values.slug) : undefined,
    }),
    send: ({ name: given, description, slug }) =>
      suite
        ? update.mutateAsync({ id: suite.id, version: version.current, body: { name: given, description } })
        : create.mutateAsync({ name: given, description, ...(ownSlug && { slug }) }),
    onSaved: (saved) => {
      onSaved?.(saved);
      onClose();
    },
    problemFields: { name_taken: 'name', slug_taken: 'slug' },
  });

  function changeName(event: ChangeEvent<HTMLInputElement>) {
    form.set('name', event.currentTarget.value);
    if (!suite && !ownSlug) form.set('slug', slugFrom(event.currentTarget.value));
  }

  function changeSlug(event: ChangeEvent<HTMLInputElement>) {
    form.set('slug', event.currentTarget.value);
    setOwnSlug(event.currentTarget.value !== '');
  }

  const base = me?.consoleIssuer.replace(/[^/]*$/, '') ?? '';
  return (
    <FormDialog
      title={suite ? t('edit', { name: suite.name }) : t('create')}
      form={form}
      onClose={onClose}
      problemActions={
        suite && (
          <ConflictActions
            form={form}
            labels={{ name: labels.name, description: labels.description }}
            read={() => queryClient.fetchQuery({ ...suiteQuery(suite.id), staleTime: 0 })}
            toValues={toValues}
            onVersion={(next) => {
              version.current = next;
            }}
          />
        )
      }
    >
      <TextInput data-autofocus {...form.text('name')} onChange={changeName} maxLength={200} autoComplete="off" />
      <Textarea {...form.text('description')} autosize minRows={2} maxRows={6} />
      <TextInput
        {...form.text('slug')}
        description={suite ? t('slug.locked') : t('slug.hint', { issuer: base + (form.values.slug || t('slug.key')) })}
        readOnly={Boolean(suite)}
        variant={suite ? 'filled' : 'default'}
        onChange={changeSlug}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
      />
    </FormDialog>
  );
}
