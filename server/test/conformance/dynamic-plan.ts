import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { expect } from 'vitest';
import { applicationOf, type Registered, register, setRegistration } from '../oauth/registrations.js';
import { type Answer, basic, type TokenBody } from '../oauth/requests.js';
import type { GivenApplication } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import type { TestServerOptions } from '../support/server.js';
import {
  type Changes,
  type Claims,
  callback,
  checkCallback,
  checkTokens,
  type Plan,
  random,
  startPlan,
} from './plan.js';

/** A key of a client: RSA, as the tester’s own. */
export interface Key {
  jwk: JWK;
  privateKey: CryptoKey;
}

/** A client that registered itself. */
export interface Client extends Registered {
  app: GivenApplication;
  key: Key;
}

interface Signed {
  /** Signs the client assertion in place of the client’s own key. */
  key?: Key;
  /** Audience of the client assertion; the token endpoint unless it is said. */
  aud?: string;
}

interface DynamicFlow {
  sent: Record<string, string>;
  asked: string[];
  tokens: TokenBody;
  idToken: Claims;
}

/** The dynamic plan: a client registers itself for each module. */
export interface DynamicPlan extends Plan {
  /** Registers as `OIDCCCreateDynamicClientRegistrationRequest` does, and checks the answer as protocol.md §3 says. */
  registerClient(metadata?: Record<string, unknown>, headers?: Record<string, string>): Promise<Client>;
  /** Status and error of a registration that is refused. */
  refusal(metadata: Record<string, unknown>): Promise<[number, string | undefined]>;
  /** Calls an endpoint with the authentication that the client registered. */
  call<T = TokenBody>(
    client: Client,
    path: string,
    params: Record<string, string>,
    signed?: Signed,
  ): Promise<Answer<T>>;
  /** A code flow with all that every module checks. */
  run(browser: Browser, client: Client, params?: Changes, signed?: Signed): Promise<DynamicFlow>;
}

/** Makes a key; without a kid unless one is given. */
export async function makeKey(kid?: string): Promise<Key> {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(pair.publicKey)), alg: 'RS256', use: 'sig', ...(kid === undefined ? {} : { kid }) };
  return { jwk, privateKey: pair.privateKey as CryptoKey };
}

export async function startDynamicPlan(options: TestServerOptions = {}): Promise<DynamicPlan> {
  const env = { TESSERA_MAX_REGISTRATIONS_PER_ADDRESS: '1000', ...options.env };
  const plan = await startPlan({ ...options, env });
  await setRegistration(plan, 'open');
  // RSA keys take long to make: one for all clients that bring none.
  const key = await makeKey();

  async function assertionOf(client: Client, { key = client.key, aud = `${plan.issuer}/token` }: Signed) {
    const now = plan.server.clock.now();
    const { client_id: id } = client;
    const claims = { iss: id, sub: id, aud, jti: randomUUID(), iat: now, exp: now + 60 };
    const isMac = client.token_endpoint_auth_method === 'client_secret_jwt';
    const client_assertion = await new SignJWT(claims)
      .setProtectedHeader({
        alg: isMac ? 'HS256' : 'RS256',
        ...(key.jwk.kid === undefined ? {} : { kid: key.jwk.kid }),
      })
      .sign(isMac ? new TextEncoder().encode(client.client_secret) : key.privateKey);
    return { client_assertion, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
  }

  const dynamic: DynamicPlan = {
    ...plan,
    async registerClient(metadata = {}, headers = {}) {
      const document = {
        client_name: `OIDF Conformance Test ${random(12)}`,
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [callback],
        token_endpoint_auth_method: 'private_key_jwt',
        contacts: ['certification@oidf.org'],
        ...('jwks_uri' in metadata ? {} : { jwks: { keys: [key.jwk] } }),
        ...metadata,
      };
      const answer = await register(plan, document, headers);
      expect([answer.status, answer.body.error]).toEqual([201, undefined]);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const { body } = answer;
      expect(body.client_id).toMatch(/./);
      expect(body.registration_access_token).toMatch(/./);
      expect(body.registration_client_uri).toMatch(/^https?:\/\//);
      if (body.client_secret !== undefined) expect(body.client_secret_expires_at).toBeTypeOf('number');
      return { ...body, app: await applicationOf(plan, body), key };
    },
    async refusal(metadata) {
      const answer = await register(plan, { redirect_uris: [callback], ...metadata });
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      return [answer.status, answer.body.error];
    },
    async call(client, path, params, signed = {}) {
      const { client_id, client_secret = '', token_endpoint_auth_method: method } = client;
      if (method === 'client_secret_basic') return plan.post(path, params, basic(client_id, client_secret));
      if (method === 'client_secret_post') return plan.post(path, { ...params, client_id, client_secret });
      if (method === 'none') return plan.post(path, { ...params, client_id });
      return plan.post(path, { ...params, ...(await assertionOf(client, signed)) });
    },
    async run(browser, client, params = {}, signed = {}) {
      const { code_verifier = '', ...wanted } = params;
      const { sent, view, asked } = await plan.visit(browser, wanted, { app: client.app });
      const redirect_uri = sent.redirect_uri ?? callback;
      const code = checkCallback(plan, { ...sent, redirect_uri }, view);
      const redemption = { grant_type: 'authorization_code', code, redirect_uri, code_verifier };
      const tokens = checkTokens(await dynamic.call(client, '/token', redemption, signed));
      const idToken = await plan.checkIdToken(tokens.id_token, client.app, sent.nonce);
      return { asked, sent, tokens, idToken };
    },
  };
  return dynamic;
}
