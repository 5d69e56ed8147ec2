import type { Page } from '@playwright/test';
import { signInOnHostedPage } from './support/console.js';
import { expectAccessible, expectWellMade } from './support/page-checks.js';
import { type Product, startProduct } from './support/product.js';
import { test as base, expect } from './support/test.js';

/** Each test has a product that nobody has set up yet. */
const test = base.extend<{ fresh: Product }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  fresh: async ({}, use) => {
    const product = await startProduct();
    await use(product);
    await product.stop();
  },
  baseURL: async ({ fresh }, use) => use(fresh.url),
});

const admin = { name: 'Ana Lima', email: 'ana@example.com', password: 'a pass phrase to remember' };

async function setUp(page: Page, link: string, { sampleData = false, productName = '' } = {}) {
  await page.goto(link);
  await page.getByLabel('Your name').fill(admin.name);
  await page.getByLabel('Email').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByLabel('Confirm Password', { exact: true }).fill(admin.password);
  if (productName) await page.getByLabel('Product name').fill(productName);
  if (sampleData) await page.getByRole('checkbox', { name: 'Load sample data' }).check();
  await page.getByRole('button', { name: 'Finish set-up' }).click();
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

test('First run: the printed link makes the first admin, who signs in and sees the first steps', async ({
  page,
  fresh,
}) => {
  await setUp(page, fresh.setupLink);
  await expect(heading(page, 'Sign in to Console')).toBeVisible();
  await signInOnHostedPage(page, admin);
  await expect(heading(page, 'Overview')).toBeVisible();
  await expect(page).toHaveURL(/\/console\/?$/);
  await expect(page).toHaveTitle('Overview · Tessera');
  const steps = page.getByRole('region', { name: 'First steps' });
  await expect(steps.getByRole('link')).toHaveText([
    'Create suite',
    'Create project',
    'Create application',
    'Create user',
    'Get first token',
    'Connect your app',
  ]);
  await expect(page.getByRole('button', { name: `Account: ${admin.name}` })).toBeVisible();
});

test('First run: the address bar and the storage never keep the set-up link', async ({ page, fresh }) => {
  await page.goto(fresh.setupLink);
  await expect(heading(page, 'Set up Tessera')).toBeVisible();
  await expect(page).toHaveURL(`${fresh.url}/console/setup`);
  const token = new URL(fresh.setupLink).hash.replace('#token=', '');
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(token.length).toBeGreaterThan(20);
  expect(kept).not.toContain(token);
});

test('First run: product name and sample data', async ({ page, fresh }) => {
  await setUp(page, fresh.setupLink, { sampleData: true, productName: 'Acme ID' });
  await signInOnHostedPage(page, admin);
  await expect(heading(page, 'Overview')).toBeVisible();
  await expect(page).toHaveTitle('Overview · Acme ID');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Applications' }).click();
  for (const type of ['User Credentials', 'Authorization Flow', 'Authorization PKCE Flow'])
    await expect(
      page
        .getByRole('row')
        .filter({ has: page.getByRole('cell', { name: type, exact: true }) })
        .first(),
    ).toBeVisible();
});

test('First run: what is wrong stands under its field, and nobody is made', async ({ page, fresh }) => {
  await page.goto(fresh.setupLink);
  await page.getByRole('button', { name: 'Finish set-up' }).click();
  await expect(page.getByRole('alert')).toContainText('3 fields need attention');
  await expect(page.getByLabel('Your name')).toBeFocused();
  await expect(page.getByLabel('Your name')).toHaveAccessibleDescription('Enter your name.');
  await page.getByLabel('Your name').fill(admin.name);
  await page.getByLabel('Email').fill('ana@');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('Confirm Password', { exact: true }).fill('other');
  await page.getByRole('button', { name: 'Finish set-up' }).click();
  await expect(page.getByLabel('Email')).toHaveAccessibleDescription(
    'Enter an e-mail address such as ana@example.com.',
  );
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/Use at least 8 characters\./);
  await expect(page.getByLabel('Confirm Password', { exact: true })).toHaveAccessibleDescription(
    'The passwords are not the same.',
  );
  const config = await page.request.get('/api/v1/console-config');
  expect(await config.json()).toMatchObject({ setupOpen: true });
});

test('Page Set-up, as it is and with faults, and the page of a wrong link: one h1, axe, nothing scrolls sideways', async ({
  page,
  fresh,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 403');
  await page.goto(fresh.setupLink);
  await expectWellMade(page, /^Set up Tessera/);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Finish set-up' }).click();
  await expectAccessible(page);
  await page.goto(`${fresh.url}/console/signed-out`);
  await page.goto(`${fresh.url}/console/setup#token=wrong`);
  await expectWellMade(page, /^This link does not work/);
  await expectAccessible(page);
  await page.goto(`${fresh.url}/console/set-up-open`);
  await expectWellMade(page, /^Set-up is open/);
  await expectAccessible(page);
});

test('First run: a wrong link says so', async ({ page, fresh, allowConsoleErrors }) => {
  allowConsoleErrors('status of 403');
  await page.goto(`${fresh.url}/console/setup#token=tes_su_${'x'.repeat(43)}`);
  await expect(
    page.getByText('This set-up link is wrong or was used. Restart the server to get a new one.'),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Finish set-up' })).toHaveCount(0);
});

test('First run: without the link there is no way in', async ({ page }) => {
  await page.goto('/');
  await expect(heading(page, 'Set-up is open')).toBeVisible();
  await expect(page.getByText('Open the set-up link that the server printed')).toBeVisible();
});

test('First run: a used link, a second visit, sign out, sign in again', async ({ page, fresh, allowConsoleErrors }) => {
  allowConsoleErrors('status of 401');
  await setUp(page, fresh.setupLink);
  await signInOnHostedPage(page, admin);
  await expect(heading(page, 'Overview')).toBeVisible();

  // Somebody else finds the link: set-up is closed, the sign-in page answers.
  const other = await page.context().browser()?.newContext();
  const stranger = await other?.newPage();
  if (!other || !stranger) throw new Error('There is no browser.');
  await stranger.goto(fresh.setupLink);
  await expect(heading(stranger, 'Sign in to Console')).toBeVisible();
  await stranger.goto(`${fresh.url}/console/applications?q=shop`);
  await expect(heading(stranger, 'Sign in to Console')).toBeVisible();
  await other.close();

  // A second visit of the admin goes to the page that was asked for, without a question.
  await page.goto('/console/suites');
  await expect(heading(page, 'Suites')).toBeVisible();

  await page.getByRole('button', { name: `Account: ${admin.name}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(heading(page, 'You are signed out')).toBeVisible();
  await expect(page).toHaveURL(`${fresh.url}/console/signed-out`);
  await page.goBack();
  await expect(heading(page, 'Sign in to Console')).toBeVisible();

  await page.goto('/console/projects');
  await signInOnHostedPage(page, { ...admin, password: 'not the pass phrase' });
  await expect(page.getByRole('alert')).toHaveText('Email or password is not correct.');
  await expect(page.getByLabel('Email')).toHaveValue(admin.email);
  await signInOnHostedPage(page, admin);
  await expect(heading(page, 'Projects')).toBeVisible();
});
