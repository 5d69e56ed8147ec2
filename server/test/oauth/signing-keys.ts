import type { KeyChange, RotateKeys, SigningAlgorithm, SigningKey } from '@tessera/contract/keys';
import type { Page } from '@tessera/contract/list';
import { createLocalJWKSet, decodeProtectedHeader, type JWK, jwtVerify } from 'jose';
import { rotateKeys } from '../../src/jobs/rotate-keys.js';
import { makeMissingKeys } from '../../src/keys/make-missing-keys.js';
import type { ApiAnswer, GivenApplication } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import { anotherSuite, credentials, send, type TokenBody, type World } from './requests.js';

export type PublishedKey = JWK & { kid: string; alg: string };
type Status = SigningKey['status'];

/** Seconds; the longest that an access token may live (domain rule 5). */
export const longestToken = 86_400;
export const day = 86_400;

/** The JWKS of the suite, as a client fetches it. */
export async function fetchKeys(world: Pick<World, 'issuer'>): Promise<PublishedKey[]> {
  const answer = await send<{ keys: PublishedKey[] }>(`${world.issuer}/jwks`, {});
  if (answer.status !== 200) throw new Error(`No JWKS came: ${answer.status} ${answer.text}`);
  return answer.body.keys;
}

export function kidOf(jwt: string | undefined): string {
  return decodeProtectedHeader(jwt ?? '').kid ?? '';
}

/** A suite with its keys, an application whose access tokens live as long as they may, and a person signed in to it. */
export interface KeySuite extends World {
  app: GivenApplication;
  browser: Browser;
  now(): number;
  advance(seconds: number): void;
  runJob(): Promise<unknown>;
  tokens(): Promise<TokenBody>;
  /** Tokens after a sign-in of their own, when the session of the browser has ended. */
  newTokens(): Promise<TokenBody>;
  keys(alg?: SigningAlgorithm): Promise<SigningKey[]>;
  /** The only key of that algorithm and status. */
  key(alg: SigningAlgorithm, status: Status): Promise<SigningKey>;
  rotate(body?: RotateKeys): Promise<ApiAnswer<KeyChange>>;
  revoke(kid: string): Promise<ApiAnswer<KeyChange>>;
  setDays(keyRotationDays: number): Promise<void>;
  published(): Promise<string[]>;
  isActive(token: string): Promise<boolean>;
  /** True where a client accepts the token by the JWKS. */
  verifies(jwt: string): Promise<boolean>;
}

/** A new suite of the same server, rotated only when the test says so; `complete`: with all the keys that the job makes. */
export async function givenKeySuite(of: World, { complete = false } = {}): Promise<KeySuite> {
  const world = await anotherSuite(of);
  const { admin, suite, server } = world;
  const runJob = () => rotateKeys(server.deps);
  if (complete) {
    const { db, config, clock, keys } = server.deps;
    await makeMissingKeys({ db, masterKey: config.masterKey }, suite.id, clock.now());
    keys.clear();
  }
  const app = await admin.givenApplication(world.project, 'authorization_flow', {
    accessTokenLifespan: longestToken,
    refreshTokenLifespan: longestToken + 1,
  });
  const person = await admin.givenUser(app.id);
  const browser = await world.signedIn(app, person);
  const path = `/suites/${suite.id}`;

  async function keys(alg?: SigningAlgorithm): Promise<SigningKey[]> {
    const { body } = await admin.api<Page<SigningKey>>('GET', `${path}/keys`);
    return body.items.filter((key) => alg === undefined || key.alg === alg);
  }
  async function setDays(keyRotationDays: number): Promise<void> {
    const answer = await admin.api('PATCH', path, { keyRotationDays });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }
  await setDays(3_650);

  return {
    ...world,
    app,
    browser,
    now: () => server.clock.now(),
    advance: (seconds) => server.clock.advance(seconds),
    runJob,
    tokens: () => world.tokensFor(browser, app),
    newTokens: async () => world.tokensFor(await world.signedIn(app, person), app),
    keys,
    async key(alg, status) {
      const found = (await keys(alg)).filter((key) => key.status === status);
      if (found.length !== 1 || !found[0]) throw new Error(`${found.length} ${status} ${alg} keys`);
      return found[0];
    },
    rotate: (body = {}) => admin.api('POST', `${path}/keys/rotate`, body),
    revoke: (kid) => admin.api('POST', `${path}/keys/${kid}/revoke`),
    setDays,
    published: async () => (await fetchKeys(world)).map((key) => key.kid),
    async isActive(token) {
      const answer = await world.post<{ active: boolean }>('/introspect', { token }, credentials(app));
      return answer.body.active;
    },
    async verifies(jwt) {
      const jwks = createLocalJWKSet({ keys: await fetchKeys(world) });
      const verified = jwtVerify(jwt, jwks, { currentDate: new Date(server.clock.now() * 1000) });
      return verified.then(
        () => true,
        () => false,
      );
    },
  };
}
