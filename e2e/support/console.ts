import type { BrowserContextOptions, Locator, Page } from '@playwright/test';
import type { Account } from '@tessera/contract/accounts';
import type { Page as ListPage } from '@tessera/contract/list';
import { type Api, createApi, owner, ownerEnv } from './api.js';
import { type Client, startClient } from './client.js';
import { test as base, expect } from './test.js';

type StorageState = Exclude<BrowserContextOptions['storageState'], string | undefined>;

interface WorkerFixtures {
  /** The management API of the product of this worker. */
  api: Api;
  /** Cookies of a browser in which the owner has signed in. */
  ownerState: StorageState;
}

interface TestFixtures {
  /** A client's own web server, to which people come back from the hosted pages. */
  client: Client;
}

/** `test` on a product with an owner, in a browser in which the owner has signed in. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  productEnv: [ownerEnv, { scope: 'worker' }],

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

  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  client: async ({}, use) => {
    const client = await startClient();
    await use(client);
    await client.close();
  },
});

/** A browser that nobody has signed in with: `test.use(signedOut)`. */
export const signedOut = { storageState: { cookies: [], origins: [] } };

/** Fills in the hosted sign-in page. */
export async function signInOnHostedPage(page: Page, person: { email: string; password: string }): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: /^Sign in to / })).toBeVisible();
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Opens a page of the console and waits for its title. */
export async function openConsole(page: Page, path: string, title: string | RegExp): Promise<void> {
  await page.goto(`/console${path}`);
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
}

type Tab = 'General' | 'Credentials' | 'Application Users' | 'Config';
const tabPaths = { General: 'general', Credentials: 'credentials', 'Application Users': 'users', Config: 'config' };

/** Opens an application on one of its tabs. */
export async function openApplication(page: Page, application: { id: string; name: string }, tab: Tab): Promise<void> {
  await openConsole(page, `/applications/${application.id}/${tabPaths[tab]}`, application.name);
  await expect(page.getByRole('tab', { name: tab, selected: true })).toBeVisible();
}

/** Goes to a page by the side bar. */
export async function goBySideBar(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** Searches the list of the page. */
export async function searchFor(page: Page, words: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search' }).fill(words);
  await expect(page).toHaveURL((url) => url.searchParams.get('q') === words);
}

/** Presses Save, and waits until the form says that it is saved. */
export async function saveForm(page: Page): Promise<void> {
  // What is said of the save before may still be there.
  const answered = changeAnswered(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await answered;
  await expect(page.getByRole('status').filter({ hasText: /^Saved\s?$/ })).toHaveCount(1);
}

/** Resolves when the next change is made. */
export async function changeAnswered(page: Page): Promise<void> {
  await page.waitForResponse(
    (answer) => answer.request().method() !== 'GET' && answer.url().includes('/api/v1/') && answer.ok(),
  );
}

/** The row of a table whose first words are this name. */
export function rowOf(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
}

/** The row of a table with this text in it, such as an e-mail address. */
export function rowWith(page: Page, text: string): Locator {
  return page.getByRole('row').filter({ hasText: text });
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

/** An account of suite `system`. */
export async function accountOf(api: Api, email: string): Promise<Account> {
  const { id } = await api.systemSuite();
  const { items } = await api.done<ListPage<Account>>('GET', `/accounts?suiteId=${id}&limit=100`);
  const account = items.find((each) => each.email === email);
  if (!account) throw new Error(`${email} has no account in suite system.`);
  return account;
}

/** Chooses an authenticator type as a mouse does: the whole card is the label of its radio button. */
export async function chooseType(page: Page, type: string): Promise<void> {
  await page.getByRole('radiogroup', { name: 'Authenticator Type' }).getByText(type, { exact: true }).click();
}

export { expect };
