import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { ApplicationWithSecret } from '@tessera/contract/applications';
import type { Api, Person, Place } from './support/api.js';
import { allowScopes, givenResource, givenRole, givenScopes } from './support/api-access.js';
import { authorizeUrl, cameBack } from './support/client.js';
import { chooseType, expect, openApplication, openConsole, signInOnHostedPage, test } from './support/console.js';
import { startDevice, typeUserCode } from './support/device.js';
import { codeOf, logIn, pair, submit, tokenCard } from './support/generate-token.js';
import { desktop, phone } from './support/page-checks.js';
import { startProduct } from './support/product.js';
import { askToken, askTokenFor } from './support/token-endpoint.js';

// Not part of the tests: writes what every page looks like, light and dark, on a desktop and on a phone.

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));
const kinds = [
  { name: 'light', colorScheme: 'light', viewport: desktop },
  { name: 'dark', colorScheme: 'dark', viewport: desktop },
  { name: 'phone-light', colorScheme: 'light', viewport: phone },
  { name: 'phone-dark', colorScheme: 'dark', viewport: phone },
] as const;

/** The page as it stands, in four pictures. */
async function take(page: Page, name: string) {
  for (const { name: kind, colorScheme, viewport } of kinds) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(viewport);
    // The height of the page in one picture, unless it is a documentation without end.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ ...viewport, height: Math.min(Math.max(height, viewport.height), 2600) });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.screenshot({ path: `${folder}${name}-${kind}.png`, animations: 'disabled' });
  }
  await page.setViewportSize(desktop);
}

interface World {
  place: Place;
  pkce: ApplicationWithSecret;
  web: ApplicationWithSecret;
  backEnd: ApplicationWithSecret;
  tv: ApplicationWithSecret;
  ana: Person;
}

let world: World;

/** Something to look at, with names as people give them. */
async function fill(api: Api): Promise<World> {
  const place = await api.place({ suite: 'Shop', project: 'Storefront' });
  const [, , back] = await Promise.all([
    api.givenProject(place.suite, { name: 'Loyalty', environment: 'production' }),
    api.givenSuite({ name: 'Logistics', description: 'Warehouses, carriers and the people who drive' }),
    api.givenProject(place.suite, { name: 'Back office', environment: 'staging', description: 'Tools of the staff' }),
  ]);
  const pkce = await api.givenApplication(place, 'authorization_pkce_flow', {
    name: 'Storefront web',
    allowedOrigins: ['https://shop.example.com', 'http://localhost:5173'],
    redirectUris: ['https://shop.example.com/callback', 'http://localhost:5173/callback'],
  });
  const web = await api.givenApplication({ ...place, project: back }, 'authorization_flow', {
    name: 'Customer service desk of the international department',
  });
  const backEnd = await api.givenApplication({ ...place, project: back }, 'user_credentials', {
    name: 'Batch import',
    allowedOrigins: ['*'],
  });
  const tv = await api.givenApplication(place, 'device_flow', { name: 'Storefront television' });
  await api.givenApplication({ ...place, project: back }, 'client_credentials', {
    name: 'Nightly report',
    status: 'disabled',
  });
  const people = [
    ['Ana', 'Lima', 'ana@shop.example'],
    ['Bartholomew', 'Featherstonehaugh-Cholmondeley', 'bartholomew.featherstonehaugh@international.shop.example'],
    ['Chiara', '', 'chiara@shop.example'],
  ] as const;
  const users: Person[] = [];
  for (const [firstName, lastName, email] of people)
    users.push(await api.givenUser(pkce, { firstName, lastName, email }));
  const [ana, , chiara] = users;
  if (!ana || !chiara) throw new Error('Nobody was made.');
  await api.done('PATCH', `/applications/${pkce.id}/users/${chiara.id}`, { enabled: false });
  for (const application of [web, backEnd, tv])
    await api.done('POST', `/applications/${application.id}/users`, { accountId: ana.accountId });
  await askTokenFor(backEnd, ana);
  await askTokenFor(backEnd, { ...ana, password: 'not the pass phrase' });
  return { place, pkce, web, backEnd, tv, ana };
}

test.describe.configure({ mode: 'serial' });

test('console', async ({ page, api, allowConsoleErrors }) => {
  allowConsoleErrors(/status of 4\d\d/);
  world = await fill(api);
  const { place, pkce, web, backEnd, tv, ana } = world;
  const rows = () => expect(page.getByRole('table').getByRole('row').nth(1)).toBeVisible();

  await openConsole(page, '/', 'Overview');
  await expect(page.getByText('Needs attention')).toBeVisible();
  await take(page, '01-overview');
  await openConsole(page, '/suites', 'Suites');
  await rows();
  await take(page, '02-suites');
  await openConsole(page, '/suites?create=1', 'Suites');
  await page.getByRole('dialog').getByLabel('Suite Name').fill('Fulfilment');
  await take(page, '03-suite-create');
  await openConsole(page, `/suites/${place.suite.id}/overview`, 'Shop');
  await take(page, '04-suite');
  await openConsole(page, `/suites/${place.suite.id}/projects`, 'Shop');
  await rows();
  await take(page, '05-suite-projects');
  await openConsole(page, '/projects', 'Projects');
  await rows();
  await take(page, '06-projects');
  await openConsole(page, `/projects/${place.project.id}`, 'Storefront');
  await rows();
  await take(page, '07-project');

  await openConsole(page, '/applications', 'Applications');
  await rows();
  await page.getByRole('checkbox', { name: 'Select Batch import' }).check();
  await take(page, '10-applications');
  await openConsole(page, `/applications?suite=${place.suite.id}&q=nothing`, 'Applications');
  await expect(page.getByText('No application matches')).toBeVisible();
  await take(page, '11-applications-none');
  await openConsole(page, `/applications?q=Batch`, 'Applications');
  await page.getByRole('button', { name: 'Delete Batch import' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
  await take(page, '12-application-delete-refused');
  await openConsole(page, `/applications?q=Nightly`, 'Applications');
  await page.getByRole('button', { name: 'Delete Nightly report' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await take(page, '13-application-delete');

  await openConsole(page, `/applications/new?suite=${place.suite.id}`, 'Create application');
  await take(page, '14-application-create');
  await page.getByRole('button', { name: '*', exact: true }).click();
  await page.getByLabel('Redirect URL', { exact: true }).fill('http://shop.example.com');
  await chooseType(page, 'User Credentials');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await take(page, '15-application-create-faults');

  await openApplication(page, pkce, 'General');
  await take(page, '20-application-general');
  await page.getByLabel('Description').fill('Changed');
  await take(page, '21-application-general-changed');
  await openApplication(page, backEnd, 'Credentials');
  await expect(page.getByRole('table')).toBeVisible();
  await take(page, '22-application-credentials');
  await page.getByRole('button', { name: 'Add secret' }).first().click();
  await page.getByRole('dialog').getByLabel('Name').fill('ci');
  await page.getByRole('dialog').getByRole('button', { name: 'Add secret' }).click();
  await expect(page.getByRole('checkbox', { name: 'I have stored the secret' })).toBeVisible();
  await take(page, '23-secret-once');

  await openApplication(page, pkce, 'Application Users');
  await expect(page.getByRole('table').getByRole('row').nth(2)).toBeVisible();
  await take(page, '30-users-pkce');
  await logIn(page, ana, { challenge: pair.challenge });
  await codeOf(page);
  await page.getByLabel('Code Verifier').fill('not the verifier of that challenge, but long enough');
  await submit(page);
  await expect(tokenCard(page).getByRole('alert')).toBeVisible();
  await take(page, '31-token-pkce-refused');
  await page.getByLabel('Code Verifier').fill(pair.verifier);
  await submit(page);
  await expect(page.getByRole('region', { name: 'Access token as text' })).toBeVisible();
  await take(page, '32-token-pkce');
  await openApplication(page, backEnd, 'Application Users');
  await tokenCard(page).getByLabel('Email', { exact: true }).fill(ana.email);
  await tokenCard(page).getByLabel('Email', { exact: true }).press('Escape');
  await submit(page);
  await expect(page.getByRole('region', { name: 'Access token as text' })).toBeVisible();
  await take(page, '33-token-user-credentials');
  await openApplication(page, tv, 'General');
  await take(page, '35-device-general');
  await openApplication(page, tv, 'Credentials');
  await take(page, '36-device-credentials');
  await openApplication(page, tv, 'Application Users');
  await tokenCard(page).getByRole('button', { name: 'Get user code' }).click();
  await expect(tokenCard(page).getByText('The device gets authorization_pending.')).toBeVisible();
  await take(page, '37-device-waiting');
  const other = await page.context().newPage();
  await other.goto(
    (await tokenCard(page).getByRole('link', { name: 'Open with this code' }).getAttribute('href')) ?? '',
  );
  await other.getByRole('button', { name: 'Continue' }).click();
  await signInOnHostedPage(other, ana);
  await other.getByRole('button', { name: 'Allow' }).click();
  await expect(other.getByRole('heading', { level: 1, name: 'Your device is connected' })).toBeVisible();
  await other.close();
  await expect(page.getByRole('region', { name: 'Access token as text' })).toBeVisible();
  await take(page, '38-device-token');
  await openApplication(page, web, 'Application Users');
  await page.getByRole('tabpanel').getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('dialog').getByLabel('First name').fill('Dora');
  await page.getByRole('dialog').getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await take(page, '34-user-create');

  await openApplication(page, pkce, 'Config');
  await take(page, '40-config');
  await page.getByLabel('Refresh Token Life Span', { exact: true }).fill('0');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await take(page, '41-config-refused');
  await openConsole(page, '/no/such/page', 'Page not found');
  await take(page, '50-page-not-found');
  await openConsole(page, '/', 'Overview');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('sto');
  await expect(page.getByRole('option', { name: /Storefront web/ })).toBeVisible();
  await take(page, '51-palette');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await take(page, '52-help');
});

test('hosted pages and API docs', async ({ browser, product, api, client, allowConsoleErrors }) => {
  allowConsoleErrors(/status of 4\d\d/);
  const { place, tv, ana } = world ?? (await fill(api));
  const application = await api.givenApplication(place, 'authorization_flow', {
    name: 'Storefront',
    access: 'everyone',
    redirectUris: [client.redirectUri],
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  const ask = authorizeUrl(application, client.redirectUri);
  await page.goto(ask);
  await take(page, '60-hosted-sign-in');
  await signInOnHostedPage(page, { ...ana, password: 'not the pass phrase' });
  await expect(page.getByRole('alert')).toBeVisible();
  await take(page, '61-hosted-sign-in-refused');
  await signInOnHostedPage(page, ana);
  await cameBack(page, client);
  await page.goto(`${ask}&prompt=login`);
  await take(page, '62-hosted-sign-in-again');
  await page.goto(`${place.suite.issuer}/logout`);
  await take(page, '63-hosted-sign-out');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await take(page, '64-hosted-signed-out');
  await page.goto(authorizeUrl(application, 'https://evil.example.com/'));
  await take(page, '65-hosted-error');
  await page.goto(`${place.suite.issuer}/nothing`);
  await take(page, '66-hosted-not-found');
  await context.clearCookies();
  const device = await startDevice(tv);
  await page.goto(device.verification_uri);
  await take(page, '75-device-code');
  await typeUserCode(page, 'BCDF-GHJK');
  await expect(page.getByRole('alert')).toBeVisible();
  await take(page, '76-device-code-wrong');
  await typeUserCode(page, device.user_code);
  await take(page, '77-device-sign-in');
  await signInOnHostedPage(page, ana);
  await expect(page.getByRole('button', { name: 'Allow' })).toBeVisible();
  await take(page, '78-device-confirm');
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your device is connected' })).toBeVisible();
  await take(page, '79-device-done');
  await page.goto(`${product.url}/api/docs`);
  await take(page, '67-api-docs');
  await page.goto(`${product.url}/console/signed-out`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await take(page, '68-signed-out');
  await context.close();
});

test('API access, keys, people and registration', async ({ page, api, browser, client, allowConsoleErrors }) => {
  allowConsoleErrors(/status of 4\d\d/);
  const place = await api.place({ suite: 'Bakery', project: 'Counter' });
  const application = await api.givenApplication(place, 'authorization_flow', {
    name: 'Photo printer',
    firstParty: false,
    redirectUris: [client.redirectUri],
    policyUri: 'https://printer.example.com/privacy',
    tosUri: 'https://printer.example.com/terms',
    backchannelLogoutUri: 'https://printer.example.com/logout',
  });
  const user = await api.givenUser(application, { firstName: 'Chiara', lastName: 'Rossi' });
  const orders = await givenResource(api, place, { name: 'Orders', description: 'What people buy' });
  await givenResource(api, place, { name: 'Loyalty points of the customers abroad' });
  const scopes = Object.values(
    await givenScopes(api, orders, {
      'orders:read': 'See your orders',
      'orders:refund': 'Give money back for orders that did not arrive',
      'orders:write:on-behalf-of-others': 'Order in the name of others',
    }),
  );
  await allowScopes(api, application, scopes);
  const role = await givenRole(api, place, 'Clerk', scopes.slice(1));
  await givenRole(api, place, 'Manager of the international department', scopes);
  await api.done('PATCH', `/applications/${application.id}/users/${user.id}`, { roleIds: [role.id] });
  const narrowed = `?suite=${place.suite.id}&project=${place.project.id}`;
  const rows = () => expect(page.getByRole('table').getByRole('row').nth(1)).toBeVisible();

  await openConsole(page, `/resources${narrowed}`, 'API resources');
  await rows();
  await take(page, '80-resources');
  await openConsole(page, `/resources/${orders.id}/scopes`, 'Orders');
  await rows();
  await take(page, '81-resource-scopes');
  await openConsole(page, `/resources/${orders.id}/applications`, 'Orders');
  await rows();
  await take(page, '82-resource-applications');
  await page.goto(`/console/resources/${orders.id}/scopes?create=1`);
  await page.getByRole('dialog').getByLabel('Scope').fill('orders read');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await take(page, '83-scope-create');
  await openConsole(page, `/roles${narrowed}`, 'Roles');
  await rows();
  await take(page, '84-roles');
  await page.getByRole('button', { name: 'Edit Clerk' }).click();
  await expect(page.getByRole('dialog').getByRole('checkbox').first()).toBeVisible();
  await take(page, '85-role-edit');
  await openApplication(page, application, 'General');
  await take(page, '86-application-api-access');
  await page.getByRole('region', { name: 'API access' }).getByRole('button', { name: 'Change' }).click();
  await expect(page.getByRole('dialog').getByRole('checkbox').first()).toBeVisible();
  await take(page, '87-api-access');
  await openApplication(page, application, 'Application Users');
  await page.getByRole('button', { name: /^More actions for chiara|^More actions for ana/ }).click();
  await page.getByRole('menuitem', { name: 'Roles…' }).click();
  await expect(page.getByRole('dialog').getByText('Clerk (Counter)')).toBeVisible();
  await take(page, '88-user-roles');
  await openApplication(page, application, 'Credentials');
  const card = page.getByRole('region', { name: 'Client authentication' });
  await card.getByLabel('Method').selectOption('private_key_jwt');
  await card.getByRole('radio', { name: 'Entered here' }).check();
  await card.getByRole('textbox', { name: 'JWKS', exact: true }).fill('{"keys": [');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await take(page, '89-client-authentication');

  await openConsole(page, `/keys?suite=${place.suite.id}`, 'Keys');
  await rows();
  await take(page, '90-keys');
  await page.getByRole('button', { name: 'Rotate' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await take(page, '91-keys-rotate');
  await openConsole(page, `/users?suite=${place.suite.id}`, 'Users');
  await rows();
  await take(page, '92-users');
  await openConsole(page, `/users/${user.accountId}`, 'Chiara Rossi');
  await page.getByLabel('Birthday').fill('1987');
  await take(page, '93-user');
  await openConsole(page, `/suites/${place.suite.id}/registration`, 'Bakery');
  await page.getByRole('radio', { name: 'Whoever has an initial access token' }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('No token yet.')).toBeVisible();
  await api.done('POST', `/suites/${place.suite.id}/registration-tokens`, { name: 'partner', expiresIn: 86_400 });
  await page.reload();
  await rows();
  await take(page, '94-registration');

  const context = await browser.newContext();
  const person = await context.newPage();
  await person.goto(
    authorizeUrl(application, client.redirectUri, {
      scope: 'openid profile email offline_access orders:read orders:refund',
      resource: orders.identifier,
    }),
  );
  await signInOnHostedPage(person, user);
  await expect(person.getByRole('button', { name: 'Allow' })).toBeVisible();
  await take(person, '95-hosted-consent');
  await person.getByRole('button', { name: 'Allow' }).click();
  const code = (await cameBack(person, client)).get('code') ?? '';
  await askToken(application, { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri });
  await context.close();
  await openConsole(page, `/users/${user.accountId}`, 'Chiara Rossi');
  await expect(page.getByRole('region', { name: 'Consents' }).getByRole('table')).toBeVisible();
  await take(page, '97-user-consents');
  await api.done('POST', `/applications/${application.id}/users/${user.id}/sign-out`);
  await openApplication(page, application, 'General');
  const deliveries = page.getByRole('region', { name: 'Logout deliveries' });
  await expect(deliveries.getByRole('table')).toContainText('Waiting');
  await take(page, '96-logout-deliveries');
});

test('set-up', async ({ browser, allowConsoleErrors }) => {
  allowConsoleErrors(/status of 4\d\d/);
  const product = await startProduct();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(product.setupLink);
  await expect(page.getByRole('button', { name: 'Finish set-up' })).toBeVisible();
  await take(page, '70-set-up');
  await page.getByRole('button', { name: 'Finish set-up' }).click();
  await take(page, '71-set-up-faults');
  await page.goto(`${product.url}/console/set-up-open`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await take(page, '72-set-up-open');
  await page.goto(product.setupLink);
  await page.getByLabel('Your name').fill('Ana Lima');
  await page.getByLabel('Email').fill('ana@example.com');
  await page.getByLabel('Password', { exact: true }).fill('a pass phrase to remember');
  await page.getByLabel('Confirm Password').fill('a pass phrase to remember');
  await page.getByRole('button', { name: 'Finish set-up' }).click();
  await signInOnHostedPage(page, { email: 'ana@example.com', password: 'a pass phrase to remember' });
  await expect(page.getByRole('region', { name: 'First steps' })).toBeVisible();
  await take(page, '73-overview-first-steps');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Applications' }).click();
  await expect(page.getByRole('table').getByRole('row').nth(1)).toBeVisible();
  await take(page, '74-applications-first');
  await context.close();
  await product.stop();
});
