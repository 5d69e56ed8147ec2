import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import type { ApplicationWithSecret } from '@tessera/contract/applications';
import type { Resource } from '@tessera/contract/resources';
import { type Api, type Person, unique } from './support/api.js';
import { allowScopes, givenResource, givenScopes } from './support/api-access.js';
import { authorizeUrl, type Client, cameBack } from './support/client.js';
import {
  expect,
  openApplication,
  openConsole,
  saveForm,
  signedOut,
  signInOnHostedPage,
  test,
} from './support/console.js';
import { expectAccessible, expectWellMade } from './support/page-checks.js';
import { askToken, verifyAccessToken } from './support/token-endpoint.js';

// The hosted consent page (OpenID Connect Core §3.1.2.4), in a browser that nobody has signed in with.
test.use(signedOut);

interface Given {
  application: ApplicationWithSecret;
  user: Person;
  resource: Resource;
}

/** An application of somebody else, with an API whose scopes it may ask for. */
async function given(api: Api, client: Client, logoUri: string | null = null): Promise<Given> {
  const place = await api.place();
  const application = await api.givenApplication(place, 'authorization_flow', {
    name: unique('Photo printer'),
    firstParty: false,
    redirectUris: [client.redirectUri],
    logoUri,
    policyUri: 'https://printer.example.com/privacy',
    tosUri: 'https://printer.example.com/terms',
  });
  const resource = await givenResource(api, place, { name: unique('Albums') });
  const scopes = await givenScopes(api, resource, {
    'albums:read': 'See the pictures of your albums',
    'albums:write': 'Add pictures to your albums, and take them away',
  });
  await allowScopes(api, application, Object.values(scopes));
  return { application, user: await api.givenUser(application), resource };
}

const consentOf = (application: ApplicationWithSecret) => `${application.name} wants to use your account`;

/** Opens the authorization request; signs in where the page asks for it. */
async function ask(page: Page, { application, user }: Given, client: Client, params: Record<string, string>) {
  await page.goto(authorizeUrl(application, client.redirectUri, params));
  if (await page.getByRole('heading', { name: /^Sign in to / }).count()) await signInOnHostedPage(page, user);
}

/** The sentences of the consent page. */
const sentences = (page: Page) => page.getByRole('main').getByRole('listitem').allInnerTexts();

test('Consent: scopes as sentences, who is signed in, where it leads; allowed once, it is remembered until more is asked', async ({
  page,
  api,
  client,
}) => {
  const world = await given(api, client);
  const { application, user, resource } = world;
  const scope = 'openid profile email albums:read';
  await ask(page, world, client, { scope, resource: resource.identifier, state: 'first' });
  await expectWellMade(page, consentOf(application));
  await expect(page.getByText(`You are signed in as ${user.email}.`)).toBeVisible();
  expect(await sentences(page)).toEqual([
    'See your name and profile',
    'See your e-mail address',
    'See the pictures of your albums',
  ]);
  await expect(page.getByText(`You will go back to ${new URL(client.redirectUri).host}`)).toBeVisible();
  await expect(page.getByRole('link', { name: `Privacy policy of ${application.name}` })).toHaveAttribute(
    'href',
    'https://printer.example.com/privacy',
  );
  await expect(page.getByRole('link', { name: `Terms of ${application.name}` })).toHaveAttribute(
    'href',
    'https://printer.example.com/terms',
  );
  await expectAccessible(page);

  const sizes = await Promise.all(
    ['Allow', 'Deny'].map((name) => page.getByRole('button', { name, exact: true }).boundingBox()),
  );
  expect(sizes[0]?.height).toBe(sizes[1]?.height);
  expect(sizes[0]?.width).toBe(sizes[1]?.width);
  await page.getByRole('button', { name: 'Allow' }).click();
  const answer = await cameBack(page, client);
  expect(answer.get('state')).toBe('first');

  const { body } = await askToken(application, {
    grant_type: 'authorization_code',
    code: answer.get('code') ?? '',
    redirect_uri: client.redirectUri,
  });
  const claims = await verifyAccessToken(application.issuer, body.access_token ?? '');
  expect(claims).toMatchObject({ aud: resource.identifier, sub: user.accountId });
  expect(String(claims.scope).split(' ')).toEqual(expect.arrayContaining(['openid', 'albums:read']));

  // The same, and less, is not asked again.
  await ask(page, world, client, { scope, resource: resource.identifier });
  expect((await cameBack(page, client)).get('code')).toMatch(/^tes_ac_/);
  await ask(page, world, client, { scope: 'openid email', prompt: 'none' });
  expect((await cameBack(page, client)).get('code')).toMatch(/^tes_ac_/);

  // More is, and so is everything where the application wants it.
  await ask(page, world, client, { scope: `${scope} albums:write`, resource: resource.identifier });
  await expectWellMade(page, consentOf(application));
  expect(await sentences(page)).toContain('Add pictures to your albums, and take them away');
  await ask(page, world, client, { scope: 'openid', prompt: 'consent' });
  await expectWellMade(page, consentOf(application));
});

test('Consent denied: the application hears access_denied, and is asked about again', async ({ page, api, client }) => {
  const world = await given(api, client);
  await ask(page, world, client, { scope: 'openid profile', state: 'x' });
  await page.getByRole('button', { name: 'Deny' }).click();
  const answer = await cameBack(page, client);
  expect(Object.fromEntries(answer)).toMatchObject({ error: 'access_denied', state: 'x' });
  expect(answer.get('code')).toBeNull();
  await ask(page, world, client, { scope: 'openid profile' });
  await expectWellMade(page, consentOf(world.application));
  // Nobody is shown anything under prompt=none (OpenID Connect Core §3.1.2.1).
  await ask(page, world, client, { scope: 'openid profile', prompt: 'none' });
  expect((await cameBack(page, client)).get('error')).toBe('consent_required');
});

test('Consent: with the keyboard alone', async ({ page, api, client }) => {
  const world = await given(api, client);
  await ask(page, world, client, { scope: 'openid email' });
  await expectWellMade(page, consentOf(world.application));
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  const reached: string[] = [];
  for (let presses = 0; presses < 10 && reached.at(-1) !== 'Allow'; presses++) {
    await page.keyboard.press('Tab');
    reached.push(await focused());
  }
  expect(reached).toContain('Deny');
  await page.keyboard.press('Enter');
  expect((await cameBack(page, client)).get('code')).toMatch(/^tes_ac_/);
});

test('Consent: a first-party application skips it, and the switch of the console decides', async ({
  page,
  api,
  client,
  browser,
  ownerState,
}) => {
  const world = await given(api, client);
  const admin = await (await browser.newContext({ storageState: ownerState })).newPage();
  await openApplication(admin, world.application, 'General');
  await admin.getByRole('switch', { name: 'First party' }).click();
  await saveForm(admin);

  await ask(page, world, client, { scope: 'openid profile email offline_access' });
  expect((await cameBack(page, client)).get('code')).toMatch(/^tes_ac_/);

  await admin.getByRole('switch', { name: 'First party' }).click();
  await saveForm(admin);
  await ask(page, world, client, { scope: 'openid profile email offline_access' });
  await expectWellMade(page, consentOf(world.application));
  expect(await sentences(page)).toContain('Keep access while you are away, until you take it back');
  await admin.context().close();
});

test('Consent: logo of the application', async ({ page, api, client }) => {
  const site = createServer((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'image/svg+xml', 'cross-origin-resource-policy': 'cross-origin' })
      .end(
        '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48"><rect width="96" height="48" fill="teal"/></svg>',
      );
  });
  await new Promise<void>((done) => {
    site.listen(0, '127.0.0.1', done);
  });
  try {
    const logoUri = `http://localhost:${(site.address() as AddressInfo).port}/logo.svg`;
    const world = await given(api, client, logoUri);
    await ask(page, world, client, { scope: 'openid profile' });
    await expectWellMade(page, consentOf(world.application));
    const logo = page.getByRole('main').locator('img');
    await expect(logo).toHaveAttribute('src', logoUri);
    await expect
      .poll(() => logo.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
      .toBe(96);
    await expectAccessible(page);
  } finally {
    site.close();
  }
});

test('Consent: an admin sees what was agreed to, and withdraws it; then it is asked again', async ({
  page,
  api,
  client,
  browser,
  ownerState,
}) => {
  const world = await given(api, client);
  const { application, user, resource } = world;
  const asked = { scope: 'openid email albums:read', resource: resource.identifier };
  const admin = await (await browser.newContext({ storageState: ownerState })).newPage();
  await openConsole(admin, `/users/${user.accountId}`, 'Ana');
  const consents = admin.getByRole('region', { name: 'Consents' });
  await expect(consents).toContainText('No consent yet.');

  await ask(page, world, client, asked);
  await page.getByRole('button', { name: 'Allow' }).click();
  const code = (await cameBack(page, client)).get('code') ?? '';
  const grant = { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri };
  const { refresh_token = '' } = (await askToken(application, grant)).body;

  await admin.reload();
  await expect(consents.getByRole('link', { name: application.name })).toBeVisible();
  await expect(consents.getByText('albums:read', { exact: true })).toBeVisible();
  await expectAccessible(admin);
  await consents.getByRole('button', { name: `Withdraw the consent to ${application.name}` }).click();
  const question = admin.getByRole('dialog', { name: `Withdraw the consent to ${application.name}?` });
  await expectAccessible(admin);
  await question.getByRole('button', { name: 'Withdraw consent' }).click();
  await expect(consents).toContainText('No consent yet.');
  await admin.context().close();

  expect((await askToken(application, { grant_type: 'refresh_token', refresh_token })).body.error).toBe(
    'invalid_grant',
  );
  await ask(page, world, client, asked);
  await expectWellMade(page, consentOf(application));
});
