import { Button, MultiSelect, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ApplicationUser } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import type { UserRole } from '@tessera/contract/roles';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { toProblem } from '../../../../problem';
import { ConflictActions } from '../../../../ui/conflict-actions';
import { FormDialog } from '../../../../ui/form-dialog';
import { ProblemAlert } from '../../../../ui/problem-alert';
import { showToast } from '../../../../ui/toasts';
import { useForm } from '../../../../ui/use-form';
import { roleListQuery } from '../../../roles/queries';
import { readUser, useSetRoles } from './queries';
import '../../../../texts/roles';

export interface RolesDialogProps {
  application: Application;
  user: ApplicationUser;
  onClose: () => void;
}

/** A role as the form keeps it and a person reads it; unique in a suite. */
const labelOf = ({ name, projectName }: Pick<UserRole, 'name' | 'projectName'>) => `${name} (${projectName})`;
const toValues = ({ roles }: Pick<ApplicationUser, 'roles'>) => ({ roles: roles.map(labelOf).sort() });

/** The roles a person has through this application. Rendered only while open. */
export function RolesDialog({ application, user, onClose }: RolesDialogProps) {
  const { t } = useTranslation('roles');
  const { suiteId, suiteName, projectName } = application;
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 300);
  const query = useQuery(roleListQuery({ suiteId, ...(q && { q }), limit: 100 }));
  const ids = useRef(new Map(user.roles.map((role) => [labelOf(role), role.id])));
  const found = query.data?.items ?? [];
  for (const role of found) ids.current.set(labelOf(role), role.id);
  const version = useRef(user.version);
  const save = useSetRoles(application.id);
  const labels = { roles: t('user.label') };

  const form = useForm({
    initial: toValues(user),
    labels,
    send: ({ roles }) =>
      save.mutateAsync({
        id: user.id,
        version: version.current,
        roleIds: roles.flatMap((label) => ids.current.get(label) ?? []),
      }),
    onSaved: () => {
      showToast(t('user.saved', { email: user.email }));
      onClose();
    },
    // The fault of one entry is the fault of the list.
    problemFields: { role_not_found: 'roles' },
  });

  async function read() {
    const newest = await readUser(application.id, user.id);
    for (const role of newest.roles) ids.current.set(labelOf(role), role.id);
    return newest;
  }

  // Those of the application's own project first.
  const own = found.filter((role) => role.projectId === application.projectId);
  const offered = [...own, ...found.filter((role) => !own.includes(role))].map(labelOf);
  const chosen = form.values.roles.filter((label) => !offered.includes(label));
  const isEmpty = query.data?.total === 0 && q === '' && user.roles.length === 0;
  return (
    <FormDialog
      title={t('user.title', { email: user.email })}
      form={form}
      onClose={onClose}
      problemActions={
        <ConflictActions
          form={form}
          labels={labels}
          read={read}
          toValues={toValues}
          onVersion={(next) => {
            version.current = next;
          }}
        />
      }
    >
      {query.error && <ProblemAlert problem={toProblem(query.error)} />}
      {isEmpty ? (
        <>
          <Text size="sm">{t('user.none', { suite: suiteName })}</Text>
          <Button
            component={Link}
            to={`/roles?suite=${suiteId}&project=${application.projectId}&create=1`}
            variant="default"
          >
            {t('user.create')}
          </Button>
        </>
      ) : (
        <MultiSelect
          {...form.choice('roles')}
          onChange={(roles) => form.set('roles', [...roles].sort())}
          data-autofocus
          description={t('user.hint', { project: projectName, suite: suiteName })}
          data={[...chosen, ...offered]}
          searchable
          clearable
          hidePickedOptions
          onSearchChange={setTyped}
        />
      )}
    </FormDialog>
  );
}
