import type { AuthenticatorType } from '@tessera/contract/applications';

/** The authenticator types in the order they are offered; plain data, so that no schema comes into the browser. */
export const authenticatorTypes = [
  'user_credentials',
  'authorization_flow',
  'authorization_pkce_flow',
  'client_credentials',
  'device_flow',
] as const satisfies readonly AuthenticatorType[];

export function isAuthenticatorType(value: string | null | undefined): value is AuthenticatorType {
  return authenticatorTypes.some((type) => type === value);
}

/** True where the authenticator type sends people to a redirect URL (domain rule 3). */
export function needsRedirectUrl(type: AuthenticatorType | ''): boolean {
  return type === 'authorization_flow' || type === 'authorization_pkce_flow';
}

/** True where the application proves itself with a client secret (domain rule 2). */
export function hasSecret(type: AuthenticatorType): boolean {
  return type !== 'authorization_pkce_flow' && type !== 'device_flow';
}

/** True where only a back end can ask for tokens, so that an allowed origin is of no use. */
export function isBackEndOnly(type: AuthenticatorType | ''): boolean {
  return type === 'user_credentials' || type === 'client_credentials';
}
