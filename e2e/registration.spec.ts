import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import type { Page as ListPage } from '@tessera/contract/list';
import { callbackUrl, type Place, unique } from './support/api.js';
import { expect, openConsole, rowOf, signedOut, signInOnHostedPage, test } from './support/console.js';
import { expectNoSeriousAxe } from './support/test.js';

const phone = { width: 390, height: 844 };

async function register({ suite }: Place, metadata: object, token?: string): Promise<Response> {
  return fetch(`${suite.issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ redirect_uris: [callbackUrl], ...metadata }),
  });
}

test('Registration tab: off, by token, open; a token is shown once and can be revoked', async ({
  page,
  api,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const place = await api.place();
  expect((await register(place, {})).status).toBe(404);
  await openConsole(page, `/suites/${place.suite.id}/registration`, place.suite.name);
  await page.getByRole('radio', { name: 'Whoever has an initial access token' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`${place.suite.issuer}/register`)).toBeVisible();
  await expect(page.getByText('No token yet. Nobody can register an application.')).toBeVisible();

  await page.getByRole('button', { name: 'Add token' }).click();
  const adding = page.getByRole('dialog', { name: 'Add initial access token' });
  await adding.getByRole('button', { name: 'Add token' }).click();
  await expect(adding.getByText('Enter a name for the token.').first()).toBeVisible();
  await adding.getByLabel('Name').fill('partner');
  await adding.getByRole('button', { name: 'Add token' }).click();
  const shown = page.getByRole('dialog', { name: 'Initial access token “partner”' });
  const token = (await shown.getByTestId('secret').innerText()).trim();
  expect(token).toMatch(/^tes_it_/);
  await shown.getByLabel('I have stored the secret').check();
  await shown.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('row', { name: 'partner' })).toContainText('Active');
  await expect(page.getByText(token)).toHaveCount(0);
  await expectNoSeriousAxe(page);

  const client_name = unique('Printer');
  expect((await register(place, { client_name })).status).toBe(401);
  expect((await register(place, { client_name }, token)).status).toBe(201);
  await page.getByRole('button', { name: 'Revoke partner' }).click();
  await page.getByRole('dialog', { name: 'Revoke partner?' }).getByRole('button', { name: 'Revoke token' }).click();
  await expect(page.getByRole('row', { name: 'partner' })).toContainText('Revoked');
  expect((await register(place, { client_name }, token)).status).toBe(401);

  await page.getByRole('radio', { name: 'Everybody' }).check();
  await expect(page.getByText('Anybody on the network can add applications')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true }).first()).toBeVisible();
  expect((await register(place, { client_name })).status).toBe(201);

  // Both are applications like others, with a mark.
  await openConsole(page, `/applications?suite=${place.suite.id}`, 'Applications');
  await expect(rowOf(page, client_name)).toHaveCount(2);
  await expect(rowOf(page, client_name).first()).toContainText('Registered by itself');
  await rowOf(page, client_name).first().getByRole('link', { name: client_name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: client_name })).toBeVisible();
  await expect(page.getByText('Registered by itself')).toBeVisible();
  await expect(page.getByRole('switch', { name: 'First party' })).not.toBeChecked();
});

test('the suite of the admins says that nobody registers there', async ({ page, api }) => {
  const system = await api.systemSuite();
  await openConsole(page, `/suites/${system.id}/registration`, system.name);
  await expect(page.getByText('Applications cannot register themselves here.')).toBeVisible();
});

test('General: sign-in, logout and what the application says about itself', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('422');
  const place = await api.place();
  const application = await api.givenApplication(place, 'authorization_flow');
  await openConsole(page, `/applications/${application.id}/general`, application.name);
  const signIn = page.getByRole('region', { name: 'Sign-in and logout' });
  const about = page.getByRole('region', { name: 'About the application' });

  await about.getByLabel('Logo URL').fill('http://app.example.com/logo.png');
  await signIn.getByLabel('Front-channel logout URL').fill('https://other.example.com/logout');
  await signIn.getByLabel('Sign in again after (seconds)').fill('soon');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('3 fields need attention')).toBeVisible();
  await expect(about.getByText('Use https. http is only for localhost')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('Scheme, host and port must be those of a redirect URL.');
  await expect(signIn.getByLabel('Front-channel logout URL')).toHaveAttribute('aria-invalid', 'true');
  await expect(signIn.getByText('Enter a whole number of seconds')).toBeVisible();

  await about.getByLabel('Logo URL').fill('https://app.example.com/logo.png');
  await about.getByLabel('Home page URL').fill('https://app.example.com');
  await about.getByLabel('Contacts', { exact: true }).fill('ana@example.com');
  await signIn.getByLabel('Front-channel logout URL').fill('https://app.example.com/frontchannel');
  await signIn.getByLabel('Back-channel logout URL').fill('https://app.example.com/backchannel');
  await signIn.getByLabel('Sign in again after (seconds)').fill('3600');
  await signIn.getByRole('switch', { name: 'First party' }).click();
  await signIn.getByRole('radio', { name: 'Pairwise' }).check();
  await expect(signIn.getByText('Saving this changes the sub of every user.')).toBeVisible();
  await signIn.getByLabel('Userinfo answers with').selectOption('A JWT signed with RS256');
  await expectNoSeriousAxe(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true }).first()).toBeVisible();
  await expect(signIn.getByText('Saving this changes the sub of every user.')).toHaveCount(0);

  expect(await api.application(application.id)).toMatchObject({
    logoUri: 'https://app.example.com/logo.png',
    clientUri: 'https://app.example.com',
    contacts: ['ana@example.com'],
    frontchannelLogoutUri: 'https://app.example.com/frontchannel',
    backchannelLogoutUri: 'https://app.example.com/backchannel',
    defaultMaxAge: 3600,
    firstParty: false,
    subjectType: 'pairwise',
    userinfoSigningAlg: 'RS256',
    tosUri: null,
  });
  await page.reload();
  await expect(about.getByLabel('Logo URL')).toHaveValue('https://app.example.com/logo.png');
  await expect(page.getByRole('region', { name: 'Logout deliveries' })).toContainText(
    'No session of this application has ended yet.',
  );
  await page.setViewportSize(phone);
  await expect(signIn.getByLabel('Back-channel logout URL')).toBeVisible();
});

test('Users: find, edit the profile, set a password, sign out, disable, delete', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('422');
  const place = await api.place();
  const account = await api.givenAccount(place.suite.id);
  await openConsole(page, '/users', 'Users');
  await page.getByPlaceholder('Search name, e-mail…').fill(account.email);
  await expect(rowOf(page, account.email)).toContainText('Never');
  await expectNoSeriousAxe(page);
  await rowOf(page, account.email).getByRole('link', { name: account.email }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ana' })).toBeVisible();
  await expectNoSeriousAxe(page);

  await page.getByLabel('Birthday').fill('16.10.1987');
  await page.getByLabel('Phone number', { exact: true }).fill('021 123');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('2 fields need attention')).toBeVisible();
  await page.getByLabel('Birthday').fill('2999-01-01');
  await page.getByLabel('Phone number', { exact: true }).fill('+351 21 123 4567');
  await page.getByRole('button', { name: 'Save' }).click();
  // The server knows what day it is.
  await expect(page.getByText('This is in the future.').first()).toBeVisible();
  await page.getByLabel('Birthday').fill('1987-10-16');
  await page.getByLabel('Last name').fill('Lima');
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Lis');
  await page.getByRole('option', { name: 'Europe/Lisbon' }).click();
  await page.getByRole('switch', { name: 'Phone number verified' }).click();
  await page.getByRole('switch', { name: 'Email verified' }).click();
  await page.getByLabel('City').fill('Lisboa');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ana Lima' })).toBeVisible();
  const saved = await api.done<Account>('GET', `/accounts/${account.id}`);
  expect(saved).toMatchObject({
    lastName: 'Lima',
    emailVerified: true,
    claims: {
      birthdate: '1987-10-16',
      zoneinfo: 'Europe/Lisbon',
      phoneNumber: '+351 21 123 4567',
      phoneNumberVerified: true,
      address: { locality: 'Lisboa' },
    },
  });

  await page.getByRole('button', { name: 'Set new password' }).click();
  const password = page.getByRole('dialog', { name: `Set a new password for ${account.email}` });
  await password.getByLabel('Password', { exact: true }).fill('another pass phrase');
  await password.getByLabel('Confirm Password').fill('another pass phrase');
  await password.getByRole('button', { name: 'Set new password' }).click();
  await expect(page.getByText(`${account.email} has a new password.`)).toBeVisible();

  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(page.getByText(`${account.email} was signed out. No session was open.`)).toBeVisible();

  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable user' }).click();
  await expect(page.getByText('Disabled', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Delete' }).click();
  const deleting = page.getByRole('dialog', { name: `Delete ${account.email}?` });
  await deleting.getByLabel(`Type “${account.email}” to confirm`).fill(account.email);
  await deleting.getByRole('button', { name: 'Delete user' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Users' })).toBeVisible();
  expect((await api.send('GET', `/accounts/${account.id}`)).status).toBe(404);
});

test('Users: create one in a suite', async ({ page, api }) => {
  const { suite } = await api.place();
  const email = `${unique('bea').replace(' ', '.')}@example.com`;
  await openConsole(page, `/users?suite=${suite.id}`, 'Users');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Create user' });
  await drawer.getByLabel('First name').fill('Bea');
  await drawer.getByLabel('Email').fill(email);
  await drawer.getByLabel('Password', { exact: true }).fill('a pass phrase to keep');
  await drawer.getByLabel('Confirm Password').fill('a pass phrase to keep');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Bea' })).toBeVisible();
  const { items } = await api.done<ListPage<Account>>('GET', `/accounts?suiteId=${suite.id}`);
  expect(items.map((account) => account.email)).toEqual([email]);
});

test('a user is signed out of one application from its Users tab', async ({ page, api }) => {
  const place = await api.place();
  const application = await api.givenApplication(place, 'authorization_flow');
  const user = await api.givenUser(application);
  await openConsole(page, `/applications/${application.id}/users`, application.name);
  await page.getByRole('button', { name: `More actions for ${user.email}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out of this app' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByText(`${user.email} was signed out of ${application.name}.`)).toBeVisible();
  await page.getByRole('button', { name: `More actions for ${user.email}` }).click();
  await page.getByRole('menuitem', { name: 'Open user' }).click();
  await expect(page).toHaveURL(new RegExp(`/users/${user.accountId}$`));
});

test.describe('protocol.md §2.3 registration-logo-uri, -policy-uri, -tos-uri', () => {
  test.use(signedOut);

  test('sign-in and consent show logo, policy and terms of a registered client', async ({ page, api }, testInfo) => {
    const picture =
      '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40" fill="#2457d6"/></svg>';
    const site = createServer((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'image/svg+xml', 'cross-origin-resource-policy': 'cross-origin' })
        .end(picture);
    });
    await new Promise<void>((done) => {
      site.listen(0, '127.0.0.1', done);
    });
    const origin = `http://localhost:${(site.address() as AddressInfo).port}`;
    try {
      const place = await api.place();
      await api.done('PATCH', `/suites/${place.suite.id}`, { registration: 'open' });
      const user = await api.givenAccount(place.suite.id);
      const answer = await register(place, {
        client_name: 'Photo printer',
        logo_uri: `${origin}/logo.svg`,
        policy_uri: 'https://printer.example.com/policy',
        tos_uri: 'https://printer.example.com/terms',
      });
      const { client_id } = (await answer.json()) as { client_id: string };
      const asked = { response_type: 'code', scope: 'openid profile email', client_id, redirect_uri: callbackUrl };
      await page.goto(`${place.suite.issuer}/authorize?${new URLSearchParams(asked)}`);
      for (const name of ['sign-in', 'consent']) {
        await expect(page.getByRole('link', { name: 'Privacy policy of Photo printer' })).toBeVisible();
        await expect(page.getByRole('link', { name: 'Terms of Photo printer' })).toBeVisible();
        const logo = page.locator('img.logo');
        await expect(logo).toBeVisible();
        expect(await logo.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(120);
        await expectNoSeriousAxe(page);
        await page.screenshot({ path: testInfo.outputPath(`${name}.png`) });
        if (name === 'sign-in') await signInOnHostedPage(page, user);
      }
      await expect(page.getByRole('heading', { name: 'Photo printer wants to use your account' })).toBeVisible();
      const { items } = await api.done<ListPage<Application>>('GET', `/applications?suiteId=${place.suite.id}`);
      expect(items).toMatchObject([{ clientId: client_id, selfRegistered: true }]);
    } finally {
      site.close();
    }
  });
});
