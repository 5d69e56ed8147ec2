import type { Application, AuthenticatorType } from '@tessera/contract/applications';

const endpointNames = [
  'issuer',
  'discovery',
  'authorize',
  'deviceAuthorization',
  'token',
  'userinfo',
  'jwks',
  'logout',
] as const;
export type EndpointName = (typeof endpointNames)[number];

/** The endpoints an application has a use for, in order: a device asks elsewhere than a browser. */
export function endpointNamesOf(type: AuthenticatorType): EndpointName[] {
  const unused = type === 'device_flow' ? 'authorize' : 'deviceAuthorization';
  return endpointNames.filter((name) => name !== unused);
}

/** Where the protocol answers below an issuer (docs: HTTP surface). */
export function endpointsOf({ issuer }: Pick<Application, 'issuer'>): Record<EndpointName, string> {
  return {
    issuer,
    discovery: `${issuer}/.well-known/openid-configuration`,
    authorize: `${issuer}/authorize`,
    deviceAuthorization: `${issuer}/device_authorization`,
    token: `${issuer}/token`,
    userinfo: `${issuer}/userinfo`,
    jwks: `${issuer}/jwks`,
    logout: `${issuer}/logout`,
  };
}
