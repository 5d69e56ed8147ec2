import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Application, Secret } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../../../problem';
import { ProblemAlert } from '../../../../ui/problem-alert';
import { ShowOnceSecretDialog } from '../../../../ui/show-once-secret-dialog';
import { hasSecret } from '../../authenticator-type';
import { settingsEnv } from '../general/settings-text';
import { Panel } from '../panel';
import { useApplication } from '../use-application';
import { AuthenticationForm } from './authentication-form';
import { secretListQuery } from './queries';
import { RevokeSecretDialog } from './revoke-secret-dialog';
import { SecretDialog } from './secret-dialog';
import { SecretsTable } from './secrets-table';

/** Credentials: the client secrets, or why there are none, and how the application authenticates itself. */
export function CredentialsTab() {
  const application = useApplication();
  return (
    <Stack gap="md">
      {usesSecret(application) ? <Secrets application={application} /> : <NoSecrets application={application} />}
      {!application.builtIn && signsSomething(application) && (
        <AuthenticationForm key={application.authenticatorType} application={application} />
      )}
    </Stack>
  );
}

/** False for a device, which has neither a request nor an assertion to sign, unless it brought a key. */
function signsSomething({ authenticatorType, tokenEndpointAuthMethod: method, jwks, jwksUri }: Application): boolean {
  const isPublic = method === null || method === 'none';
  return authenticatorType !== 'device_flow' || !isPublic || jwks !== null || jwksUri !== null;
}

/** True where a secret is sent, or used to sign. */
function usesSecret({ authenticatorType, tokenEndpointAuthMethod: method }: Application): boolean {
  return method === null ? hasSecret(authenticatorType) : method !== 'none' && method !== 'private_key_jwt';
}

function NoSecrets({ application }: { application: Application }) {
  const { t } = useTranslation('application-details');
  const { authenticatorType, tokenEndpointAuthMethod: method } = application;
  const reason = authenticatorType === 'device_flow' ? 'secrets.publicDevice' : 'secrets.public';
  return (
    <Panel title={t('secrets.title')}>
      <Text size="sm">{t(method === 'private_key_jwt' ? 'secrets.signs' : reason)}</Text>
    </Panel>
  );
}

function Secrets({ application }: { application: Application }) {
  const { t } = useTranslation(['application-details', 'ui']);
  const query = useQuery(secretListQuery(application.id));
  const [adding, setAdding] = useState<'add' | 'rotate' | null>(null);
  const [revoking, setRevoking] = useState<Secret | null>(null);
  const [shown, setShown] = useState<{ name: string; value: string } | null>(null);
  const hasActive = query.data?.some((secret) => secret.status === 'active') ?? false;

  return (
    <Panel
      title={t('secrets.title')}
      description={t('secrets.text')}
      actions={
        <Group gap="xs">
          {hasActive && (
            <Button variant="default" onClick={() => setAdding('rotate')}>
              {t('secrets.rotate')}
            </Button>
          )}
          <Button onClick={() => setAdding('add')}>{t('secrets.add')}</Button>
        </Group>
      }
    >
      {query.error && (
        <ProblemAlert
          problem={toProblem(query.error)}
          actions={
            <Button size="compact-sm" variant="default" onClick={() => query.refetch()}>
              {t('ui:tryAgain')}
            </Button>
          }
        />
      )}
      {query.data && <SecretsTable secrets={query.data} onRevoke={setRevoking} onAdd={() => setAdding('add')} />}
      {adding && (
        <SecretDialog
          application={application}
          rotate={adding === 'rotate'}
          onClose={() => setAdding(null)}
          onMade={({ name, clientSecret }) => setShown({ name, value: clientSecret })}
        />
      )}
      {shown && (
        <ShowOnceSecretDialog
          title={t('secret.title', { name: shown.name })}
          what={t('secret.inSentence')}
          secret={shown.value}
          env={{ ...settingsEnv(application), CLIENT_SECRET: shown.value }}
          fileName={application.clientId}
          onClose={() => setShown(null)}
        />
      )}
      {revoking && <RevokeSecretDialog application={application} secret={revoking} onClose={() => setRevoking(null)} />}
    </Panel>
  );
}
