import { Alert, NativeSelect, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { Application } from '@tessera/contract/applications';
import { signingAlgorithms } from '@tessera/contract/signing';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '../../../../ui/form';
import { SaveBar } from '../../../../ui/save-bar';
import { hasSecret } from '../../authenticator-type';
import { NewSecret } from '../../new-secret';
import { Panel } from '../panel';
import { useApplicationForm } from '../use-application-form';
import {
  type AuthenticationValues,
  authMethods,
  checkAuthentication,
  signsWithKey,
  toAuthenticationFields,
  toAuthenticationValues,
} from './authentication-values';
import { FetchedKeys } from './fetched-keys';
import { secretListQuery } from './queries';

const places = ['none', 'here', 'url'] as const;

/** How the application proves itself at the token endpoint, and the keys that it signs with. */
export function AuthenticationForm({ application }: { application: Application }) {
  const { t } = useTranslation('application-details');
  const client = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const isConfidential = hasSecret(application.authenticatorType);
  const { form, conflictActions } = useApplicationForm<AuthenticationValues>(application, {
    labels: {
      tokenEndpointAuthMethod: t('authentication.method'),
      tokenEndpointAuthSigningAlg: t('authentication.alg'),
      keys: t('authentication.keys'),
      jwks: t('authentication.jwks'),
      jwksUri: t('authentication.jwksUrl'),
    },
    check: (values) => checkAuthentication(values, t),
    toValues: toAuthenticationValues,
    toFields: toAuthenticationFields,
    // A fault of one key belongs to the whole text.
    pathOf: (field) => field.split('.', 1)[0] ?? field,
    onSaved: ({ clientSecret }) => {
      client.invalidateQueries({ queryKey: secretListQuery(application.id).queryKey });
      if (clientSecret) setSecret(clientSecret);
    },
  });
  const { values } = form;

  return (
    <Panel
      title={t('authentication.title')}
      description={t(isConfidential ? 'authentication.text' : 'authentication.textPublic')}
    >
      <Form form={form} problemActions={conflictActions}>
        {isConfidential && (
          <NativeSelect
            {...form.choice('tokenEndpointAuthMethod')}
            onChange={(event) => form.set('tokenEndpointAuthMethod', event.currentTarget.value)}
            data={authMethods.map((value) => ({ value, label: t(`authentication.methods.${value || 'any'}`) }))}
            description={t(`authentication.hints.${methodOf(values)}`)}
          />
        )}
        {isConfidential && <Effects before={application.tokenEndpointAuthMethod ?? ''} values={values} />}
        {isConfidential && signsWithKey(values) && (
          <NativeSelect
            {...form.choice('tokenEndpointAuthSigningAlg')}
            onChange={(event) => form.set('tokenEndpointAuthSigningAlg', event.currentTarget.value)}
            data={[{ value: '', label: t('authentication.anyAlg') }, ...signingAlgorithms]}
            maw={280}
          />
        )}
        <Radio.Group
          {...form.choice('keys')}
          onChange={(chosen) => form.set('keys', places.find((each) => each === chosen) ?? 'none')}
          description={t('authentication.keysHint')}
        >
          <Stack gap="xs" mt={4}>
            {places.map((place) => (
              <Radio key={place} value={place} label={t(`authentication.places.${place}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {values.keys === 'here' && (
          <Textarea
            {...form.text('jwks')}
            description={t('authentication.jwksHint')}
            placeholder='{"keys": [{"kty": "EC", …}]}'
            autosize
            minRows={4}
            maxRows={16}
            autoComplete="off"
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          />
        )}
        {values.keys === 'url' && (
          <TextInput
            {...form.text('jwksUri')}
            description={t('authentication.jwksUrlHint')}
            placeholder="https://app.example.com/jwks.json"
            type="url"
            autoComplete="off"
            spellCheck={false}
          />
        )}
        {values.keys === 'url' && (
          <FetchedKeys
            key={values.jwksUri.trim()}
            applicationId={application.id}
            jwksUri={values.jwksUri.trim()}
            disabled={checkAuthentication(values, t).jwksUri !== undefined}
          />
        )}
        <SaveBar form={form} />
      </Form>
      {secret && <NewSecret application={application} secret={secret} onClose={() => setSecret(null)} />}
    </Panel>
  );
}

/** What a save does to the client secrets; nothing where it leaves them alone. */
function Effects({ before, values }: { before: string; values: AuthenticationValues }) {
  const { t } = useTranslation('application-details');
  const after = values.tokenEndpointAuthMethod;
  return (
    <div role="status">
      {effectOf(before, after) && (
        <Alert role="note" color="yellow" variant="light" py="xs" icon={<IconAlertTriangle aria-hidden />}>
          {t(`authentication.effects.${effectOf(before, after) || 'revoked'}`)}
        </Alert>
      )}
    </div>
  );
}

function effectOf(before: string, after: string): 'revoked' | 'replaced' | 'made' | '' {
  if (before === after) return '';
  if (after === 'private_key_jwt') return 'revoked';
  if (before === 'private_key_jwt') return 'made';
  return after === 'client_secret_jwt' ? 'replaced' : '';
}

function methodOf(values: AuthenticationValues) {
  return authMethods.find((each) => each !== '' && each === values.tokenEndpointAuthMethod) || 'any';
}
