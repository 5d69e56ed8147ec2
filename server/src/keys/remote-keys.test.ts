import { exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import type { OutboundAnswer, OutboundFetch } from '../platform/outbound-fetch.js';
import { createRemoteKeys } from './remote-keys.js';

const url = 'https://app.example.com/jwks.json';

async function published(kid: string): Promise<string> {
  const { publicKey } = await generateKeyPair('ES256');
  return JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid }] });
}

/** A way out whose answers a test decides, one after the other. */
function scripted(...answers: (string | Error)[]) {
  let calls = 0;
  let now = 1_000;
  const fetch: OutboundFetch = {
    async get(): Promise<OutboundAnswer> {
      const answer = answers[Math.min(calls, answers.length - 1)] ?? '';
      calls += 1;
      if (answer instanceof Error) throw answer;
      return { status: 200, contentType: 'application/json', body: answer };
    },
    post: () => Promise.reject(new Error('not here')),
  };
  const keys = createRemoteKeys(fetch, { now: () => now });
  return {
    calls: () => calls,
    advance: (seconds: number) => {
      now += seconds;
    },
    read: (renew = false) => keys.read(url, renew),
    has: async (kid: string, renew = false) =>
      Promise.resolve((await keys.read(url, renew))({ alg: 'ES256', kid }, { payload: '', signature: '' })).then(
        () => true,
        () => false,
      ),
  };
}

test('a document counts for 5 minutes', async () => {
  const remote = scripted(await published('a'), await published('b'));
  await Promise.all([remote.has('a'), remote.has('a')]);
  remote.advance(299);
  expect(await remote.has('a')).toBe(true);
  expect(remote.calls()).toBe(1);
  remote.advance(1);
  expect(await remote.has('a')).toBe(false);
  expect(await remote.has('b')).toBe(true);
  expect(remote.calls()).toBe(2);
});

test('OpenID Connect Core §10.1.1: an unknown kid has it read again, at most once in 10 s', async () => {
  const remote = scripted(await published('a'), await published('b'));
  expect(await remote.has('a')).toBe(true);
  remote.advance(9);
  expect(await remote.has('b', true)).toBe(false);
  expect(remote.calls()).toBe(1);
  remote.advance(1);
  expect(await remote.has('b', true)).toBe(true);
  expect(await remote.has('c', true)).toBe(false);
  expect(remote.calls()).toBe(2);
});

test('a known key counts on while a newer document cannot be read', async () => {
  const remote = scripted(await published('a'), new Error('down'));
  expect(await remote.has('a')).toBe(true);
  remote.advance(10);
  await expect(remote.read(true)).rejects.toThrow('down');
  expect(await remote.has('a')).toBe(true);
  remote.advance(290);
  await expect(remote.read()).rejects.toThrow('down');
});

test('a failure counts for 10 s, so that a dead address is not asked by every request', async () => {
  const remote = scripted(new Error('down'), await published('a'));
  for (const renew of [false, true, false]) await expect(remote.read(renew)).rejects.toThrow('down');
  expect(remote.calls()).toBe(1);
  remote.advance(10);
  expect(await remote.has('a')).toBe(true);
});

test.each([
  ['no JSON', '<html>', 'not JSON'],
  ['no list', '{"keys":{}}', 'no JWKS'],
  ['a list of texts', '{"keys":["x"]}', 'no JWKS'],
  ['null', 'null', 'no JWKS'],
  ['51 keys', JSON.stringify({ keys: Array.from({ length: 51 }, () => ({ kty: 'EC' })) }), 'more than 50'],
  ['a symmetric key', '{"keys":[{"kty":"oct","k":"AAAA"}]}', 'private or symmetric'],
  ['a private key', '{"keys":[{"kty":"EC","crv":"P-256","x":"x","y":"y","d":"d"}]}', 'private or symmetric'],
])('RFC 7517 §5: %s is refused', async (_, body, message) => {
  await expect(scripted(body).read()).rejects.toThrow(message);
});
