import type { Locator, Page } from '@playwright/test';
import type { ApplicationWithSecret } from '@tessera/contract/applications';
import type { SigningKey } from '@tessera/contract/keys';
import type { Page as ListPage } from '@tessera/contract/list';
import { decodeProtectedHeader } from 'jose';
import { type Api, unique } from './support/api.js';
import { choose, expect, openConsole, saveForm, test } from './support/console.js';
import { expectAccessible } from './support/page-checks.js';
import { expectNoSeriousAxe } from './support/test.js';
import { askToken, verifyAccessToken } from './support/token-endpoint.js';

const keysOf = async (api: Api, suiteId: string) =>
  (await api.done<ListPage<SigningKey>>('GET', `/suites/${suiteId}/keys`)).items;

/** The row of a key, by the first characters of its id. */
function rowOfKey(page: Page, kid: string): Locator {
  return page.getByRole('row').filter({ hasText: kid.slice(0, 10) });
}

test('Keys: shows what signs, what is next, where clients find it, and the public key', async ({ page, api }) => {
  const suite = await api.givenSuite();
  await openConsole(page, `/keys?suite=${suite.id}`, 'Keys');
  const keys = await keysOf(api, suite.id);
  for (const key of keys)
    await expect(rowOfKey(page, key.kid)).toContainText(key.status === 'signing' ? 'Signing' : 'Next');
  await expect(page.getByText(`${suite.issuer}/jwks`)).toBeVisible();
  await expectNoSeriousAxe(page);

  const key = keys[0];
  if (!key) throw new Error('The suite has no keys.');
  await rowOfKey(page, key.kid).getByRole('button', { name: 'Public key' }).click();
  const dialog = page.getByRole('dialog', { name: `Public key, ${key.alg}` });
  await expect(dialog).toContainText('BEGIN PUBLIC KEY');
  await expect(dialog).toContainText(key.kid);
  await expectNoSeriousAxe(page);
});

test('Keys: the side bar leads there, the URL names the suite, Back undoes the choice', async ({ page, api }) => {
  const suite = await api.givenSuite();
  await openConsole(page, '/', 'Overview');
  await page.getByRole('link', { name: 'Keys' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Keys' })).toBeVisible();
  await choose(page, 'Suite', suite.name);
  await expect(page).toHaveURL(new RegExp(`/keys\\?suite=${suite.id}$`));
  await expect(page.getByText(`${suite.issuer}/jwks`)).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\/keys$/);
});

test('Rotate: the next key signs, the old one is retired, and a warning says that caches may not know it', async ({
  page,
  api,
}) => {
  const suite = await api.givenSuite();
  await openConsole(page, `/keys?suite=${suite.id}`, 'Keys');
  const before = await keysOf(api, suite.id);
  const find = (status: SigningKey['status']) => before.find((key) => key.alg === 'ES256' && key.status === status);
  const [signing, next] = [find('signing'), find('next')];
  await page.getByRole('button', { name: 'Rotate' }).click();
  const dialog = page.getByRole('dialog', { name: `Rotate the keys of ${suite.name}?` });
  await dialog.getByLabel('Algorithm').selectOption('ES256');
  await expect(dialog).toContainText(next?.kid.slice(0, 10) ?? '');
  await expect(dialog).toContainText('published only a short time ago');
  await expectNoSeriousAxe(page);
  await dialog.getByRole('button', { name: 'Rotate keys' }).click();
  await expect(dialog).toBeHidden();
  await expect(rowOfKey(page, next?.kid ?? '')).toContainText('Signing');
  await expect(rowOfKey(page, signing?.kid ?? '')).toContainText('Retired (verify only)');
  await expect(rowOfKey(page, signing?.kid ?? '')).toContainText(/up to (23 h|1 d)/);
  await expect(page.getByText('Clients may refuse new tokens for a moment')).toBeVisible();
  await expectNoSeriousAxe(page);
});

test('Revoke: the key ID must be typed; the next key signs in its place', async ({ page, api }) => {
  const suite = await api.givenSuite();
  await openConsole(page, `/keys?suite=${suite.id}`, 'Keys');
  const key = (await keysOf(api, suite.id)).find(({ alg, status }) => alg === 'EdDSA' && status === 'signing');
  const kid = key?.kid ?? '';
  await rowOfKey(page, kid).getByRole('button', { name: 'Revoke' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke the EdDSA key' });
  await expect(dialog).toContainText('Every token signed by it fails now.');
  const confirm = dialog.getByRole('button', { name: 'Revoke key' });
  await expect(confirm).toBeDisabled();
  await dialog.getByRole('textbox').fill(kid);
  await expectNoSeriousAxe(page);
  await confirm.click();
  await expect(dialog).toBeHidden();
  await expect(rowOfKey(page, kid)).toContainText('Revoked');
  await expect(rowOfKey(page, kid).getByRole('button', { name: 'Revoke' })).toHaveCount(0);
});

test('Automatic rotation: days are saved and checked', async ({ page, api }) => {
  const suite = await api.givenSuite({ name: unique('Scheduled') });
  await openConsole(page, `/keys?suite=${suite.id}`, 'Keys');
  const days = page.getByLabel('Rotate after (days)');
  await expect(days).toHaveValue('90');
  await days.fill('6');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Must be at least 7 days.').first()).toBeVisible();
  await days.fill('30');
  await saveForm(page);
  await page.reload();
  await expect(days).toHaveValue('30');
});

test('Config: the algorithms of an application are saved', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'authorization_flow');
  await openConsole(page, `/applications/${application.id}/config`, application.name);
  await page.getByLabel('ID tokens are signed with').selectOption('EdDSA');
  await page.getByLabel('Access tokens are signed with').selectOption('PS256');
  await expectNoSeriousAxe(page);
  await saveForm(page);
  expect(await api.application(application.id)).toMatchObject({
    idTokenSigningAlg: 'EdDSA',
    accessTokenSigningAlg: 'PS256',
  });
});

/** The ids of the keys that clients find (RFC 7517 §5). */
async function published(issuer: string): Promise<string[]> {
  const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: { kid: string }[] };
  return keys.map((key) => key.kid);
}

async function tokenOf(application: ApplicationWithSecret): Promise<{ token: string; kid: string | undefined }> {
  const { body } = await askToken(application, { grant_type: 'client_credentials' });
  const token = body.access_token ?? '';
  return { token, kid: decodeProtectedHeader(token).kid };
}

/** RFC 7662 §2.2. */
async function isActive(application: ApplicationWithSecret, token: string): Promise<boolean> {
  const { issuer, clientId, clientSecret = '' } = application;
  const answer = await fetch(`${issuer}/introspect`, {
    method: 'POST',
    body: new URLSearchParams({ token, client_id: clientId, client_secret: clientSecret }),
  });
  return ((await answer.json()) as { active: boolean }).active;
}

test('Rotate: tokens of the old key verify on, new ones have the next key, and the JWKS has both; revoked, neither', async ({
  page,
  api,
}) => {
  test.setTimeout(120_000);
  const place = await api.place();
  const { suite } = place;
  const application = await api.givenApplication(place, 'client_credentials');
  const before = await tokenOf(application);
  const next = (await keysOf(api, suite.id)).find(({ alg, status }) => alg === 'ES256' && status === 'next');
  expect(await published(suite.issuer)).toEqual(expect.arrayContaining([before.kid, next?.kid]));

  await openConsole(page, `/keys?suite=${suite.id}`, 'Keys');
  await page.getByRole('button', { name: 'Rotate' }).click();
  const rotate = page.getByRole('dialog', { name: `Rotate the keys of ${suite.name}?` });
  await rotate.getByLabel('Algorithm').selectOption('ES256');
  await expectAccessible(page);
  await rotate.getByRole('button', { name: 'Rotate keys' }).click();
  await expect(page.getByText('The ES256 key was rotated.')).toBeVisible();
  await expectAccessible(page);

  const after = await tokenOf(application);
  expect(after.kid).toBe(next?.kid);
  expect(await published(suite.issuer)).toEqual(expect.arrayContaining([before.kid, after.kid]));
  for (const { token } of [before, after]) {
    expect((await verifyAccessToken(suite.issuer, token)).client_id).toBe(application.clientId);
    expect(await isActive(application, token)).toBe(true);
  }

  await rowOfKey(page, before.kid ?? '')
    .getByRole('button', { name: 'Revoke' })
    .click();
  const revoke = page.getByRole('dialog', { name: 'Revoke the ES256 key' });
  await revoke.getByRole('textbox').fill(before.kid ?? '');
  await expectAccessible(page);
  await revoke.getByRole('button', { name: 'Revoke key' }).click();
  await expect(rowOfKey(page, before.kid ?? '')).toContainText('Revoked');
  expect(await published(suite.issuer)).not.toContain(before.kid);
  await expect(verifyAccessToken(suite.issuer, before.token)).rejects.toThrow();
  expect([await isActive(application, before.token), await isActive(application, after.token)]).toEqual([false, true]);
});

test('Keys: with the keyboard; a schedule that is not saved asks before it is left; the JWKS is shown', async ({
  page,
  api,
}) => {
  const suite = await api.givenSuite();
  await openConsole(page, `/keys?suite=${suite.id}`, 'Keys');
  const shower = page.getByRole('group').filter({ hasText: /Show \d+ keys/ });
  await shower.getByText(/Show \d+ keys/).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'JWKS' }).last()).toContainText('"kty"');
  await expectAccessible(page);
  const rotate = page.getByRole('button', { name: 'Rotate' });
  await rotate.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(rotate).toBeFocused();

  await page.getByLabel('Rotate after (days)').fill('three');
  await expect(page.getByLabel('Rotate after (days)')).toHaveValue('three');
  await page.getByRole('link', { name: 'Users', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Leave without saving?' })).toBeVisible();
  await page.getByRole('button', { name: 'Stay on page' }).click();
  await expect(page.getByLabel('Rotate after (days)')).toHaveAccessibleDescription(/Enter a whole number\./);
  await page.getByLabel('Rotate after (days)').fill('45');
  await saveForm(page);
  await page
    .getByRole('button', { name: /^Public key of / })
    .first()
    .click();
  await expect(page.getByRole('dialog', { name: /^Public key, / })).toBeVisible();
  await expectAccessible(page);
});
