import type { Page } from '@playwright/test';
import { unique } from './support/api.js';
import { authorizeUrl, cameBack } from './support/client.js';
import { cellOf, choose, expect, openApplication, rowWith, signInOnHostedPage, test } from './support/console.js';
import { submit, tokenCard } from './support/generate-token.js';
import { askToken, askTokenFor, verifyAccessToken } from './support/token-endpoint.js';

const person = () => ({
  firstName: 'Mia',
  email: `${unique('mia').replace(' ', '.')}@example.com`,
  password: 'mia has a long pass phrase',
});
const drawerOf = (page: Page) => page.getByRole('dialog', { name: 'Create user' });

async function fillUser(
  page: Page,
  fields: { firstName?: string; email?: string; password?: string; confirm?: string },
) {
  const drawer = drawerOf(page);
  if (fields.firstName !== undefined) await drawer.getByLabel('First name').fill(fields.firstName);
  if (fields.email !== undefined) await drawer.getByLabel('Email').fill(fields.email);
  if (fields.password !== undefined) await drawer.getByLabel('Password', { exact: true }).fill(fields.password);
  const confirm = fields.confirm ?? fields.password;
  if (confirm !== undefined) await drawer.getByLabel('Confirm Password', { exact: true }).fill(confirm);
}

const openDrawer = (page: Page) =>
  page.getByRole('tabpanel').getByRole('button', { name: 'Create', exact: true }).click();
const save = (page: Page) => drawerOf(page).getByRole('button', { name: 'Save', exact: true }).click();

test('M5 add user: stands in the grid and can sign in to the application on the hosted page', async ({
  page,
  api,
  client,
}) => {
  const application = await api.givenApplication(await api.place(), 'authorization_flow', {
    redirectUris: [client.redirectUri],
  });
  const user = person();
  await openApplication(page, application, 'Application Users');
  await expect(page.getByText('No users yet. Nobody can get a token for this application.')).toBeVisible();
  await openDrawer(page);
  await expect(drawerOf(page).getByLabel('First name')).toBeFocused();
  await fillUser(page, user);
  await save(page);
  await expect(drawerOf(page)).toBeHidden();
  const row = rowWith(page, user.email);
  await expect(await cellOf(page, row, 'First name')).toHaveText(user.firstName);
  await expect(await cellOf(page, row, 'Email')).toHaveText(user.email);
  await expect(await cellOf(page, row, 'Status')).toHaveText('Enabled');
  await expect(page.getByRole('tab', { name: 'Application Users 1' })).toBeVisible();

  await page.goto(authorizeUrl(application, client.redirectUri, { state: 'of the client' }));
  await expect(page.getByRole('heading', { level: 1, name: `Sign in to ${application.name}` })).toBeVisible();
  await signInOnHostedPage(page, user);
  const answer = await cameBack(page, client);
  expect(answer.get('state')).toBe('of the client');
  expect(answer.get('iss')).toBe(application.issuer);
  const tokens = await askToken(application, {
    grant_type: 'authorization_code',
    code: answer.get('code') ?? '',
    redirect_uri: client.redirectUri,
  });
  expect(tokens.status).toBe(200);
  const [stored] = await api.usersOf(application);
  const claims = await verifyAccessToken(application.issuer, tokens.body.access_token ?? '');
  expect(claims.sub).toBe(stored?.accountId);
  expect(claims.act, 'nobody acts for a user who signs in').toBeUndefined();
});

test('M5 add user: the card after it hands the sign-in details on, and goes on', async ({ page, api, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const user = person();
  await openApplication(page, application, 'Application Users');
  await openDrawer(page);
  await fillUser(page, { firstName: user.firstName, email: user.email });
  await drawerOf(page).getByRole('button', { name: 'Generate password' }).click();
  const password = await drawerOf(page).getByLabel('Password', { exact: true }).inputValue();
  expect(password.length).toBeGreaterThanOrEqual(16);
  await save(page);
  const card = page.getByRole('status').filter({ hasText: `${user.firstName} was created` });
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: 'Copy sign-in details' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(user.email);
  expect(copied).toContain(password);
  expect(await askTokenFor(application, { email: user.email, password })).toMatchObject({ status: 200 });
  await card.getByRole('button', { name: 'Generate token' }).click();
  await expect(tokenCard(page).getByLabel('Email', { exact: true })).toHaveValue(user.email);
  await submit(page);
  await expect(page.getByRole('region', { name: 'Access token as text' })).toBeVisible();
});

const refusals = [
  { rule: 'no first name', fields: { firstName: ' ' }, label: 'First name', message: 'Enter a first name.' },
  {
    rule: 'no e-mail',
    fields: { email: '' },
    label: 'Email',
    message: 'Enter an e-mail address such as ana@example.com.',
  },
  {
    rule: 'a bad e-mail',
    fields: { email: 'mia@' },
    label: 'Email',
    message: 'Enter an e-mail address such as ana@example.com.',
  },
  {
    rule: 'a short password',
    fields: { password: '1234567' },
    label: 'Password',
    message: 'Use at least 8 characters.',
  },
  { rule: 'no password', fields: { password: '' }, label: 'Password', message: 'Enter a password.' },
  {
    rule: 'passwords that differ',
    fields: { confirm: 'mia has another pass phrase' },
    label: 'Confirm Password',
    message: 'The passwords are not the same.',
  },
];

for (const { rule, fields, label, message } of refusals)
  test(`M5 add user refuses ${rule}: under the field, with nobody made`, async ({ page, api }) => {
    const application = await api.givenApplication(await api.place(), 'user_credentials');
    await openApplication(page, application, 'Application Users');
    await openDrawer(page);
    await fillUser(page, { ...person(), ...fields });
    await save(page);
    const field = drawerOf(page).getByLabel(label, { exact: true });
    await expect(field).toHaveAccessibleDescription(new RegExp(message.replaceAll('.', '\\.')));
    await expect(field).toBeFocused();
    await expect(drawerOf(page).getByRole('alert')).toContainText(message);
    expect(await api.usersOf(application)).toEqual([]);
  });

test('M5 add user refuses the e-mail as password', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const user = person();
  await openApplication(page, application, 'Application Users');
  await openDrawer(page);
  await fillUser(page, { ...user, password: user.email });
  await save(page);
  await expect(drawerOf(page).getByLabel('Password', { exact: true })).toHaveAccessibleDescription(
    /The password must not be the e-mail address\./,
  );
  expect(await api.usersOf(application)).toEqual([]);
});

test('M5 add user refuses who is a user of the application already, whatever the case', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const known = await api.givenUser(application);
  await openApplication(page, application, 'Application Users');
  await openDrawer(page);
  await fillUser(page, { ...person(), email: known.email.toUpperCase() });
  await save(page);
  await expect(drawerOf(page).getByLabel('Email')).toHaveAccessibleDescription(
    `${known.email} is already a user of ${application.name}.`,
  );
  expect(await api.usersOf(application)).toHaveLength(1);
});

test('M5 add user: known in the directory → add existing user, who keeps the own password', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const place = await api.place();
  const application = await api.givenApplication(place, 'user_credentials');
  const account = await api.givenAccount(place.suite.id);
  await openApplication(page, application, 'Application Users');
  await openDrawer(page);
  await fillUser(page, { ...person(), email: account.email });
  await save(page);
  const alert = drawerOf(page).getByRole('alert');
  await expect(alert).toContainText(`${account.email} already has an account`);
  expect(await api.usersOf(application)).toEqual([]);
  await alert.getByRole('button', { name: 'Add existing user' }).click();
  await expect(drawerOf(page)).toBeHidden();
  await expect(rowWith(page, account.email)).toBeVisible();
  expect(await api.usersOf(application)).toMatchObject([{ accountId: account.id, firstName: account.firstName }]);
  expect(await askTokenFor(application, account)).toMatchObject({ status: 200 });
  expect(await askTokenFor(application, { ...account, password: person().password })).toMatchObject({ status: 400 });
});

test('M5 add user: somebody of the suite can be picked', async ({ page, api }) => {
  const place = await api.place();
  const application = await api.givenApplication(place, 'user_credentials');
  const account = await api.givenAccount(place.suite.id, { firstName: 'Otto', lastName: 'Ahlers' });
  await openApplication(page, application, 'Application Users');
  await page.getByRole('tabpanel').getByRole('button', { name: 'Add existing user' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add existing user' });
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await expect(dialog.getByRole('combobox', { name: 'Account' })).toHaveAccessibleDescription(/Select an account\./);
  await choose(page, 'Account', `Otto Ahlers · ${account.email}`);
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await expect(dialog).toBeHidden();
  await expect(rowWith(page, account.email)).toBeVisible();
});

test('M5 add user: an unfinished drawer asks before it closes', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  await openApplication(page, application, 'Application Users');
  await openDrawer(page);
  await fillUser(page, { firstName: 'Half' });
  await page.keyboard.press('Escape');
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await question.getByRole('button', { name: 'Stay on page' }).click();
  await expect(drawerOf(page).getByLabel('First name')).toHaveValue('Half');
  await drawerOf(page).getByRole('button', { name: 'Cancel' }).click();
  await question.getByRole('button', { name: 'Leave page' }).click();
  await expect(drawerOf(page)).toBeHidden();
  expect(await api.usersOf(application)).toEqual([]);
});

test('M5b toggle off: no more tokens, from the generator or the token endpoint; Undo and on: again', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const user = await api.givenUser(application);
  const before = await askTokenFor(application, user);
  const refresh = () =>
    askToken(application, { grant_type: 'refresh_token', refresh_token: before.body.refresh_token ?? '' });
  expect(before.status).toBe(200);
  await openApplication(page, application, 'Application Users');
  const toggle = page.getByRole('switch', { name: `Enabled, ${user.email}` });
  const status = await cellOf(page, rowWith(page, user.email), 'Status');

  await toggle.click();
  await expect(toggle).not.toBeChecked();
  await expect(status).toHaveText('Disabled');
  const toast = page.getByText(`${user.email} can no longer get tokens for ${application.name}.`);
  await expect(toast).toBeVisible();
  expect(await askTokenFor(application, user)).toMatchObject({ status: 400 });
  expect(await refresh()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  await tokenCard(page).getByLabel('Email', { exact: true }).fill(user.email);
  await tokenCard(page).getByLabel('Email', { exact: true }).press('Escape');
  await submit(page);
  await expect(tokenCard(page).getByRole('alert')).toContainText(`${user.email} is disabled in ${application.name}.`);

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(toggle).toBeChecked();
  await expect(status).toHaveText('Enabled');
  expect(await askTokenFor(application, user)).toMatchObject({ status: 200 });

  await toggle.click();
  await expect(status).toHaveText('Disabled');
  await toggle.click();
  await expect(status).toHaveText('Enabled');
  await submit(page);
  await expect(page.getByRole('region', { name: 'Access token as text' })).toBeVisible();
  expect(await refresh(), 'what ended stays ended').toMatchObject({ status: 400 });
});

test('M5b toggle: a disabled user cannot sign in on the hosted page; the row stays under the filter', async ({
  page,
  api,
  client,
  allowConsoleErrors,
}) => {
  allowConsoleErrors(/status of 4\d\d/);
  const application = await api.givenApplication(await api.place(), 'authorization_flow', {
    redirectUris: [client.redirectUri],
  });
  const [off, on] = [await api.givenUser(application), await api.givenUser(application)];
  await openApplication(page, application, 'Application Users');
  await page.getByRole('switch', { name: `Access, ${off.email}` }).click();
  await expect(await cellOf(page, rowWith(page, off.email), 'Status')).toHaveText('Disabled');
  await choose(page.getByRole('tabpanel'), 'Status', 'Disabled');
  await expect(rowWith(page, on.email)).toHaveCount(0);
  await expect(rowWith(page, off.email)).toBeVisible();
  await expect(page).toHaveURL(/enabled=false/);

  await page.goto(authorizeUrl(application, client.redirectUri));
  await signInOnHostedPage(page, off);
  await expect(page.getByRole('alert')).toContainText(`You don't have access to ${application.name}.`);
});

test('M5: removing a user ends the tokens and keeps the account', async ({ page, api }) => {
  const place = await api.place();
  const application = await api.givenApplication(place, 'user_credentials');
  const user = await api.givenUser(application);
  await openApplication(page, application, 'Application Users');
  await page.getByRole('button', { name: `More actions for ${user.email}` }).click();
  await page.getByRole('menuitem', { name: 'Remove from application' }).click();
  const question = page.getByRole('dialog', { name: `Remove ${user.email} from ${application.name}?` });
  await expect(question).toContainText(`The account stays in ${place.suite.name}.`);
  await question.getByRole('button', { name: 'Remove from application' }).click();
  await expect(rowWith(page, user.email)).toHaveCount(0);
  await expect(page.getByText('No users yet. Nobody can get a token for this application.')).toBeVisible();
  expect(await askTokenFor(application, user)).toMatchObject({ status: 400 });
  expect((await api.send('GET', `/accounts/${user.accountId}`)).status).toBe(200);
});
