import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setRegistration } from './registrations.js';
import { expectRefused, refusalOf, send, startWorld, type World } from './requests.js';

const origin = 'https://app.example.com';
let world: World;

beforeAll(async () => {
  world = await startWorld();
  await setRegistration(world, 'open');
  await world.admin.givenApplication(world.project, 'authorization_pkce_flow', { allowedOrigins: [origin] });
});
afterAll(() => world.close());

const jsonEndpoints = ['token', 'par', 'introspect', 'revoke', 'device_authorization', 'userinfo', 'register'];
const pages = ['authorize', 'sign-in', 'consent', 'device', 'logout'];

const form = 'application/x-www-form-urlencoded';
const bodies = [
  ['more than 64 KB', form, 'a'.repeat(70_000), 413, 'param.too_large'],
  ['a content type without a slash', 'bogus', 'a=b', 400, 'param.content_type'],
  ['a content type of separators', 'text/;;', 'a=b', 400, 'param.content_type'],
  ['another content type', 'text/plain', 'a=b', 400, 'param.content_type'],
] as const;

function post(endpoint: string, contentType: string, body: string) {
  return send(`${world.issuer}/${endpoint}`, {
    method: 'POST',
    headers: { 'content-type': contentType, origin },
    body,
  });
}

describe('domain rule 14, RFC 9110 §15.5.14: a body that is not read is a refusal like any other', () => {
  describe.each(bodies)('%s', (_, contentType, body, status, rule) => {
    // For userinfo a body of another type has no token in it (RFC 6750 §2.2).
    const isRead = (endpoint: string) => endpoint !== 'userinfo' || contentType !== 'text/plain';
    test.each(jsonEndpoints.filter(isRead))('/%s: JSON, a row, and the CORS headers of the suite', async (endpoint) => {
      const answer = await post(endpoint, contentType, body);
      await expectRefused(world, answer, { status, error: 'invalid_request', row: { rule, endpoint } });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    });

    test.each(pages)('/%s: a page, and a row', async (endpoint) => {
      const answer = await post(endpoint, contentType, body);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(await refusalOf(world, answer)).toMatchObject({ suiteId: world.suite.id, endpoint, rule });
    });
  });
});

test('RFC 9110 §15.5.6: a method that an endpoint does not have leaves a row, too', async () => {
  const answer = await send(`${world.issuer}/token`, { method: 'PUT', headers: { origin } });
  await expectRefused(world, answer, {
    status: 405,
    error: 'invalid_request',
    row: { rule: 'param.method', endpoint: 'token' },
  });
  expect([answer.headers.get('allow'), answer.headers.get('access-control-allow-origin')]).toEqual([
    'POST, OPTIONS',
    origin,
  ]);
});

test('RFC 6750 §3.1: what was refused once is written down once', async () => {
  const answer = await post('consent', 'application/json', '{}');
  expect(await refusalOf(world, answer)).toMatchObject({ endpoint: 'consent', rule: 'param.content_type' });
});
