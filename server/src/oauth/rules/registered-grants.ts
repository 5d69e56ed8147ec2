import { deviceCodeGrant, type GrantType } from './grants.js';

/** What a client asks for, as far as the kind of client follows from it (RFC 7591 §2). */
export interface AskedGrants {
  grantTypes: readonly string[];
  /** Null where the client says nothing. */
  responseTypes: readonly string[] | null;
  authMethod: string;
}

type Type = 'authorization_flow' | 'authorization_pkce_flow' | 'client_credentials' | 'device_flow';

/** The authenticator type of a client that registers itself, and whether it gets refresh tokens; or what is wrong. */
export function chooseType(asked: AskedGrants): { type: Type; refreshes: boolean } | { fault: string } {
  const { grantTypes, responseTypes, authMethod } = asked;
  const unknown = grantTypes.find((grant) => !offered.has(grant));
  if (unknown === 'password') return { fault: 'The grant type password is not for clients that register themselves' };
  if (unknown !== undefined) return { fault: 'A grant type is not supported' };
  // RFC 9700 §2.1.2; RFC 7591 §2 lets the server leave out what it does not offer.
  const left = grantTypes.filter((grant) => grant !== 'implicit');
  const refreshes = left.includes('refresh_token');
  const asksForCode = left.includes('authorization_code');
  if (asksForCode && responseTypes !== null && !responseTypes.includes('code'))
    return { fault: 'Only the response type code is supported' };
  if (left.includes('client_credentials')) {
    if (left.some((grant) => grant !== 'client_credentials' && grant !== 'refresh_token'))
      return { fault: 'client_credentials goes with no other grant type' };
    if (authMethod === 'none') return { fault: 'client_credentials is for clients that authenticate themselves' };
    return { type: 'client_credentials', refreshes: false };
  }
  // Many clients name the device grant beside the code flow; they are registered for the code flow.
  if (asksForCode) return { type: authMethod === 'none' ? 'authorization_pkce_flow' : 'authorization_flow', refreshes };
  if (left.includes(deviceCodeGrant)) return { type: 'device_flow', refreshes };
  return { fault: 'No grant type is left that is supported' };
}

const offered = new Set<string>([
  'authorization_code',
  'refresh_token',
  'client_credentials',
  deviceCodeGrant,
  'implicit',
] satisfies (GrantType | 'implicit')[]);
