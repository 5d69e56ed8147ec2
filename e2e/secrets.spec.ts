import type { Page, Request } from '@playwright/test';
import { owner, unique } from './support/api.js';
import { authorizeUrl, cameBack } from './support/client.js';
import {
  chooseType,
  expect,
  openApplication,
  openConsole,
  signedOut,
  signInOnHostedPage,
  test,
} from './support/console.js';
import { codeOf, logIn, pair, shownToken, submit } from './support/generate-token.js';
import { askToken } from './support/token-endpoint.js';

/** Everything that a page leaves behind: storage, cookies that scripts can read, the address, and every URL asked for. */
function watchTraces(page: Page) {
  const urls: string[] = [];
  const said: string[] = [];
  page.on('request', (request: Request) => urls.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  return async () => {
    const kept = await page.evaluate(async () => {
      const databases = 'databases' in indexedDB ? await indexedDB.databases() : [];
      const caches = 'caches' in window ? await window.caches.keys() : [];
      return JSON.stringify({
        local: { ...localStorage },
        session: { ...sessionStorage },
        cookie: document.cookie,
        state: history.state,
        name: window.name,
        databases,
        caches,
      });
    });
    return { kept, urls: urls.join('\n'), said: said.join('\n'), address: page.url() };
  };
}

async function expectNoTrace(read: ReturnType<typeof watchTraces>, secrets: Record<string, string>) {
  const traces = await read();
  for (const [what, secret] of Object.entries(secrets)) {
    expect(secret.length, what).toBeGreaterThan(7);
    for (const [where, text] of Object.entries(traces)) {
      expect(text.includes(secret), `${what} in ${where}`).toBe(false);
      expect(text.includes(encodeURIComponent(secret)), `${what}, encoded, in ${where}`).toBe(false);
    }
  }
}

test('Secrets: nothing of the token generator stays: password, challenge pair, code, tokens', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'authorization_pkce_flow');
  const user = await api.givenUser(application);
  const traces = watchTraces(page);
  await openApplication(page, application, 'Application Users');
  await logIn(page, user, { challenge: pair.challenge });
  const code = await codeOf(page);
  await page.getByLabel('Code Verifier').fill(pair.verifier);
  await submit(page);
  const token = await shownToken(page);
  const secrets = {
    password: user.password,
    verifier: pair.verifier,
    code,
    token,
    signature: token.split('.')[2] ?? '',
  };
  await expectNoTrace(traces, secrets);
  await page.getByRole('tab', { name: 'Config' }).click();
  await expectNoTrace(traces, secrets);
});

test('Secrets: nothing of a new client secret or a new password stays', async ({ page, api }) => {
  const { suite, project } = await api.place();
  const name = unique('Secretive');
  const traces = watchTraces(page);
  await openConsole(page, `/applications/new?suite=${suite.id}&project=${project.id}`, 'Create application');
  await page.getByLabel('Application Name').fill(name);
  await chooseType(page, 'User Credentials');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const secret = await page
    .getByRole('dialog')
    .getByText(/^tes_cs_/)
    .innerText();
  await expectNoTrace(traces, { secret });
  await page.getByRole('checkbox', { name: 'I have stored the secret' }).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('link', { name: 'Add a user' }).click();
  const drawer = page.getByRole('dialog', { name: 'Create user' });
  await drawer.getByLabel('First name').fill('Ana');
  await drawer.getByLabel('Email').fill('ana@example.com');
  await drawer.getByRole('button', { name: 'Generate password' }).click();
  const password = await drawer.getByLabel('Password', { exact: true }).inputValue();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect(drawer).toBeHidden();
  await expectNoTrace(traces, { secret, password });
});

test('Secrets: the secret of an application is downloaded as .env, and never shown again', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'client_credentials');
  await openApplication(page, application, 'Credentials');
  await page.getByRole('button', { name: 'Add secret' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add secret' });
  await dialog.getByLabel('Name').fill('ci');
  await dialog.getByRole('button', { name: 'Add secret' }).click();
  const shown = page.getByRole('dialog', { name: 'Client secret “ci”' });
  const secret = await shown.getByText(/^tes_cs_/).innerText();
  const downloading = page.waitForEvent('download');
  await shown.getByRole('button', { name: 'Download .env' }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toBe(`${application.clientId}.env`);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  const env = Buffer.concat(chunks).toString();
  expect(env).toContain(`CLIENT_SECRET=${secret}\n`);
  expect(env).toContain(`CLIENT_ID=${application.clientId}\n`);
  await shown.getByRole('checkbox', { name: 'I have stored the secret' }).check();
  await shown.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByText(secret)).toHaveCount(0);
  await expect(page.getByRole('row').filter({ hasText: 'ci' })).toContainText(secret.slice(-4));
  await page.reload();
  await expect(page.getByRole('table', { name: 'Client secrets' })).toBeVisible();
  await expect(page.getByText(secret)).toHaveCount(0);
  const ask = (clientSecret: string) =>
    askToken({ ...application, clientSecret }, { grant_type: 'client_credentials' });
  expect(await ask(secret)).toMatchObject({ status: 200 });
  expect(await ask(application.clientSecret ?? ''), 'several live at once').toMatchObject({ status: 200 });
});

test('Secrets: rotate at once, and revoke the last with a second question', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const application = await api.givenApplication(await api.place(), 'client_credentials');
  const ask = (clientSecret: string) =>
    askToken({ ...application, clientSecret }, { grant_type: 'client_credentials' });
  await openApplication(page, application, 'Credentials');
  await page.getByRole('button', { name: 'Rotate' }).click();
  const rotate = page.getByRole('dialog', { name: 'Rotate secrets' });
  await rotate.getByLabel('Name').fill('second');
  await rotate.getByLabel('The other secrets end').selectOption('At once');
  await rotate.getByRole('button', { name: 'Rotate' }).click();
  const shown = page.getByRole('dialog', { name: 'Client secret “second”' });
  const secret = await shown.getByText(/^tes_cs_/).innerText();
  await shown.getByRole('checkbox', { name: 'I have stored the secret' }).check();
  await shown.getByRole('button', { name: 'Close' }).click();
  expect(await ask(application.clientSecret ?? '')).toMatchObject({ status: 401 });
  expect(await ask(secret)).toMatchObject({ status: 200 });

  await page.getByRole('button', { name: 'Revoke second' }).click();
  await page.getByRole('dialog', { name: 'Revoke second?' }).getByRole('button', { name: 'Revoke secret' }).click();
  const last = page.getByRole('dialog', { name: 'second is the last secret' });
  await expect(last).toContainText(`${application.name} will not be able to get tokens.`);
  expect(await ask(secret)).toMatchObject({ status: 200 });
  await last.getByRole('button', { name: 'Revoke the last secret' }).click();
  await expect(page.getByText('second was revoked.')).toBeVisible();
  expect(await ask(secret)).toMatchObject({ status: 401 });
});

test.describe('in a browser that nobody has signed in with', () => {
  test.use(signedOut);

  test('Secrets: the sign-in of the console leaves no code, token, password or verifier behind', async ({ page }) => {
    const traces = watchTraces(page);
    const tokens: string[] = [];
    const sent: string[] = [];
    page.on('response', async (response) => {
      if (!response.url().endsWith('/suites/system/token')) return;
      sent.push(response.request().postData() ?? '');
      tokens.push(...Object.values((await response.json()) as Record<string, unknown>).map(String));
    });
    await page.goto('/console/');
    await signInOnHostedPage(page, owner);
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
    const form = new URLSearchParams(sent[0]);
    const secrets = { verifier: form.get('code_verifier') ?? '', password: owner.password };
    await expectNoTrace(traces, secrets);
    const long = tokens.filter((value) => value.length > 30 && !value.includes(' '));
    expect(long.length).toBeGreaterThanOrEqual(3);
    await expectNoTrace(traces, Object.fromEntries(long.map((value, n) => [`token ${n}`, value])));
    // The code came in the fragment, which no server sees, and is gone from the address.
    expect(page.url()).not.toContain('code=');
    expect(await page.evaluate(() => [document.cookie, Object.keys(sessionStorage).join()])).toEqual(['', '']);
    await page.goBack();
    expect(page.url()).not.toContain(form.get('code') ?? 'no code');
  });

  test('Secrets: cookies of the hosted page are for the server alone', async ({ page, api, client, context }) => {
    const application = await api.givenApplication(await api.place(), 'authorization_flow', {
      redirectUris: [client.redirectUri],
    });
    await page.goto(authorizeUrl(application, client.redirectUri));
    await signInOnHostedPage(page, await api.givenUser(application));
    await cameBack(page, client);
    const cookies = await context.cookies(application.issuer);
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  });
});
