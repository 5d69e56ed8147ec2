import type { Page } from '@playwright/test';
import { decodeProtectedHeader } from 'jose';
import { unique } from './support/api.js';
import { authorizeUrl, cameBack } from './support/client.js';
import { askByKey, clientKey } from './support/client-key.js';
import { expect, openApplication, saveForm, signedOut, signInOnHostedPage, test } from './support/console.js';
import { expectAccessible, phone } from './support/page-checks.js';
import { askToken } from './support/token-endpoint.js';

const authentication = (page: Page) => page.getByRole('region', { name: 'Client authentication' });
const requests = (page: Page) => page.getByRole('region', { name: 'Requests and tokens' });

test('Credentials: a key in place of a secret; refused while it is wrong; and back to a secret, shown once', async ({
  page,
  api,
}) => {
  const application = await api.givenApplication(await api.place(), 'client_credentials');
  const key = await clientKey();
  await openApplication(page, application, 'Credentials');
  const card = authentication(page);
  const method = card.getByLabel('Method');
  await expect(method).toHaveValue('');
  await method.selectOption('JWT signed with its own key (private_key_jwt)');
  await expect(card.getByRole('status').filter({ hasText: 'Saving this revokes every client secret' })).toBeVisible();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(card.getByRole('alert')).toContainText('Enter the public keys of the application, or their URL.');
  await card.getByRole('radio', { name: 'At a URL' }).check();
  await card.getByLabel('JWKS URL').fill('http://app.example.com/jwks.json');
  await expect(card.getByText(/Use https/).first()).toBeVisible();
  await card.getByRole('radio', { name: 'Entered here' }).check();
  const text = card.getByRole('textbox', { name: 'JWKS', exact: true });
  await text.fill('{"keys": [');
  await expect(text).toHaveAccessibleDescription(/Enter a JWKS such as/);
  await expectAccessible(page);
  await text.fill(JSON.stringify(key.secretJwks));
  await expect(text).toHaveAccessibleDescription(/Enter public keys only: this has a private or shared key\./);
  await text.fill(JSON.stringify(key.jwks));
  await card.getByLabel('Algorithm of the JWT').selectOption('ES256');
  await saveForm(page);

  await expect(page.getByText('No secret: the application signs with its own key.')).toBeVisible();
  expect(await api.application(application.id)).toMatchObject({
    tokenEndpointAuthMethod: 'private_key_jwt',
    tokenEndpointAuthSigningAlg: 'ES256',
    jwks: key.jwks,
    jwksUri: null,
  });
  expect((await askByKey(application, key.privateKey)).body.access_token).toBeDefined();
  expect((await askByKey(application, (await clientKey()).privateKey)).body.error).toBe('invalid_client');
  expect((await askToken(application, { grant_type: 'client_credentials' })).body.error).toBe('invalid_client');

  await page.reload();
  await expect(text).toHaveValue(JSON.stringify(key.jwks, null, 2));
  await expectAccessible(page);
  await method.selectOption('Client secret, in the header or in the body');
  await expect(card.getByText('Saving this makes a client secret, which is shown once.')).toBeVisible();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const shown = page.getByRole('dialog');
  const clientSecret = (await shown.getByTestId('secret').innerText()).trim();
  await shown.getByLabel('I have stored the secret').check();
  await shown.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('table', { name: 'Client secrets' })).toContainText('Active');
  const answer = await askToken({ ...application, clientSecret }, { grant_type: 'client_credentials' });
  expect(answer.body.access_token).toBeDefined();
});

test('Credentials: header only refuses a secret in the body; leaving asks; Discard takes it back; on a phone', async ({
  page,
  api,
}) => {
  const application = await api.givenApplication(await api.place(), 'client_credentials');
  await page.setViewportSize(phone);
  await openApplication(page, application, 'Credentials');
  const method = authentication(page).getByLabel('Method');
  await method.focus();
  await page.keyboard.press('ArrowDown');
  await expect(method).toHaveValue('client_secret_basic');
  await expect(method).toHaveAccessibleDescription(/A secret in the body is refused\./);
  await page.getByRole('tab', { name: 'Config' }).click();
  await expect(page.getByRole('heading', { name: 'Leave without saving?' })).toBeVisible();
  await page.getByRole('button', { name: 'Stay on page' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(method).toHaveValue('');
  await method.selectOption('client_secret_basic');
  await saveForm(page);
  expect((await askToken(application, { grant_type: 'client_credentials' })).body.error).toBe('invalid_client');
});

test('Credentials: a public application has keys, and no method', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'authorization_pkce_flow');
  await openApplication(page, application, 'Credentials');
  await expect(page.getByText('Public clients have no secret. PKCE protects the code.')).toBeVisible();
  const card = authentication(page);
  await expect(card.getByLabel('Method')).toHaveCount(0);
  await card.getByRole('radio', { name: 'At a URL' }).check();
  await card.getByLabel('JWKS URL').fill('https://app.example.com/jwks.json');
  await saveForm(page);
  expect(await api.application(application.id)).toMatchObject({ jwksUri: 'https://app.example.com/jwks.json' });
  await card.getByRole('radio', { name: 'None' }).check();
  await saveForm(page);
  expect(await api.application(application.id)).toMatchObject({ jwksUri: null });
});

test('General: DPoP and pushed requests can be required, and are from then on', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'authorization_flow', { access: 'everyone' });
  await openApplication(page, application, 'General');
  const card = requests(page);
  await card.getByRole('switch', { name: 'Require DPoP' }).focus();
  await page.keyboard.press('Space');
  await card.getByRole('switch', { name: 'Require pushed authorization requests' }).click();
  await card.getByLabel('Request objects are signed with').selectOption('ES256');
  await card.getByLabel('Request URLs', { exact: true }).fill('http://app.example.com/request.jwt');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(card.getByLabel('Request URLs', { exact: true })).toHaveAccessibleDescription(/Use https/);
  await expectAccessible(page);
  await card.getByLabel('Request URLs', { exact: true }).fill('https://app.example.com/request.jwt');
  await card.getByLabel('Introspection answers with').selectOption('A JWT signed with ES256');
  await saveForm(page);
  expect(await api.application(application.id)).toMatchObject({
    dpopBoundAccessTokens: true,
    requirePushedRequests: true,
    requestObjectSigningAlg: 'ES256',
    requestUris: ['https://app.example.com/request.jwt'],
    introspectionSigningAlg: 'ES256',
  });

  // RFC 9126 §5: a request that the browser brings is refused.
  const plain = await fetch(authorizeUrl(application, application.redirectUris[0] ?? ''), { redirect: 'manual' });
  expect(new URL(plain.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request');
  const pushed = await fetch(`${application.issuer}/par`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: application.clientId,
      client_secret: application.clientSecret ?? '',
      response_type: 'code',
      redirect_uri: application.redirectUris[0] ?? '',
      scope: 'openid',
    }),
  });
  expect(pushed.status).toBe(201);
  // RFC 9449 §5: a token request without a proof is, too.
  const unproven = await askToken(application, { grant_type: 'refresh_token', refresh_token: 'tes_rt_none' });
  expect(unproven.body.error).toBe('invalid_dpop_proof');
});

test.describe('in a browser that nobody has signed in with', () => {
  test.use(signedOut);

  test('General and Config: token format, algorithms, pairwise subjects and signed userinfo reach the application', async ({
    page,
    api,
    client,
    browser,
    ownerState,
  }) => {
    const application = await api.givenApplication(await api.place(), 'authorization_flow', {
      name: unique('Shop'),
      redirectUris: [client.redirectUri],
    });
    const user = await api.givenUser(application);
    const admin = await (await browser.newContext({ storageState: ownerState })).newPage();
    await openApplication(admin, application, 'General');
    await admin.getByRole('radio', { name: 'Opaque' }).check();
    await admin.getByRole('radio', { name: 'Pairwise' }).check();
    await admin.getByLabel('Userinfo answers with').selectOption('A JWT signed with ES256');
    await admin.getByLabel('Sign in again after (seconds)').fill('0');
    await saveForm(admin);
    await openApplication(admin, application, 'Config');
    await admin.getByLabel('ID tokens are signed with').selectOption('EdDSA');
    await saveForm(admin);
    await admin.context().close();

    await page.goto(authorizeUrl(application, client.redirectUri));
    await signInOnHostedPage(page, user);
    const code = (await cameBack(page, client)).get('code') ?? '';
    const { body } = await askToken(application, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: client.redirectUri,
    });
    expect(body.access_token).toMatch(/^tes_at_/);
    const idToken = String((body as { id_token?: string }).id_token);
    expect(decodeProtectedHeader(idToken).alg).toBe('EdDSA');
    const { sub } = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
    expect(sub).not.toBe(user.accountId);
    const userinfo = await fetch(`${application.issuer}/userinfo`, {
      headers: { authorization: `Bearer ${body.access_token}` },
    });
    expect(userinfo.headers.get('content-type')).toMatch(/^application\/jwt/);
    expect(decodeProtectedHeader(await userinfo.text()).alg).toBe('ES256');
    // A default max age of 0 s: every request asks for the password again.
    await page.goto(authorizeUrl(application, client.redirectUri));
    await expect(page.getByLabel('Password')).toBeVisible();
  });
});
