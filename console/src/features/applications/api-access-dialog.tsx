import { Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import type { ApplicationScopes } from '@tessera/contract/resources';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../api';
import { ConflictActions } from '../../ui/conflict-actions';
import { FormDialog } from '../../ui/form-dialog';
import { showToast } from '../../ui/toasts';
import { useForm } from '../../ui/use-form';
import { ScopeChecks } from '../resources/scope-checks';
import { type ChoosableScope, scopeLabel, useScopeChoice } from '../resources/use-scope-choice';
import { applicationScopesQuery, useSetApplicationScopes } from './api-access-queries';

export interface ApiAccessDialogProps {
  application: Application;
  access: ApplicationScopes;
  onClose: () => void;
}

const toValues = ({ scopes }: ApplicationScopes) => ({ scopes: scopes.map(scopeLabel).sort() });

/** Chooses the scopes an application may ask for. Rendered only while open. */
export function ApiAccessDialog({ application, access, onClose }: ApiAccessDialogProps) {
  const { t } = useTranslation('resources');
  const { id, name, suiteId, suiteName, projectId, projectName } = application;
  const save = useSetApplicationScopes(id);
  const version = useRef(access.version);
  const choice = useScopeChoice(access.scopes);
  const labels = { scopes: t('access.scopes') };
  const form = useForm({
    initial: toValues(access),
    labels,
    send: ({ scopes }) => save.mutateAsync({ scopeIds: choice.idsOf(scopes), version: version.current }),
    onSaved: () => {
      showToast(t('access.saved', { name }));
      onClose();
    },
  });
  const isOwn = (scope: ChoosableScope) => scope.projectId === projectId;
  const shared = {
    choice,
    value: form.values.scopes,
    onChange: (scopes: string[]) => form.set('scopes', scopes),
    error: form.fault('scopes'),
  };

  async function read() {
    const newest = await queryClient.fetchQuery({ ...applicationScopesQuery(id), staleTime: 0 });
    choice.see(newest.scopes);
    return newest;
  }

  return (
    <FormDialog
      title={t('access.dialog', { name })}
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
      <Text size="sm">{t('access.effect')}</Text>
      <ScopeChecks
        {...shared}
        id={form.fieldId('scopes')}
        label={t('access.own', { project: projectName })}
        within={{ projectId }}
        isOffered={isOwn}
      />
      <ScopeChecks
        {...shared}
        label={t('access.others', { suite: suiteName })}
        within={{ suiteId, exceptProjectId: projectId }}
        isOffered={(scope) => !isOwn(scope)}
        error={undefined}
      />
    </FormDialog>
  );
}
