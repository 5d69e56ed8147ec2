import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeProofKey } from '../oauth/proofs.js';
import { basic, send, startWorld, type TokenBody, type World } from '../oauth/requests.js';
import { changeClient } from '../support/client-settings.js';
import { testClient } from '../support/server.js';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test('RFC 9449 §9: the management API says use_dpop_nonce in its challenge, and takes the token with the nonce', async () => {
  const { server } = world;
  const key = await makeProofKey(world);
  const { id } = await server.deps.db
    .selectFrom('applications')
    .select('id')
    .where('clientId', '=', testClient.clientId)
    .executeTakeFirstOrThrow();
  await changeClient(server, id, { dpopBound: true });

  const url = `${server.issuer('system')}/token`;
  const ask = async (nonce?: string) =>
    send<TokenBody>(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        dpop: await key.proof({ url, claims: { nonce } }),
        ...basic(testClient.clientId, testClient.clientSecret),
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: `${server.url}/api` }).toString(),
    });
  const nonce = (await ask()).headers.get('dpop-nonce') ?? '';
  const { access_token: token } = (await ask(nonce)).body;

  const suites = `${server.url}/api/v1/suites`;
  const call = async (claims: { nonce?: string }) =>
    send<{ code: string }>(suites, {
      headers: {
        authorization: `DPoP ${token}`,
        dpop: await key.proof({ method: 'GET', url: suites, token, claims }),
      },
    });
  const challenged = await call({});
  expect(challenged.status).toBe(401);
  expect(challenged.headers.get('www-authenticate')).toBe('DPoP error="use_dpop_nonce"');
  expect((await call({ nonce: challenged.headers.get('dpop-nonce') ?? '' })).status).toBe(200);
  const bearer = await send(suites, { headers: { authorization: `Bearer ${token}` } });
  expect([bearer.status, bearer.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
});
