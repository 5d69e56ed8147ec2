import { unauthorizedClient } from '../errors.js';

type Type = 'user_credentials' | 'authorization_flow' | 'authorization_pkce_flow' | 'client_credentials';
export type GrantType = 'authorization_code' | 'refresh_token' | 'password' | 'client_credentials';

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
};

/** True when applications of the type authenticate with a secret. */
export function isConfidentialType(type: Type): boolean {
  return presets[type].confidential;
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
