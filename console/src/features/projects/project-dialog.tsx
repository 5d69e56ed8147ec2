import { Select, Textarea, TextInput } from '@mantine/core';
import type { Project } from '@tessera/contract/projects';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../api';
import { descriptionFault, nameFault } from '../../field-faults';
import { ConflictActions } from '../../ui/conflict-actions';
import { FormDialog } from '../../ui/form-dialog';
import { SearchSelect } from '../../ui/search-select';
import { useForm } from '../../ui/use-form';
import { useSuiteOptions } from '../suites/queries';
import { projectQuery, useCreateProject, useUpdateProject } from './queries';

const environments = ['development', 'staging', 'production'] as const satisfies Project['environment'][];

export interface ProjectDialogProps {
  /** The project to edit; without it the dialog creates one. */
  project?: Project;
  /** Suite of a new project. */
  suiteId?: string;
  /** False lets another suite be chosen than `suiteId`. */
  suiteLocked?: boolean;
  /** What was typed already, for a new project. */
  name?: string;
  /** Runs before `onClose`, with the project as the server keeps it. */
  onSaved?: (project: Project) => void;
  onClose: () => void;
}

type Values = Pick<Project, 'name' | 'suiteId' | 'environment' | 'description'>;

const toValues = ({ name, suiteId, environment, description }: Values): Values => ({
  name,
  suiteId,
  environment,
  description,
});

/** Create or edit a project. Rendered only while open. */
export function ProjectDialog(props: ProjectDialogProps) {
  const { project, suiteId = '', suiteLocked = suiteId !== '', name = '', onSaved, onClose } = props;
  const { t } = useTranslation('projects');
  const create = useCreateProject();
  const update = useUpdateProject();
  const version = useRef(project?.version ?? 0);
  const labels = {
    name: t('field.name'),
    suiteId: t('field.suite'),
    environment: t('field.environment'),
    description: t('field.description'),
  };

  const form = useForm<Values, Project>({
    initial: toValues(project ?? { name, suiteId, environment: 'development', description: '' }),
    labels,
    required: ['name', 'suiteId'],
    check: (values) => ({
      name: nameFault(values.name, t('fault.name'), 2),
      suiteId: values.suiteId ? undefined : t('fault.suite'),
      description: descriptionFault(values.description),
    }),
    send: ({ suiteId: suite, ...body }) =>
      project
        ? update.mutateAsync({ id: project.id, version: version.current, body })
        : create.mutateAsync({ suiteId: suite, ...body }),
    onSaved: (saved) => {
      onSaved?.(saved);
      onClose();
    },
    problemFields: { name_taken: 'name' },
  });
  const suites = useSuiteOptions(form.values.suiteId);
  const suiteFixed = project !== undefined || suiteLocked;

  return (
    <FormDialog
      title={project ? t('edit', { name: project.name }) : t('create')}
      form={form}
      onClose={onClose}
      problemActions={
        project && (
          <ConflictActions
            form={form}
            labels={labels}
            read={() => queryClient.fetchQuery({ ...projectQuery(project.id), staleTime: 0 })}
            toValues={toValues}
            onVersion={(next) => {
              version.current = next;
            }}
          />
        )
      }
    >
      <TextInput data-autofocus {...form.text('name')} maxLength={200} autoComplete="off" />
      <SearchSelect
        {...form.choice('suiteId')}
        {...suites}
        description={project ? t('suiteLocked') : undefined}
        readOnly={suiteFixed}
        variant={suiteFixed ? 'filled' : 'default'}
      />
      <Select
        {...form.choice('environment')}
        data={environments.map((value) => ({ value, label: t(`environment.${value}`) }))}
        onChange={(value) => value && form.set('environment', value)}
        allowDeselect={false}
      />
      <Textarea {...form.text('description')} autosize minRows={2} maxRows={6} />
    </FormDialog>
  );
}
