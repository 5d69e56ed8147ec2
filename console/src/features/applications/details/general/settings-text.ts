import type { Application } from '@tessera/contract/applications';
import { hasSecret, needsRedirectUrl } from '../../authenticator-type';
import { endpointsOf } from './endpoints';

export const settingsFormats = ['env', 'json', 'curl'] as const;
export type SettingsFormat = (typeof settingsFormats)[number];

type Described = Pick<Application, 'issuer' | 'clientId' | 'authenticatorType' | 'redirectUris'>;

/** What a developer copies to connect the application. A secret is never in it: it stands as a variable. */
export function settingsText(application: Described, format: SettingsFormat): string {
  if (format === 'env') return envOf(application);
  if (format === 'json') return jsonOf(application);
  return curlOf(application);
}

/** Lines of the .env file, without the secret. */
export function settingsEnv({ issuer, clientId, redirectUris }: Described): Record<string, string> {
  const [redirectUri] = redirectUris;
  return { TESSERA_ISSUER: issuer, CLIENT_ID: clientId, ...(redirectUri && { REDIRECT_URI: redirectUri }) };
}

function envOf(application: Described): string {
  const lines = Object.entries(settingsEnv(application)).map(([name, value]) => `${name}=${value}`);
  if (hasSecret(application.authenticatorType)) lines.push('CLIENT_SECRET=');
  return lines.join('\n');
}

function jsonOf(application: Described): string {
  const { authorize, deviceAuthorization, token, userinfo, jwks, logout } = endpointsOf(application);
  const settings = {
    issuer: application.issuer,
    client_id: application.clientId,
    ...(hasSecret(application.authenticatorType) && { client_secret: '$CLIENT_SECRET' }),
    ...(application.redirectUris.length > 0 && { redirect_uris: application.redirectUris }),
    ...(application.authenticatorType === 'device_flow'
      ? { device_authorization_endpoint: deviceAuthorization }
      : { authorization_endpoint: authorize }),
    token_endpoint: token,
    userinfo_endpoint: userinfo,
    jwks_uri: jwks,
    end_session_endpoint: logout,
  };
  return JSON.stringify(settings, null, 2);
}

const grants = {
  user_credentials: { grant_type: 'password', username: '$EMAIL', password: '$PASSWORD' },
  authorization_flow: { grant_type: 'authorization_code', code: '$CODE' },
  authorization_pkce_flow: { grant_type: 'authorization_code', code: '$CODE', code_verifier: '$CODE_VERIFIER' },
  client_credentials: { grant_type: 'client_credentials' },
  device_flow: { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: '$DEVICE_CODE' },
} as const satisfies Record<Application['authenticatorType'], Record<string, string>>;

/** The token request as shell commands; a device asks for its codes first (RFC 8628 §3.1). */
function curlOf(application: Described): string {
  const { authenticatorType, clientId, redirectUris } = application;
  const { deviceAuthorization, token } = endpointsOf(application);
  const [redirectUri] = redirectUris;
  const request = commandOf(token, {
    ...grants[authenticatorType],
    ...(needsRedirectUrl(authenticatorType) && redirectUri && { redirect_uri: redirectUri }),
    client_id: clientId,
    ...(hasSecret(authenticatorType) && { client_secret: '$CLIENT_SECRET' }),
  });
  if (authenticatorType !== 'device_flow') return request;
  return `${commandOf(deviceAuthorization, { client_id: clientId, scope: 'openid' })}\n${request}`;
}

/** Values in single quotes, variables in double quotes so that the shell fills them in. */
function commandOf(url: string, fields: Record<string, string>): string {
  const lines = Object.entries(fields).map(([name, value]) => `  --data-urlencode ${quote(`${name}=${value}`, value)}`);
  return [`curl ${quote(url)}`, ...lines].join(' \\\n');
}

function quote(text: string, value = ''): string {
  return /^\$[A-Z_]+$/.test(value) ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}
