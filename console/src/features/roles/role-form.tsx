import { Alert, Text, Textarea, TextInput } from '@mantine/core';
import type { RoleWithScopes } from '@tessera/contract/roles';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../api';
import { descriptionFault, nameFault } from '../../field-faults';
import { ConflictActions } from '../../ui/conflict-actions';
import { FormDialog } from '../../ui/form-dialog';
import { useForm } from '../../ui/use-form';
import { ProjectChoice, ProjectFixed } from '../projects/project-choice';
import { ScopeChecks } from '../resources/scope-checks';
import { scopeLabel, useScopeChoice } from '../resources/use-scope-choice';
import { roleQuery, useCreateRole, useUpdateRole } from './queries';

export interface RoleFormProps {
  role?: RoleWithScopes;
  /** Where a new role belongs, as far as it is known. */
  within?: { suiteId: string; projectId: string };
  /** Runs before `onClose`, with the role as the server keeps it. */
  onSaved?: (role: RoleWithScopes) => void;
  onClose: () => void;
}

interface Values {
  name: string;
  suiteId: string;
  projectId: string;
  description: string;
  /** By their labels. */
  scopes: string[];
}

const toValues = ({ name, suiteId, projectId, description, scopes }: RoleWithScopes): Values => ({
  name,
  suiteId,
  projectId,
  description,
  scopes: scopes.map(scopeLabel).sort(),
});

const nothing: Values = { name: '', suiteId: '', projectId: '', description: '', scopes: [] };

/** The form of a role in its dialog. */
export function RoleForm({ role, within, onSaved, onClose }: RoleFormProps) {
  const { t } = useTranslation('roles');
  const create = useCreateRole();
  const update = useUpdateRole();
  const version = useRef(role?.version ?? 0);
  const choice = useScopeChoice(role?.scopes ?? []);
  const labels = {
    name: t('field.name'),
    suiteId: t('field.suite'),
    projectId: t('field.project'),
    description: t('field.description'),
    scopes: t('field.scopes'),
  };

  const form = useForm<Values, RoleWithScopes>({
    initial: role ? toValues(role) : { ...nothing, ...within },
    labels,
    required: ['name', 'suiteId', 'projectId'],
    check: (values) => ({
      name: nameFault(values.name, t('fault.name')),
      suiteId: values.suiteId ? undefined : t('fault.suite'),
      projectId: values.projectId ? undefined : t('fault.project'),
      description: descriptionFault(values.description),
    }),
    send: ({ name, description, projectId, scopes }) => {
      const body = { name, description, scopeIds: choice.idsOf(scopes) };
      return role
        ? update.mutateAsync({ id: role.id, version: version.current, body })
        : create.mutateAsync({ ...body, projectId });
    },
    onSaved: (saved) => {
      onSaved?.(saved);
      onClose();
    },
    problemFields: { name_taken: 'name' },
  });
  const { projectId } = form.values;

  async function read() {
    const newest = await queryClient.fetchQuery({ ...roleQuery(role?.id ?? ''), staleTime: 0 });
    choice.see(newest.scopes);
    return newest;
  }

  function changeProject(id: string) {
    form.set('projectId', id);
    // Scopes of another project cannot be carried.
    form.set('scopes', []);
  }

  return (
    <FormDialog
      title={role ? t('edit', { name: role.name }) : t('create')}
      form={form}
      onClose={onClose}
      problemActions={
        role && (
          <ConflictActions
            form={form}
            labels={{ name: labels.name, description: labels.description, scopes: labels.scopes }}
            read={read}
            toValues={toValues}
            onVersion={(next) => {
              version.current = next;
            }}
          />
        )
      }
    >
      <TextInput
        data-autofocus
        {...form.text('name')}
        description={t('hint.name')}
        maxLength={200}
        autoComplete="off"
      />
      {role ? (
        <ProjectFixed label={labels.projectId} description={t('hint.projectLocked')} of={role} />
      ) : (
        <ProjectChoice
          suite={form.choice('suiteId')}
          project={{ ...form.choice('projectId'), onChange: changeProject }}
          suiteFirst={t('suiteFirst')}
        />
      )}
      <Textarea {...form.text('description')} autosize minRows={2} maxRows={6} />
      {projectId ? (
        <ScopeChecks
          key={projectId}
          id={form.fieldId('scopes')}
          label={labels.scopes}
          description={t('hint.scopes')}
          within={{ projectId }}
          choice={choice}
          value={form.values.scopes}
          onChange={(scopes) => form.set('scopes', scopes)}
          error={form.fault('scopes')}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t('hint.projectFirst')}
        </Text>
      )}
      {role && <Opened role={role} chosen={form.values.scopes} />}
    </FormDialog>
  );
}

/** What everybody will have, because the last role that carried it lets it go. */
function Opened({ role, chosen }: { role: RoleWithScopes; chosen: string[] }) {
  const { t, i18n } = useTranslation('roles');
  const opened = role.scopes.filter((scope) => scope.onlyRole && !chosen.includes(scopeLabel(scope)));
  if (opened.length === 0) return null;
  const scopes = new Intl.ListFormat(i18n.language).format(opened.map(({ name }) => name));
  return (
    <Alert role="status" color="yellow" variant="light">
      {t('hint.opens', { scopes, count: opened.length })}
    </Alert>
  );
}
