import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import { makeProofKey, type ProofKey } from './proofs.js';
import { expectRefused, pkcePair, redemption, requestOf, startWorld, type World } from './requests.js';

let world: World;
let web: GivenApplication;
let browser: Browser;
let key: ProofKey;
let other: ProofKey;
let parUrl: string;
let tokenUrl: string;
const pkce = pkcePair();

beforeAll(async () => {
  world = await startWorld();
  web = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  browser = await world.signedIn(web, await world.admin.givenUser(web.id));
  [key, other] = await Promise.all([makeProofKey(world), makeProofKey(world)]);
  parUrl = `${world.issuer}/par`;
  tokenUrl = `${world.issuer}/token`;
});
afterAll(() => world.close());

function push(headers: Record<string, string>, params: Record<string, string> = {}) {
  const { client_id: _, ...request }: Record<string, string> = {
    response_type: 'code',
    scope: 'openid',
    code_challenge: pkce.challenge,
    code_challenge_method: 'S256',
    ...requestOf(web),
    ...params,
  };
  return world.as<{ request_uri: string; error?: string }>(web, '/par', request, headers);
}

async function codeOf(requestUri: string): Promise<string> {
  const url = new URL(`${world.issuer}/authorize`);
  url.search = new URLSearchParams({ client_id: web.clientId, request_uri: requestUri }).toString();
  return (await browser.open(url)).url.searchParams.get('code') ?? '';
}

describe('RFC 9449 §10.1: a proof with a pushed request', () => {
  test('binds the code to its key: another key or none is refused, the same one works', async () => {
    const { status, body } = await push({ dpop: await key.proof({ url: parUrl }) });
    expect(status).toBe(201);
    const redeem = redemption(await codeOf(body.request_uri), { code_verifier: pkce.verifier });
    const bound = { status: 400, error: 'invalid_grant', row: { rule: 'dpop.code' } };
    await expectRefused(world, await world.as(web, '/token', redeem), bound);
    const stolen = { dpop: await other.proof({ url: tokenUrl }) };
    await expectRefused(world, await world.as(web, '/token', redeem, stolen), bound);
    const own = await world.as(web, '/token', redeem, { dpop: await key.proof({ url: tokenUrl }) });
    expect([own.status, own.body.token_type]).toEqual([200, 'DPoP']);
  });

  test('and dpop_jkt name the same key, or the request is refused', async () => {
    const same = await push({ dpop: await key.proof({ url: parUrl }) }, { dpop_jkt: key.jkt });
    expect(same.status).toBe(201);
    const differs = await push({ dpop: await key.proof({ url: parUrl }) }, { dpop_jkt: other.jkt });
    await expectRefused(world, differs, {
      status: 400,
      error: 'invalid_dpop_proof',
      row: { rule: 'dpop.par', endpoint: 'par', expected: other.jkt, received: key.jkt },
    });
  });

  test('that is wrong, for another endpoint, or was used before is refused', async () => {
    const refused = (rule: string) => ({ status: 400, error: 'invalid_dpop_proof', row: { rule, endpoint: 'par' } });
    const elsewhere = await key.proof({ url: tokenUrl });
    await expectRefused(world, await push({ dpop: elsewhere }), refused('dpop.htu'));
    const forged = await key.proof({ url: parUrl, header: { jwk: other.publicJwk } });
    await expectRefused(world, await push({ dpop: forged }), refused('dpop.proof'));
    const proof = await key.proof({ url: parUrl });
    expect((await push({ dpop: proof })).status).toBe(201);
    await expectRefused(world, await push({ dpop: proof }), refused('dpop.replay'));
  });

  test('RFC 9449 §8: of an application that has to bind its tokens has the nonce', async () => {
    await changeClient(world.server, web.id, { dpopBound: true });
    const first = await push({ dpop: await key.proof({ url: parUrl }) });
    expect([first.status, first.body.error]).toEqual([400, 'use_dpop_nonce']);
    const nonce = first.headers.get('dpop-nonce') ?? '';
    expect((await push({ dpop: await key.proof({ url: parUrl, claims: { nonce } }) })).status).toBe(201);
    await changeClient(world.server, web.id, { dpopBound: false });
  });
});
