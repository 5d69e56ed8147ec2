import type { BrowserContextOptions, Locator, Page } from '@playwright/test';
import { type Api, createApi, owner, ownerEnv } from './api.js';
import { expect, test as base } from './test.js';

type StorageState = Exclude<BrowserContextOptions['storageState'], string | undefined>;

interface WorkerFixtures {
  /** The management API of the product of this worker. */
  api: Api;
  /** Cookies of a browser in which the owner has signed in. */
  ownerState: StorageState;
}

/** `test` on a product with an owner, in a browser in which the owner has signed in. */
export const test = base.extend<object, WorkerFixtures>({
  productEnv: [ownerEnv, { scope: 'worker', option: true }],

  api: [async ({ product }, use) => use(createApi(product.url)), { scope: 'worker' }],

  ownerState: [
    async ({ browser, product }, use) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${product.url}/console/`);
      await signInOnHostedPage(page, owner);
      await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
      const state = await context.storageState();
      await context.close();
      await use(state);
    },
    { scope: 'worker' },
  ],

  storageState: async ({ ownerState }, use) => use(ownerState),
});

/** A browser that nobody has signed in with: `test.use(signedOut)`. */
export const signedOut = { storageState: { cookies: [], origins: [] } };

/** Fills in the hosted sign-in page. */
export async function signInOnHostedPage(page: Page, person: { email: string; password: string }): Promise<void> {
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Opens a page of the console and waits for its title. */
export async function openConsole(page: Page, path: string, title: string | RegExp): Promise<void> {
  await page.goto(`/console${path}`);
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
}

/** The row of a table whose first words are this name. */
export function rowOf(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
}

/** The cell of a row below a column title. */
export async function cellOf(page: Page, row: Locator, column: string): Promise<Locator> {
  const titles = await page.getByRole('table').getByRole('columnheader').allInnerTexts();
  const index = titles.findIndex((title) => title.replace(/[▲▼↕]/g, '').trim() === column);
  expect(index, `a column “${column}” among ${titles.join(', ')}`).toBeGreaterThanOrEqual(0);
  return row.getByRole('cell').nth(index);
}

/** Chooses one option of a select with a search in it. */
export async function choose(page: Page | Locator, label: string, option: string): Promise<void> {
  const root = 'page' in page ? page.page() : page;
  await page.getByRole('combobox', { name: label }).click();
  await root.getByRole('option', { name: option, exact: true }).click();
}

export { expect };
