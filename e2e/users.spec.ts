import type { Page } from '@playwright/test';
import type { Account } from '@tessera/contract/accounts';
import type { ApplicationWithSecret } from '@tessera/contract/applications';
import { unique } from './support/api.js';
import { expect, openConsole, saveForm, searchFor, test } from './support/console.js';
import { expectAccessible, expectWellMade, phone } from './support/page-checks.js';
import { askToken } from './support/token-endpoint.js';

const allScopes = 'openid profile email address phone';

/** What userinfo tells the application about a user (OpenID Connect Core §5.3). */
async function userinfoOf(
  application: ApplicationWithSecret,
  user: { email: string; password: string },
): Promise<Record<string, unknown>> {
  const { body } = await askToken(application, {
    grant_type: 'password',
    username: user.email,
    password: user.password,
    scope: allScopes,
  });
  const answer = await fetch(`${application.issuer}/userinfo`, {
    headers: { authorization: `Bearer ${body.access_token}` },
  });
  return (await answer.json()) as Record<string, unknown>;
}

const openUser = (page: Page, account: Pick<Account, 'id'>, name: string) =>
  openConsole(page, `/users/${account.id}`, name);

test('Users: every standard claim, the address too, is filled in by hand and told by userinfo', async ({
  page,
  api,
}) => {
  const place = await api.place();
  const application = await api.givenApplication(place, 'user_credentials');
  const user = await api.givenUser(application, { firstName: 'Ana' });
  expect(await userinfoOf(application, user)).toMatchObject({ sub: user.accountId, given_name: 'Ana' });

  await openUser(page, { id: user.accountId }, 'Ana');
  const texts = {
    'Last name': 'Lima',
    'Middle name': 'Maria',
    Nickname: 'Nana',
    'User name to show': 'ana.lima',
    Gender: 'female',
    Birthday: '1987-10-16',
    Language: 'pt-PT',
    'Profile page URL': 'https://ana.example.com/',
    'Picture URL': 'https://ana.example.com/ana.png',
    'Website URL': 'https://lima.example.com/',
    'Phone number': '+351 21 123 4567',
    'Full address': 'Rua Augusta 1\n1100-048 Lisboa\nPortugal',
    Street: 'Rua Augusta 1',
    City: 'Lisboa',
    Region: 'Lisboa',
    'Postal code': '1100-048',
    Country: 'Portugal',
  };
  for (const [label, value] of Object.entries(texts)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Lis');
  await page.getByRole('option', { name: 'Europe/Lisbon' }).click();
  await page.getByRole('switch', { name: 'Email verified' }).click();
  await page.getByRole('switch', { name: 'Phone number verified' }).click();
  await expectAccessible(page);
  // Ctrl+S saves, wherever the focus is.
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('heading', { level: 1, name: 'Ana Lima' })).toBeVisible();

  const told = await userinfoOf(application, user);
  expect(told).toMatchObject({
    sub: user.accountId,
    given_name: 'Ana',
    family_name: 'Lima',
    middle_name: 'Maria',
    nickname: 'Nana',
    preferred_username: 'ana.lima',
    gender: 'female',
    birthdate: '1987-10-16',
    zoneinfo: 'Europe/Lisbon',
    locale: 'pt-PT',
    profile: 'https://ana.example.com/',
    picture: 'https://ana.example.com/ana.png',
    website: 'https://lima.example.com/',
    email: user.email,
    email_verified: true,
    phone_number_verified: true,
    address: {
      formatted: texts['Full address'],
      street_address: 'Rua Augusta 1',
      locality: 'Lisboa',
      region: 'Lisboa',
      postal_code: '1100-048',
      country: 'Portugal',
    },
  });
  expect(String(told.phone_number).replace(/\D/g, '')).toBe('351211234567');
  expect(String(told.name)).toContain('Lima');

  // What is emptied is not told any more.
  for (const label of ['Nickname', 'Street', 'Region', 'Postal code', 'Country', 'City', 'Full address'])
    await page.getByLabel(label, { exact: true }).fill('');
  await saveForm(page);
  const later = await userinfoOf(application, user);
  expect(later).not.toHaveProperty('nickname');
  expect(later).not.toHaveProperty('address');
});

test('Users: faults stand under their fields, the summary leads there, leaving asks, and a conflict shows both', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 412', 'status of 422');
  const { suite } = await api.place();
  const account = await api.givenAccount(suite.id, { firstName: 'Bea' });
  await openUser(page, account, 'Bea');
  await expectWellMade(page, 'Bea · Users · Tessera');
  for (const [label, value] of [
    ['First name', ''],
    ['Birthday', '16.10.1987'],
    ['Language', 'portuguese please'],
    ['Picture URL', 'ana.png'],
    ['Phone number', '021 123'],
  ] as const)
    await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const summary = page.getByRole('alert').filter({ hasText: '5 fields need attention' });
  await expect(summary).toBeVisible();
  await expect(page.getByLabel('First name')).toBeFocused();
  await expect(page.getByLabel('First name')).toHaveAccessibleDescription(/Enter a first name\./);
  await expectAccessible(page);
  await summary.getByRole('link', { name: 'Phone number' }).click();
  await expect(page.getByLabel('Phone number', { exact: true })).toBeFocused();

  await page.getByRole('link', { name: 'Roles', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Leave without saving?' })).toBeVisible();
  await page.getByRole('button', { name: 'Stay on page' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByLabel('First name')).toHaveValue('Bea');

  await page.getByLabel('Nickname').fill('Bibi');
  await api.done('PATCH', `/accounts/${account.id}`, { claims: { nickname: 'Bee' } });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Overwrite' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Overwrite' }).click();
  await expect
    .poll(async () => (await api.done<Account>('GET', `/accounts/${account.id}`)).claims.nickname)
    .toBe('Bibi');
});

test('Users: a new e-mail address is not verified, and is refused where another account has it', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const place = await api.place();
  const application = await api.givenApplication(place, 'user_credentials');
  const [user, other] = [await api.givenUser(application), await api.givenUser(application)];
  await api.done('PATCH', `/accounts/${user.accountId}`, { emailVerified: true });
  await openUser(page, { id: user.accountId }, 'Ana');
  const [field, verified] = [
    page.getByLabel('Email', { exact: true }),
    page.getByRole('switch', { name: 'Email verified' }),
  ];
  await expect(verified).toBeChecked();
  await field.fill('nobody');
  await page.keyboard.press('Tab');
  await expect(field).toHaveAccessibleDescription(/Enter an e-mail address such as ana@example\.com\./);
  await expect(verified).not.toBeChecked();
  await field.fill(other.email);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(field).toHaveAccessibleDescription(new RegExp(`${other.email} already has an account in this suite`));
  const email = `new.${user.email}`;
  await field.fill(email);
  await saveForm(page);
  const told = await userinfoOf(application, { email, password: user.password });
  expect(told).toMatchObject({ sub: user.accountId, email, email_verified: false });
});

test('Users: create, refused where the suite knows the e-mail; nobody matches; on a phone', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409', 'status of 404');
  const { suite } = await api.place();
  const known = await api.givenAccount(suite.id);
  await openConsole(page, `/users?suite=${suite.id}`, 'Users');
  await expectWellMade(page, 'Users · Tessera');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Create user' });
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect(drawer.getByRole('alert')).toBeVisible();
  await expectAccessible(page);
  await drawer.getByLabel('First name').fill('Ana');
  await drawer.getByLabel('Email').fill(known.email);
  await drawer.getByLabel('Password', { exact: true }).fill('a pass phrase to keep');
  await drawer.getByLabel('Confirm Password').fill('a pass phrase to keep');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect(drawer.getByText(`${known.email} already has an account in this suite.`).first()).toBeVisible();
  await drawer.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Leave page' }).click();

  const word = unique('nobody');
  await searchFor(page, word);
  await expect(page.getByText(`Nothing matches “${word}”.`)).toBeVisible();
  await expectAccessible(page);

  await page.setViewportSize(phone);
  await openConsole(page, `/users/${known.id}`, 'Ana');
  await page.getByLabel('Nickname').fill('Nana');
  await saveForm(page);
  await openConsole(page, '/users/0198d9a0-0000-7000-8000-000000000000', 'User not found');
  await expectAccessible(page);
});

for (const [button, title] of [
  ['Set new password', /^Set a new password for /],
  ['Sign out everywhere', /^Sign .* out everywhere\?$/],
  ['Disable', /^Disable /],
  ['Delete', /^Delete /],
] as const)
  test(`Users: the dialog of “${button}” is well made, closes by Escape and gives the focus back`, async ({
    page,
    api,
  }) => {
    const { suite } = await api.place();
    const account = await api.givenAccount(suite.id);
    await openUser(page, account, 'Ana');
    const opener = page.getByRole('button', { name: button, exact: true });
    await opener.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: title })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(opener).toBeFocused();
  });
