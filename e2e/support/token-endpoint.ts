import type { ApplicationWithSecret } from '@tessera/contract/applications';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { Person } from './api.js';

export interface TokenAnswer {
  status: number;
  allowOrigin: string | null;
  body: { access_token?: string; refresh_token?: string; expires_in?: number; error?: string };
}

/** Asks the token endpoint of the application's suite, as the client itself would. */
export async function askToken(
  application: Pick<ApplicationWithSecret, 'issuer' | 'clientId' | 'clientSecret'>,
  params: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const { issuer, clientId, clientSecret } = application;
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({
      client_id: clientId,
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
      ...params,
    }),
  });
  return {
    status: answer.status,
    allowOrigin: answer.headers.get('access-control-allow-origin'),
    body: (await answer.json()) as TokenAnswer['body'],
  };
}

/** RFC 6749 §4.3: a token for a user of a User Credentials application. */
export function askTokenFor(
  application: Parameters<typeof askToken>[0],
  user: Pick<Person, 'email' | 'password'>,
  headers?: Record<string, string>,
): Promise<TokenAnswer> {
  return askToken(application, { grant_type: 'password', username: user.email, password: user.password }, headers);
}

export interface AccessTokenClaims extends JWTPayload {
  client_id: string;
  iat: number;
  exp: number;
  act?: { sub: string };
}

/** Checks an access token (RFC 9068 §4) against the published keys of the suite and answers its claims. */
export async function verifyAccessToken(issuer: string, token: string): Promise<AccessTokenClaims> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const { payload } = await jwtVerify<AccessTokenClaims>(token, keys, { issuer, typ: 'at+jwt' });
  return payload;
}
