import { unauthorizedClient } from '../errors.js';

type Type =
  | 'user_credentials'
  | 'authorization_flow'
  | 'authorization_pkce_flow'
  | 'client_credentials'
  | 'device_flow';

export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code';

export type GrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'password'
  | 'client_credentials'
  | typeof deviceCodeGrant;

interface Authenticating {
  authenticatorType: Type;
  metadata: { authMethod: string | null };
}

/** The grants and client authentication of each authenticator type (domain rule 2). */
const presets: Record<Type, { label: string; confidential: boolean; grants: readonly GrantType[] }> = {
  user_credentials: { label: 'User Credentials', confidential: true, grants: ['password', 'refresh_token'] },
  authorization_flow: {
    label: 'Authorization Flow',
    confidential: true,
    grants: ['authorization_code', 'refresh_token'],
  },
  authorization_pkce_flow: {
    label: 'Authorization PKCE Flow',
    confidential: false,
    grants: ['authorization_code', 'refresh_token'],
  },
  client_credentials: { label: 'Client Credentials', confidential: true, grants: ['client_credentials'] },
  device_flow: { label: 'Device Flow', confidential: false, grants: [deviceCodeGrant, 'refresh_token'] },
};

/** The grants of an authenticator type. */
export function grantsOf(type: Type): readonly GrantType[] {
  return presets[type].grants;
}

/** True when the client authenticates: by its registered method, else as its authenticator type says. */
export function isConfidential(client: Authenticating): boolean {
  const { authMethod } = client.metadata;
  return authMethod === null ? presets[client.authenticatorType].confidential : authMethod !== 'none';
}

/** Checks that the authenticator type has the grant; throws `unauthorized_client`. */
export function checkGrantAllowed(type: Type, grant: GrantType): void {
  const { label, grants } = presets[type];
  if (!grants.includes(grant))
    throw unauthorizedClient('The application may not use this grant', {
      rule: 'grant.not_allowed',
      reason: `${label} applications may not use ${grant}.`,
      expected: grants.join(' '),
      received: grant,
    });
}
