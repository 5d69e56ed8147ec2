import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../code-block';
import { settingsText } from '../general/settings-text';
import { Panel } from '../panel';
import { CodeFlow } from './code-flow';
import { DeviceFlow } from './device-flow';
import { DirectFlow } from './direct-flow';

export interface TokenCardProps {
  application: Application;
  /** Filled in when a token for this user is wanted; empty otherwise. */
  email: string;
  onCreateUser: (email: string) => void;
}

const flows = {
  user_credentials: DirectFlow,
  authorization_flow: CodeFlow,
  authorization_pkce_flow: CodeFlow,
  device_flow: DeviceFlow,
};

/** Generate token (manual M4a, M4b, M4c). Key it by the authenticator type: another type starts with empty fields. */
export function TokenCard({ application, email, onCreateUser }: TokenCardProps) {
  const { t } = useTranslation('application-details');
  const type = application.authenticatorType;
  if (type === 'client_credentials')
    return (
      <Panel title={t('token.machineTitle')} description={t('token.machineText')}>
        <CodeBlock text={settingsText(application, 'curl')} what={t('token.curlCommand')} label={t('token.curl')} />
      </Panel>
    );
  const Flow = flows[type];
  return (
    <Panel title={t('token.title')} description={t(`token.text.${type}`)}>
      <Flow application={application} email={email} onCreateUser={onCreateUser} />
    </Panel>
  );
}
