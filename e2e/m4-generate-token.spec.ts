import type { Page } from '@playwright/test';
import type { Api, Person } from './support/api.js';
import { owner } from './support/api.js';
import { accountOf, expect, openApplication, rowWith, test } from './support/console.js';
import { codeOf, logIn, pair, shownToken, submit, tokenCard } from './support/generate-token.js';
import { askToken, verifyAccessToken } from './support/token-endpoint.js';

/** The token that is shown is a real one of the suite, for this user, and says which admin made it. */
async function expectRealToken(
  page: Page,
  api: Api,
  application: { issuer: string; clientId: string },
  user: Person,
): Promise<string> {
  const token = await shownToken(page);
  const claims = await verifyAccessToken(application.issuer, token);
  const admin = await accountOf(api, owner.email);
  expect(claims).toMatchObject({ sub: user.accountId, client_id: application.clientId, act: { sub: admin.id } });
  const shown = page.getByRole('region', { name: 'Access token', exact: true });
  const payload = shown.getByRole('table', { name: 'Payload' });
  for (const text of [user.accountId, admin.id, application.issuer, application.clientId])
    await expect(payload).toContainText(text);
  await expect(shown.getByRole('table', { name: 'Header' })).toContainText('ES256');
  await expect(shown.getByText(/^Expires in 1[45] min/)).toBeVisible();
  return token;
}

/** What a refused step says; nothing was issued. */
async function expectRefusal(page: Page, text: string | RegExp) {
  const alert = tokenCard(page).getByRole('alert');
  await expect(alert).toContainText(text);
  await expect(alert).toContainText('Request ID');
  await expect(page.getByRole('region', { name: 'Access token as text' })).toHaveCount(0);
  return alert;
}

test.describe('M4a token, User Credentials', () => {
  test('M4a: Email and Submit give a real access token that names the admin, and it can be copied', async ({
    page,
    api,
    context,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const application = await api.givenApplication(await api.place(), 'user_credentials');
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    await expect(tokenCard(page).getByLabel('Password')).toHaveCount(0);
    await tokenCard(page).getByLabel('Email', { exact: true }).fill(user.email);
    await submit(page);
    const token = await expectRealToken(page, api, application, user);
    await page.getByRole('button', { name: 'Copy access token' }).click();
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
    await expect(page.getByRole('listitem').filter({ hasText: 'The user may use the application.' })).toBeVisible();
    // The grid below knows of it.
    await expect(rowWith(page, user.email)).toContainText('just now');
  });

  test('M4a: the e-mail can be picked from the users of the application', async ({ page, api }) => {
    const application = await api.givenApplication(await api.place(), 'user_credentials');
    const user = await api.givenUser(application, { email: 'pick.me@example.com' });
    await openApplication(page, application, 'Application Users');
    await tokenCard(page).getByLabel('Email', { exact: true }).pressSequentially('pick');
    await page.getByRole('option', { name: user.email }).click();
    await submit(page);
    await expectRealToken(page, api, application, user);
  });

  test('M4a: nobody of that e-mail: refused, and the user can be made on the spot', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 404');
    const application = await api.givenApplication(await api.place(), 'user_credentials');
    const email = 'nobody@example.com';
    await openApplication(page, application, 'Application Users');
    await tokenCard(page).getByLabel('Email', { exact: true }).fill(email);
    await submit(page);
    const alert = await expectRefusal(page, `${email} is not a user of ${application.name}.`);
    await alert.getByRole('button', { name: 'Create user' }).click();
    const drawer = page.getByRole('dialog', { name: 'Create user' });
    await expect(drawer.getByLabel('Email')).toHaveValue(email);
    await drawer.getByLabel('First name').fill('Noa');
    await drawer.getByRole('button', { name: 'Generate password' }).click();
    await drawer.getByRole('button', { name: 'Save' }).click();
    await expect(drawer).toBeHidden();
    await submit(page);
    await expect(page.getByRole('region', { name: 'Access token as text' })).toBeVisible();
  });

  test('M4a: a disabled user gets no token; [Enable] puts it right', async ({ page, api, allowConsoleErrors }) => {
    allowConsoleErrors('status of 409');
    const application = await api.givenApplication(await api.place(), 'user_credentials');
    const user = await api.givenUser(application);
    await api.done('PATCH', `/applications/${application.id}/users/${user.id}`, { enabled: false });
    await openApplication(page, application, 'Application Users');
    await tokenCard(page).getByLabel('Email', { exact: true }).fill(user.email);
    await submit(page);
    const alert = await expectRefusal(page, `${user.email} is disabled in ${application.name}.`);
    await alert.getByRole('button', { name: 'Enable' }).click();
    await expect(alert).toBeHidden();
    await expect(page.getByRole('switch', { name: `Enabled, ${user.email}` })).toBeChecked();
    await submit(page);
    await expectRealToken(page, api, application, user);
  });

  test('M4a: no e-mail and a bad one are refused under the field', async ({ page, api, allowConsoleErrors }) => {
    allowConsoleErrors('status of 422');
    const application = await api.givenApplication(await api.place(), 'user_credentials');
    await openApplication(page, application, 'Application Users');
    const email = tokenCard(page).getByLabel('Email', { exact: true });
    for (const value of ['', 'ana@']) {
      await email.fill(value);
      await submit(page);
      await expect(email).toHaveAccessibleDescription(/Enter an e-mail address such as ana@example\.com\./);
      await expect(email).toBeFocused();
    }
  });

  test('M4a: a disabled application gets no token', async ({ page, api, allowConsoleErrors }) => {
    allowConsoleErrors('status of 409');
    const application = await api.givenApplication(await api.place(), 'user_credentials', { status: 'disabled' });
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    await tokenCard(page).getByLabel('Email', { exact: true }).fill(user.email);
    await submit(page);
    await expectRefusal(page, `${application.name} is disabled. New tokens are refused.`);
  });
});

test.describe('M4b token, Authorization Flow', () => {
  test('M4b: Email and Password give a code, Submit makes it a real access token', async ({ page, api }) => {
    const application = await api.givenApplication(await api.place(), 'authorization_flow');
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    await expect(tokenCard(page).getByLabel('Code Challenge')).toHaveCount(0);
    await logIn(page, user);
    const code = await codeOf(page);
    await expect(tokenCard(page).getByText(/expires in 0:[0-5]\d/)).toBeVisible();
    await submit(page);
    await expectRealToken(page, api, application, user);
    // Used is used, for the application itself as well.
    const replayed = await askToken(application, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: application.redirectUris[0] ?? '',
    });
    expect(replayed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('M4b: a wrong password and an unknown e-mail get the same answer', async ({ page, api, allowConsoleErrors }) => {
    allowConsoleErrors('status of 400');
    const application = await api.givenApplication(await api.place(), 'authorization_flow');
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    await logIn(page, { ...user, password: 'not the pass phrase' });
    await expectRefusal(page, 'Email or password is not correct.');
    await expect(tokenCard(page).getByLabel('Authorization Code')).toHaveCount(0);
    await logIn(page, { email: 'nobody@example.com', password: user.password });
    await expectRefusal(page, 'Email or password is not correct.');
    await logIn(page, user);
    await codeOf(page);
  });

  test('M4b: a code works once', async ({ page, api, allowConsoleErrors }) => {
    allowConsoleErrors('status of 400');
    const application = await api.givenApplication(await api.place(), 'authorization_flow');
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    await logIn(page, user);
    await codeOf(page);
    await submit(page);
    await expectRealToken(page, api, application, user);
    await submit(page);
    const alert = await expectRefusal(page, 'The code was already used; tokens from it were revoked.');
    await alert.getByRole('button', { name: 'Restart at step 1' }).click();
    await expect(tokenCard(page).getByLabel('Email', { exact: true })).toBeFocused();
    await expect(tokenCard(page).getByLabel('Authorization Code')).toHaveCount(0);
  });

  test('M4b: a code that was never issued is refused', async ({ page, api, allowConsoleErrors }) => {
    allowConsoleErrors('status of 400');
    const application = await api.givenApplication(await api.place(), 'authorization_flow');
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    await logIn(page, user);
    await codeOf(page);
    await tokenCard(page)
      .getByLabel('Authorization Code')
      .fill(`tes_ac_${'x'.repeat(43)}`);
    await submit(page);
    await expectRefusal(page, 'invalid_grant');
  });

  test('M4b: a person of the suite who is not a user of the application is refused, with a way out', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 400');
    const place = await api.place();
    const application = await api.givenApplication(place, 'authorization_flow');
    const stranger = await api.givenAccount(place.suite.id);
    await openApplication(page, application, 'Application Users');
    await logIn(page, stranger);
    const alert = await expectRefusal(page, /not a user of/);
    await expect(alert.getByRole('button', { name: 'Create user' })).toBeVisible();
  });

  test('M4b: a disabled user is refused; [Enable] puts it right', async ({ page, api, allowConsoleErrors }) => {
    allowConsoleErrors('status of 400');
    const application = await api.givenApplication(await api.place(), 'authorization_flow');
    const user = await api.givenUser(application);
    await api.done('PATCH', `/applications/${application.id}/users/${user.id}`, { enabled: false });
    await openApplication(page, application, 'Application Users');
    await logIn(page, user);
    const alert = await expectRefusal(page, /disabled/);
    await alert.getByRole('button', { name: 'Enable' }).click();
    await expect(alert).toBeHidden();
    await logIn(page, user);
    await codeOf(page);
  });
});

test.describe('M4c token, Authorization PKCE Flow', () => {
  test('M4c: RFC 7636 appendix B: the pair gives a code and a real access token', async ({ page, api }) => {
    const application = await api.givenApplication(await api.place(), 'authorization_pkce_flow');
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    await expect(tokenCard(page).getByLabel('Method')).toHaveValue('S256');
    await logIn(page, user, { challenge: pair.challenge, method: 'S256' });
    await codeOf(page);
    const verifier = tokenCard(page).getByLabel('Code Verifier');
    await verifier.fill(pair.verifier);
    await expect(verifier).toHaveAccessibleDescription(/Matches the challenge/);
    await submit(page);
    await expectRealToken(page, api, application, user);
  });

  test('M4c: a wrong verifier is refused with the reason; the code is not spent by it', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 400');
    const application = await api.givenApplication(await api.place(), 'authorization_pkce_flow');
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    await logIn(page, user, { challenge: pair.challenge });
    await codeOf(page);
    const verifier = tokenCard(page).getByLabel('Code Verifier');
    await verifier.fill(`x${pair.verifier.slice(1)}`);
    await expect(verifier).toHaveAccessibleDescription(/SHA-256 of this verifier is .+, the challenge was E9Melh…w-cM/);
    await submit(page);
    await expectRefusal(page, 'This verifier does not fit the challenge.');
    await verifier.fill('too-short');
    await expect(verifier).toHaveAccessibleDescription(/43 to 128/);
    await submit(page);
    await expectRefusal(page, 'invalid_grant');
    await verifier.fill(pair.verifier);
    await submit(page);
    await expectRealToken(page, api, application, user);
  });

  test('M4c: Generate pair fills the challenge and keeps the verifier for step 2', async ({ page, api }) => {
    const application = await api.givenApplication(await api.place(), 'authorization_pkce_flow');
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    const card = tokenCard(page);
    await card.getByRole('button', { name: 'Generate pair' }).click();
    await expect(card.getByLabel('Code Challenge')).toHaveValue(/^[\w-]{43}$/);
    await card.getByLabel('Email', { exact: true }).fill(user.email);
    await card.getByLabel('Password', { exact: true }).fill(user.password);
    await card.getByRole('button', { name: 'Get code' }).click();
    await codeOf(page);
    await expect(card.getByLabel('Code Verifier')).toHaveAccessibleDescription(/Matches the challenge/);
    await submit(page);
    await expectRealToken(page, api, application, user);
  });

  test('M4c: no challenge is refused', async ({ page, api, allowConsoleErrors }) => {
    allowConsoleErrors('status of 400');
    const application = await api.givenApplication(await api.place(), 'authorization_pkce_flow');
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    await logIn(page, user, { challenge: '' });
    await expectRefusal(page, 'code_challenge');
  });

  test('M4c: plain is not on offer unless the application allows it; then it works', async ({ page, api }) => {
    const application = await api.givenApplication(await api.place(), 'authorization_pkce_flow');
    const user = await api.givenUser(application);
    await openApplication(page, application, 'Application Users');
    const methods = tokenCard(page).getByLabel('Method').getByRole('option');
    await expect(methods).toHaveText(['S256']);
    const refused = await api.send<{ oauthError: { error: string; rule: string } }>(
      'POST',
      `/applications/${application.id}/lab/authorize`,
      { email: user.email, password: user.password, codeChallenge: pair.verifier, codeChallengeMethod: 'plain' },
    );
    expect(refused).toMatchObject({
      status: 400,
      body: { oauthError: { error: 'invalid_request', rule: 'pkce.method' } },
    });

    await api.done('PATCH', `/applications/${application.id}`, { allowPlainPkce: true });
    await page.reload();
    await expect(methods).toHaveText(['S256', 'plain']);
    await logIn(page, user, { challenge: pair.verifier, method: 'plain' });
    await codeOf(page);
    await tokenCard(page).getByLabel('Code Verifier').fill(pair.verifier);
    await submit(page);
    await expectRealToken(page, api, application, user);
  });
});

test('M4: leaving the page clears password, code and token', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'authorization_flow');
  const user = await api.givenUser(application);
  await openApplication(page, application, 'Application Users');
  await logIn(page, user);
  await codeOf(page);
  await submit(page);
  await expectRealToken(page, api, application, user);
  await page.getByRole('tab', { name: 'Config' }).click();
  await page.getByRole('tab', { name: 'Application Users' }).click();
  await expect(tokenCard(page).getByLabel('Password', { exact: true })).toHaveValue('');
  await expect(tokenCard(page).getByLabel('Authorization Code')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Access token as text' })).toHaveCount(0);
});

test('M4: a Client Credentials application shows how it asks for itself', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'client_credentials');
  await openApplication(page, application, 'Application Users');
  await expect(page.getByRole('region', { name: 'Get a token' })).toContainText('client_credentials');
  await expect(tokenCard(page)).toHaveCount(0);
});
