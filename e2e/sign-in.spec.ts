import { owner } from './support/api.js';
import { expect, openApplication, openConsole, signedOut, signInOnHostedPage, test } from './support/console.js';

test.describe('in a browser that nobody has signed in with', () => {
  test.use(signedOut);

  test('Sign-in: an account of suite system that is no admin is told so, and may use another', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 403');
    const account = await api.givenAccount((await api.systemSuite()).id);
    await page.goto('/console/');
    await signInOnHostedPage(page, account);
    await expect(page.getByRole('heading', { level: 1, name: 'This account is not an admin.' })).toBeVisible();
    await page.getByRole('button', { name: 'Use another account' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in to Console' })).toBeVisible();
    await signInOnHostedPage(page, owner);
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  });

  test('Sign-in: an account of another suite cannot sign in to the console', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 401');
    const { suite } = await api.place();
    const account = await api.givenAccount(suite.id);
    await page.goto('/console/');
    await signInOnHostedPage(page, account);
    await expect(page.getByRole('alert')).toHaveText('Email or password is not correct.');
  });

  test('Sign-in: leads to the page that was asked for, search and all', async ({ page }) => {
    await page.goto('/console/applications?q=nothing-like-it');
    await signInOnHostedPage(page, owner);
    await expect(page.getByRole('heading', { level: 1, name: 'Applications' })).toBeVisible();
    await expect(page.getByRole('searchbox', { name: 'Search' })).toHaveValue('nothing-like-it');
    await expect(page).toHaveURL(/\/console\/applications\?q=nothing-like-it$/);
  });

  test('Sign-in: a session that ended asks in a dialog and keeps what was entered', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 401', 'status of 400');
    const application = await api.givenApplication(await api.place(), 'user_credentials');
    await page.goto('/console/');
    await signInOnHostedPage(page, owner);
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
    await openApplication(page, application, 'General');
    await page.getByLabel('Description').fill('Typed before the session ended');
    // As if the access token had been revoked: the server answers 401 from now on, until somebody signs in again.
    await page.route('**/api/v1/**', async (route) => {
      await route.fulfill({
        status: 401,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'unauthenticated', status: 401, title: 'Sign in to go on', detail: '' }),
      });
    });
    await page.route('**/suites/system/token', async (route) => {
      const refreshing = route.request().postData()?.includes('grant_type=refresh_token');
      if (!refreshing) return route.continue();
      await route.fulfill({ status: 400, json: { error: 'invalid_grant' } });
    });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await expect(dialog).toBeVisible();
    await page.unroute('**/api/v1/**');
    await page.unroute('**/suites/system/token');
    // The single sign-on session is still there, so the second window needs no password.
    const popup = page.waitForEvent('popup');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await (await popup).waitForEvent('close');
    await expect(dialog).toBeHidden();
    await expect(page.getByLabel('Description')).toHaveValue('Typed before the session ended');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Unsaved changes')).toBeHidden();
    expect(await api.application(application.id)).toMatchObject({ description: 'Typed before the session ended' });
  });
});

test('Sign-in: a refused sign-in comes back with its reason and a way on', async ({ page }) => {
  await page.goto('/console/callback#error=access_denied&error_description=No&state=made-up');
  await expect(page.getByRole('heading', { level: 1, name: 'The sign-in did not finish' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
});

test('Sign-in: offline is said in a banner, and goes away', async ({ page, context }) => {
  await openConsole(page, '/suites', 'Suites');
  await context.setOffline(true);
  await expect(page.getByText('You are offline. Changes are not saved.')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('You are offline. Changes are not saved.')).toBeHidden();
});
