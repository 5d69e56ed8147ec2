import { Switch, Text, Textarea, TextInput } from '@mantine/core';
import { resourceIdentifierFault } from '@tessera/contract/resource-identifier';
import type { Resource } from '@tessera/contract/resources';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../api';
import { descriptionFault, nameFault } from '../../field-faults';
import { ConflictActions } from '../../ui/conflict-actions';
import { FormDialog } from '../../ui/form-dialog';
import { useForm } from '../../ui/use-form';
import { ProjectChoice, ProjectFixed } from '../projects/project-choice';
import { resourceQuery, useCreateResource, useUpdateResource } from './queries';

export interface ResourceDialogProps {
  /** The resource to edit; without it the dialog creates one. */
  resource?: Resource;
  /** Where a new resource belongs, as far as it is known. */
  within?: { suiteId: string; projectId: string };
  /** Runs before `onClose`, with the resource as the server keeps it. */
  onSaved?: (resource: Resource) => void;
  onClose: () => void;
}

type Values = Pick<Resource, 'name' | 'suiteId' | 'projectId' | 'identifier' | 'description' | 'isDefault'>;

const toValues = ({ name, suiteId, projectId, identifier, description, isDefault }: Values): Values => ({
  name,
  suiteId,
  projectId,
  identifier,
  description,
  isDefault,
});

const nothing = { name: '', suiteId: '', projectId: '', identifier: '', description: '', isDefault: false };

/** Create or edit an API resource. Rendered only while open. */
export function ResourceDialog({ resource, within, onSaved, onClose }: ResourceDialogProps) {
  const { t } = useTranslation('resources');
  const create = useCreateResource();
  const update = useUpdateResource();
  const version = useRef(resource?.version ?? 0);
  const hintId = useId();
  const labels = {
    name: t('field.name'),
    suiteId: t('field.suite'),
    projectId: t('field.project'),
    identifier: t('field.identifier'),
    description: t('field.description'),
    isDefault: t('field.isDefault'),
  };

  const form = useForm<Values, Resource>({
    initial: toValues(resource ?? { ...nothing, ...within }),
    labels,
    required: ['name', 'suiteId', 'projectId', 'identifier'],
    check: (values) => ({
      name: nameFault(values.name, t('fault.name')),
      suiteId: values.suiteId ? undefined : t('fault.suite'),
      projectId: values.projectId ? undefined : t('fault.project'),
      identifier: values.identifier ? resourceIdentifierFault(values.identifier)?.message : t('fault.identifier'),
      description: descriptionFault(values.description),
    }),
    send: ({ name, description, isDefault, projectId, identifier }) =>
      resource
        ? update.mutateAsync({ id: resource.id, version: version.current, body: { name, description, isDefault } })
        : create.mutateAsync({ name, description, isDefault, projectId, identifier }),
    onSaved: (saved) => {
      onSaved?.(saved);
      onClose();
    },
    problemFields: { resource_taken: 'identifier' },
  });

  return (
    <FormDialog
      title={resource ? t('edit', { name: resource.name }) : t('create')}
      form={form}
      onClose={onClose}
      problemActions={
        resource && (
          <ConflictActions
            form={form}
            labels={{ name: labels.name, description: labels.description, isDefault: labels.isDefault }}
            read={() => queryClient.fetchQuery({ ...resourceQuery(resource.id), staleTime: 0 })}
            toValues={toValues}
            onVersion={(next) => {
              version.current = next;
            }}
          />
        )
      }
    >
      <TextInput data-autofocus {...form.text('name')} maxLength={200} autoComplete="off" />
      {resource ? (
        <ProjectFixed label={labels.projectId} description={t('hint.projectLocked')} of={resource} />
      ) : (
        <ProjectChoice suite={form.choice('suiteId')} project={form.choice('projectId')} suiteFirst={t('suiteFirst')} />
      )}
      <TextInput
        {...form.text('identifier')}
        description={t(resource ? 'hint.identifierLocked' : 'hint.identifier')}
        placeholder="https://api.example.com"
        readOnly={Boolean(resource)}
        variant={resource ? 'filled' : 'default'}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
      />
      <Textarea {...form.text('description')} autosize minRows={2} maxRows={6} />
      <div>
        {/* Its own description would become part of the label. */}
        <Switch
          size="md"
          {...form.toggle('isDefault')}
          disabled={resource?.isDefault ?? false}
          aria-describedby={hintId}
        />
        <Text id={hintId} size="xs" c="dimmed" mt={4}>
          {t(resource?.isDefault ? 'hint.isTheDefault' : 'hint.isDefault')}
        </Text>
      </div>
    </FormDialog>
  );
}
