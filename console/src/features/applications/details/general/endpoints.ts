import type { Application } from '@tessera/contract/applications';

export const endpointNames = ['issuer', 'discovery', 'authorize', 'token', 'userinfo', 'jwks', 'logout'] as const;
export type EndpointName = (typeof endpointNames)[number];

/** Where the protocol answers below an issuer (docs: HTTP surface). */
export function endpointsOf({ issuer }: Pick<Application, 'issuer'>): Record<EndpointName, string> {
  return {
    issuer,
    discovery: `${issuer}/.well-known/openid-configuration`,
    authorize: `${issuer}/authorize`,
    token: `${issuer}/token`,
    userinfo: `${issuer}/userinfo`,
    jwks: `${issuer}/jwks`,
    logout: `${issuer}/logout`,
  };
}
