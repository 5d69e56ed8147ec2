import type { Consent } from '@tessera/contract/accounts';
import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
import type { Problem } from '@tessera/contract/problems';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Person, requestOf, startWorld, type World } from '../oauth/requests.js';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, type Browser } from '../support/browser-flow.js';

let world: World;
/** A third party: a person is asked. */
let partner: GivenApplication;
let ours: GivenApplication;
let ana: Person & { accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  ours = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  partner = await world.admin.givenApplication(world.project, 'authorization_flow', {
    access: 'everyone',
    firstParty: false,
  });
});
afterAll(() => world.close());
beforeEach(async () => {
  ana = await world.admin.givenUser(ours.id);
  browser = await world.signedIn(ours, ana);
});

const consentsOf = (accountId = ana.accountId) =>
  world.admin.api<Page<Consent>>('GET', `/accounts/${accountId}/consents`);
const withdraw = (applicationId = partner.id) =>
  world.admin.api<Problem>('DELETE', `/accounts/${ana.accountId}/consents/${applicationId}`);

async function allow(scope: string) {
  const view = await browser.open(authorizeUrl(world.issuer, requestOf(partner, { scope })));
  const after = await browser.submit(view, {}, { name: 'decision', value: 'allow' });
  const answer = await world.as(partner, '/token', {
    grant_type: 'authorization_code',
    code: after.url.searchParams.get('code') ?? '',
    redirect_uri: partner.redirectUris[0] ?? '',
  });
  expect(answer.status).toBe(200);
  return answer.body;
}

describe('OpenID Connect Core §3.1.2.4: what a person has agreed to', () => {
  test('is listed, the newest first, and nothing where nobody asked', async () => {
    expect((await consentsOf()).body).toMatchObject({ items: [], total: 0 });
    await allow('openid email');
    const { body } = await consentsOf();
    expect(body).toMatchObject({ total: 1, totalCapped: false });
    expect(body.items).toEqual([
      {
        applicationId: partner.id,
        applicationName: partner.name,
        scopes: expect.arrayContaining(['openid', 'email']),
        grantedAt: world.server.clock.now(),
      },
    ]);
  });

  test('is withdrawn: the person is asked again, refresh tokens end at once, others go on', async () => {
    const tokens = await allow('openid email');
    expect((await withdraw()).status).toBe(204);
    expect((await consentsOf()).body.items).toEqual([]);
    const refreshed = await world.as(partner, '/token', {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    });
    expect(refreshed.body).toMatchObject({ error: 'invalid_grant' });
    const again = await browser.open(authorizeUrl(world.issuer, requestOf(partner, { scope: 'openid email' })));
    expect(again.left).toBe(false);
    const own = await browser.open(authorizeUrl(world.issuer, requestOf(ours, { scope: 'openid' })));
    expect(own.url.searchParams.get('code')).toMatch(/^tes_ac_/);
  });

  test('domain rule 14: a row in the audit log', async () => {
    await allow('openid email');
    await withdraw();
    const { body } = await world.admin.api<Page<AuditEvent>>('GET', `/audit-events?targetId=${ana.accountId}&limit=1`);
    expect(body.items[0]).toMatchObject({
      action: 'account.consent_withdrawn',
      changes: { application: partner.name, grantsEnded: 1 },
    });
  });

  test('is not there twice, nor for a stranger', async () => {
    expect(await withdraw()).toMatchObject({ status: 404, body: { code: 'consent_not_found' } });
    expect((await consentsOf('00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});
