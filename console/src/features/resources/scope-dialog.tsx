import { TextInput } from '@mantine/core';
import type { Scope } from '@tessera/contract/resources';
import { scopeNameFault } from '@tessera/contract/scope-name';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../api';
import { i18n } from '../../i18n';
import { ConflictActions } from '../../ui/conflict-actions';
import { FormDialog } from '../../ui/form-dialog';
import { useForm } from '../../ui/use-form';
import { scopeQuery, useCreateScope, useUpdateScope } from './queries';

export interface ScopeDialogProps {
  resourceId: string;
  /** The scope to edit; without it the dialog creates one. */
  scope?: Scope;
  /** Runs before `onClose`, with the scope as the server keeps it. */
  onSaved?: (scope: Scope) => void;
  onClose: () => void;
}

type Values = Pick<Scope, 'name' | 'description'>;

const toValues = ({ name, description }: Values): Values => ({ name, description });

function sentenceFault(value: string, empty: string): string | undefined {
  if (value.trim() === '') return empty;
  return value.trim().length > 200 ? i18n.t('fault.tooLong', { max: 200 }) : undefined;
}

/** Create a scope, or change its sentence. Rendered only while open. */
export function ScopeDialog({ resourceId, scope, onSaved, onClose }: ScopeDialogProps) {
  const { t } = useTranslation('resources');
  const create = useCreateScope(resourceId);
  const update = useUpdateScope(resourceId);
  const version = useRef(scope?.version ?? 0);
  const labels = { name: t('scopes.name'), description: t('scopes.description') };

  const form = useForm<Values, Scope>({
    initial: toValues(scope ?? { name: '', description: '' }),
    labels,
    required: ['name', 'description'],
    check: (values) => ({
      name: scope ? undefined : scopeNameFault(values.name)?.message,
      description: sentenceFault(values.description, t('fault.sentence')),
    }),
    send: (values) =>
      scope
        ? update.mutateAsync({
            id: scope.id,
            version: version.current,
            body: { description: values.description },
          })
        : create.mutateAsync(values),
    onSaved: (saved) => {
      onSaved?.(saved);
      onClose();
    },
    problemFields: { scope_taken: 'name' },
  });

  return (
    <FormDialog
      title={scope ? t('scopes.edit', { name: scope.name }) : t('scopes.create')}
      form={form}
      onClose={onClose}
      problemActions={
        scope && (
          <ConflictActions
            form={form}
            labels={{ description: labels.description }}
            read={() => queryClient.fetchQuery({ ...scopeQuery(resourceId, scope.id), staleTime: 0 })}
            toValues={toValues}
            onVersion={(next) => {
              version.current = next;
            }}
          />
        )
      }
    >
      <TextInput
        data-autofocus={scope ? undefined : true}
        {...form.text('name')}
        description={t(scope ? 'scopes.nameLocked' : 'scopes.nameHint')}
        readOnly={Boolean(scope)}
        variant={scope ? 'filled' : 'default'}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
      />
      <TextInput
        data-autofocus={scope ? true : undefined}
        {...form.text('description')}
        description={t('scopes.sentenceHint')}
        autoComplete="off"
      />
    </FormDialog>
  );
}
