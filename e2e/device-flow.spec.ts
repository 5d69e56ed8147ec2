import type { Page } from '@playwright/test';
import type { ApplicationWithSecret } from '@tessera/contract/applications';
import { type Api, owner, type Person, unique } from './support/api.js';
import {
  accountOf,
  choose,
  chooseType,
  expect,
  openApplication,
  openConsole,
  saveForm,
  signedOut,
  signInOnHostedPage,
  test,
} from './support/console.js';
import { type DeviceCodes, pollDevice, pollUntilDecided, startDevice, typeUserCode } from './support/device.js';
import { shownToken, tokenCard } from './support/generate-token.js';
import { expectAccessible, expectWellMade, phone } from './support/page-checks.js';
import { askToken, verifyAccessToken } from './support/token-endpoint.js';

interface Given {
  tv: ApplicationWithSecret;
  ana: Person;
}

async function given(api: Api): Promise<Given> {
  const tv = await api.givenApplication(await api.place(), 'device_flow', { name: unique('Television') });
  return { tv, ana: await api.givenUser(tv) };
}

const heading = (page: Page, name: string) => expect(page.getByRole('heading', { level: 1, name })).toBeVisible();

test.describe('Device Flow in the console', () => {
  test('Device Flow: Create needs no redirect URL and makes no secret; a device can begin at once', async ({
    page,
    api,
  }) => {
    const { suite, project } = await api.place();
    const name = unique('Television');
    await openConsole(page, '/applications/new', 'Create application');
    await page.getByLabel('Application Name').fill(name);
    await choose(page, 'Suite', suite.name);
    await choose(page, 'Project', project.name);
    await chooseType(page, 'Device Flow');
    const summary = page.getByRole('complementary', { name: 'Summary' });
    await expect(summary).toContainText('Device Flow');
    await expect(summary).toContainText("None. The user's confirmation protects the device code.");
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await heading(page, name);
    await expect(page.getByText('Created. Next:')).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);

    const [stored] = await api.applicationsOf(project);
    expect(stored).toMatchObject({ name, authenticatorType: 'device_flow', redirectUris: [] });
    if (!stored) return;
    await startDevice(stored);

    // Where a browser would have the authorize endpoint, a device has its own.
    const endpoints = page.getByRole('region', { name: 'Endpoints' });
    await expect(endpoints.getByText(`${stored.issuer}/device_authorization`, { exact: true })).toBeVisible();
    await expect(endpoints.getByText(`${stored.issuer}/authorize`, { exact: true })).toHaveCount(0);
    await endpoints.getByText('curl', { exact: true }).click();
    await expect(endpoints.getByRole('region', { name: 'Settings as text' })).toContainText(
      'grant_type=urn:ietf:params:oauth:grant-type:device_code',
    );
    // Nothing is asked that has a meaning for authorization requests only.
    for (const label of ['Login URL of the application', 'Sign in again after (seconds)', 'Request URLs'])
      await expect(page.getByLabel(label, { exact: true })).toHaveCount(0);
    await expect(page.getByRole('switch', { name: 'Require pushed authorization requests' })).toHaveCount(0);
    await expect(page.getByRole('switch', { name: 'Require DPoP' })).toBeVisible();
    await page.getByRole('tab', { name: 'Credentials' }).click();
    await expect(page.getByText('Public clients have no secret.')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Client authentication' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Add secret' })).toHaveCount(0);
    await page.getByRole('tab', { name: 'Config' }).click();
    await expect(page.getByLabel('Refresh Token Life Span', { exact: true })).toBeVisible();
    await expect(page.getByRole('radiogroup', { name: 'Refresh tokens' })).toBeVisible();
    await expect(page.getByLabel('ID tokens are signed with')).toBeVisible();
  });

  test('Device Flow: “Which one?” knows devices without a keyboard', async ({ page }) => {
    await openConsole(page, '/applications/new', 'Create application');
    await page.getByRole('button', { name: 'Which one?' }).click();
    const dialog = page.getByRole('dialog', { name: 'Which authenticator type?' });
    await dialog.getByRole('radio', { name: 'A person who uses the application' }).check();
    await dialog.getByRole('radio', { name: /^On a device without a browser or a keyboard/ }).check();
    await expect(dialog.getByText('Your answers point to Device Flow.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Use this type' }).click();
    await expect(page.getByRole('radio', { name: 'Device Flow' })).toBeChecked();
  });

  test('Device Flow: another type becomes it and loses its secret; the very next request obeys', async ({
    page,
    api,
  }) => {
    const application = await api.givenApplication(await api.place(), 'client_credentials');
    await openApplication(page, application, 'General');
    await chooseType(page, 'Device Flow');
    const effects = page.getByRole('dialog', { name: 'What will change' });
    await expect(effects).toContainText('From Client Credentials to Device Flow:');
    await expect(effects).toContainText('1 client secret stops working.');
    await effects.getByRole('button', { name: 'Change type' }).click();
    await saveForm(page);
    const grant = { grant_type: 'client_credentials' };
    expect(await askToken(application, grant), 'with the old secret').toMatchObject({ status: 401 });
    const { issuer, clientId } = application;
    expect(await askToken({ issuer, clientId }, grant)).toMatchObject({ body: { error: 'unauthorized_client' } });
    await startDevice(application);
    await expect(page.getByRole('switch', { name: 'Allow plain PKCE' })).toHaveCount(0);
  });
});

/** Starts the device on the card and answers its user code. */
async function startOnCard(page: Page): Promise<string> {
  const card = tokenCard(page);
  await card.getByRole('button', { name: 'Get user code' }).click();
  const code = card.getByRole('group', { name: 'User code' });
  await expect(code).toHaveText(/^[A-Z]{4}-[A-Z]{4}$/);
  return code.innerText();
}

test.describe('Generate token, Device Flow', () => {
  test('Device Flow: the console plays the device until the user has confirmed its code in another browser', async ({
    page,
    api,
    browser,
  }) => {
    const { tv, ana } = await given(api);
    await openApplication(page, tv, 'Application Users');
    await expect(tokenCard(page).getByLabel('Email', { exact: true })).toHaveCount(0);
    const code = await startOnCard(page);
    await expect(tokenCard(page).getByText('Waiting for the user.')).toBeVisible();
    await expect(tokenCard(page).getByText(/expires in (10:00|9:\d\d)/)).toBeVisible();
    await expect(tokenCard(page).getByText('The device gets authorization_pending.')).toBeVisible();
    await expectAccessible(page);

    const theirs = await browser.newContext();
    const theirPage = await theirs.newPage();
    const link = tokenCard(page).getByRole('link', { name: 'Open with this code' });
    await theirPage.goto((await link.getAttribute('href')) ?? '');
    await expect(theirPage.getByLabel('Code')).toHaveValue(code);
    await theirPage.getByRole('button', { name: 'Continue' }).click();
    await signInOnHostedPage(theirPage, ana);
    await expect(theirPage.getByRole('listitem')).toHaveText(['See your name and profile', 'See your e-mail address']);
    await theirPage.getByRole('button', { name: 'Allow' }).click();
    await heading(theirPage, 'Your device is connected');
    await theirs.close();

    await expect(page.getByRole('region', { name: 'Access token as text' })).toBeVisible();
    await expect(tokenCard(page).getByText('Confirmed: the device has its tokens.')).toBeVisible();
    const claims = await verifyAccessToken(tv.issuer, await shownToken(page));
    const admin = await accountOf(api, owner.email);
    expect(claims).toMatchObject({ sub: ana.accountId, client_id: tv.clientId, act: { sub: admin.id } });
    await expect(page.getByRole('region', { name: 'curl command' }).first()).toContainText('/device_authorization');
    await expectAccessible(page);
  });

  test('Device Flow: the card says that the user did not agree, and starts again', async ({
    page,
    api,
    browser,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 400');
    const { tv, ana } = await given(api);
    await openApplication(page, tv, 'Application Users');
    const code = await startOnCard(page);
    const theirs = await browser.newContext();
    const theirPage = await theirs.newPage();
    await theirPage.goto(`${tv.issuer}/device`);
    await typeUserCode(theirPage, code);
    await signInOnHostedPage(theirPage, ana);
    await theirPage.getByRole('button', { name: 'Deny' }).click();
    await heading(theirPage, 'Your device was not connected');
    await theirs.close();
    const alert = tokenCard(page).getByRole('alert');
    await expect(alert).toContainText('The user did not agree.');
    await expect(alert).toContainText('access_denied');
    await alert.getByRole('button', { name: 'Restart at step 1' }).click();
    await expect(tokenCard(page).getByRole('group', { name: 'User code' })).toHaveCount(0);
    expect(await startOnCard(page)).not.toBe(code);
  });

  test('Device Flow: the token of one user is asked for by name', async ({ page, api }) => {
    const { tv, ana } = await given(api);
    await openApplication(page, tv, 'Application Users');
    await page.getByRole('button', { name: `More actions for ${ana.email}` }).click();
    await page.getByRole('menuitem', { name: 'Generate token' }).click();
    await expect(tokenCard(page).getByLabel('Scope')).toBeFocused();
    await startOnCard(page);
    await expect(tokenCard(page).getByText(`enter the code and sign in as ${ana.email}.`)).toBeVisible();
  });

  test('Device Flow: a scope that is not known is refused; leaving the page forgets the code', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 400');
    const { tv } = await given(api);
    await openApplication(page, tv, 'Application Users');
    await tokenCard(page).getByLabel('Scope').fill('openid no-such-scope');
    await tokenCard(page).getByRole('button', { name: 'Get user code' }).click();
    await expect(tokenCard(page).getByRole('alert')).toContainText('invalid_scope');
    await tokenCard(page).getByLabel('Scope').fill('openid');
    await startOnCard(page);
    await page.getByRole('tab', { name: 'Config' }).click();
    await page.getByRole('tab', { name: 'Application Users' }).click();
    await expect(tokenCard(page).getByRole('button', { name: 'Get user code' })).toBeVisible();
    await expect(tokenCard(page).getByRole('group', { name: 'User code' })).toHaveCount(0);
  });
});

test.describe('The hosted device page, in a browser that nobody has signed in with', () => {
  test.use(signedOut);

  /** The person comes to the page, types the code and signs in. */
  async function comeAndSignIn(page: Page, { tv, ana }: Given, codes: DeviceCodes) {
    await page.goto(codes.verification_uri);
    await typeUserCode(page, codes.user_code);
    await signInOnHostedPage(page, ana);
    await heading(page, `Connect a device to ${tv.name}?`);
  }

  test('RFC 8628 §3.3: code, sign-in, question, done; each page is accessible on a desktop and a phone, and the device gets its tokens', async ({
    page,
    api,
  }) => {
    const world = await given(api);
    const { tv, ana } = world;
    const codes = await startDevice(tv);
    expect((await pollDevice(tv, codes)).body).toMatchObject({ error: 'authorization_pending' });

    await page.goto(codes.verification_uri);
    await expectWellMade(page, 'Enter the code shown on your device');
    await expect(page.getByLabel('Code')).toBeFocused();
    await expectAccessible(page);
    // As a person types it: small letters, a blank instead of the hyphen.
    await typeUserCode(page, codes.user_code.toLowerCase().replace('-', ' '));
    await expectWellMade(page, `Sign in to ${tv.name}`);
    await expectAccessible(page);
    await signInOnHostedPage(page, ana);
    await expectWellMade(page, `Connect a device to ${tv.name}?`);
    await expect(page.getByText(ana.email)).toBeVisible();
    await expect(page.getByText('Only continue if you started this.')).toBeVisible();
    await expect(page.getByRole('listitem')).toHaveText([
      'See your name and profile',
      'Keep access while you are away, until you take it back',
    ]);
    await expectAccessible(page);
    const [deny, allow] = await Promise.all(
      ['Deny', 'Allow'].map((name) => page.getByRole('button', { name }).boundingBox()),
    );
    expect([deny?.width, deny?.height], 'Deny is as large as Allow').toEqual([allow?.width, allow?.height]);
    await page.getByRole('button', { name: 'Allow' }).click();
    await expectWellMade(page, 'Your device is connected');
    await expectAccessible(page);

    const { status, body } = await pollUntilDecided(tv, codes);
    expect(status).toBe(200);
    const claims = await verifyAccessToken(tv.issuer, body.access_token ?? '');
    expect(claims).toMatchObject({ sub: ana.accountId, client_id: tv.clientId });
    expect(claims).not.toHaveProperty('act');
    const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' };
    expect(await askToken(tv, refresh)).toMatchObject({ status: 200 });
  });

  test('RFC 8628 §3.5: who denies gives the device nothing; the next device is asked without another sign-in', async ({
    page,
    api,
  }) => {
    const world = await given(api);
    const codes = await startDevice(world.tv);
    await comeAndSignIn(page, world, codes);
    await page.getByRole('button', { name: 'Deny' }).click();
    await expectWellMade(page, 'Your device was not connected');
    expect(await pollDevice(world.tv, codes)).toMatchObject({ status: 400, body: { error: 'access_denied' } });

    const next = await startDevice(world.tv);
    await page.goto(next.verification_uri_complete);
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, `Connect a device to ${world.tv.name}?`);
    await page.getByRole('button', { name: 'Allow' }).click();
    await heading(page, 'Your device is connected');
    expect(await pollDevice(world.tv, next)).toMatchObject({ status: 200 });
  });

  test('RFC 8628 §5.1: a wrong code says only that; so does one that was used', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 400');
    const world = await given(api);
    const codes = await startDevice(world.tv);
    await page.goto(codes.verification_uri);
    await typeUserCode(page, 'BCDF-GHJK');
    await expect(page.getByRole('alert')).toHaveText('That code is wrong or has expired.');
    await expectAccessible(page);
    await typeUserCode(page, codes.user_code);
    await signInOnHostedPage(page, world.ana);
    await page.getByRole('button', { name: 'Allow' }).click();
    await heading(page, 'Your device is connected');
    await page.goto(codes.verification_uri);
    await typeUserCode(page, codes.user_code);
    await expect(page.getByRole('alert')).toHaveText('That code is wrong or has expired.');
  });

  test('RFC 8628 §3.3: a wrong password, and somebody who may not use the application, are told so and go on', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 401', 'status of 403');
    const place = await api.place();
    const tv = await api.givenApplication(place, 'device_flow', { name: unique('Television') });
    const ana = await api.givenUser(tv);
    const stranger = await api.givenAccount(place.suite.id);
    const codes = await startDevice(tv);
    await page.goto(codes.verification_uri);
    await typeUserCode(page, codes.user_code);
    await signInOnHostedPage(page, { ...ana, password: 'not the pass phrase' });
    await expect(page.getByRole('alert')).toHaveText('Email or password is not correct.');
    await expect(page.getByLabel('Email')).toHaveValue(ana.email);
    await expectAccessible(page);
    await signInOnHostedPage(page, stranger);
    await expect(page.getByRole('alert')).toHaveText(`You don't have access to ${tv.name}.`);
    await signInOnHostedPage(page, ana);
    await page.getByRole('button', { name: 'Allow' }).click();
    await heading(page, 'Your device is connected');
    expect(await pollDevice(tv, codes)).toMatchObject({ status: 200 });
  });

  test('The device page: with the keyboard alone, on a phone', async ({ page, api }) => {
    const { tv, ana } = await given(api);
    const codes = await startDevice(tv);
    await page.setViewportSize(phone);
    await page.goto(codes.verification_uri);
    await expect(page.getByLabel('Code')).toBeFocused();
    await page.keyboard.type(codes.user_code);
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('Email')).toBeFocused();
    await page.keyboard.type(ana.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(ana.password);
    await page.keyboard.press('Enter');
    await heading(page, `Connect a device to ${tv.name}?`);
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Deny' })).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Allow' })).toBeFocused();
    await page.keyboard.press('Enter');
    await heading(page, 'Your device is connected');
  });
});
