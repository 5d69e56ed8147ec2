import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { type Product, startProduct } from './product.js';

interface Options {
  /** Environment of the product of this file's worker; `test.use({ productEnv: … })`. */
  productEnv: Record<string, string>;
}

interface Fixtures {
  /** Messages this test expects in the browser's console, such as a 409 that it provokes. Content Security Policy is never expected. */
  allowConsoleErrors: (...patterns: (string | RegExp)[]) => void;
  watchedConsole: undefined;
}

/** `test` with a running product, and with every browser error a failure. */
export const test = base.extend<Fixtures, Options & { product: Product }>({
  productEnv: [{}, { scope: 'worker', option: true }],

  product: [
    async ({ productEnv }, use) => {
      const product = await startProduct(productEnv);
      await use(product);
      await product.stop();
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ product }, use) => use(product.url),

  allowConsoleErrors: async ({ context }, use) => {
    const allowed: (string | RegExp)[] = [];
    const seen: string[] = [];
    context.on('console', (message) => {
      if (message.type() === 'error') seen.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => seen.push(`uncaught: ${error.error().stack ?? error.error().message}`));
    await use((...patterns) => allowed.push(...patterns));
    expect(
      seen.filter((text) => !isAllowed(text, allowed)),
      'errors in the browser console',
    ).toEqual([]);
  },

  watchedConsole: [async ({ allowConsoleErrors: _ }, use) => use(undefined), { auto: true }],
});

function isAllowed(text: string, allowed: (string | RegExp)[]): boolean {
  if (/content security policy/i.test(text)) return false;
  return allowed.some((pattern) => (typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)));
}

const wcagTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Fails where axe finds a serious or critical fault against WCAG 2.2 AA on the page as it stands; `parts` are the
 * selectors of a sample, for a page that repeats itself.
 */
export async function expectNoSeriousAxe(page: Page, parts: string[] = []): Promise<void> {
  // Our pages have no frames: the mode for one document is twice as fast as the one for many.
  const axe = new AxeBuilder({ page }).withTags(wcagTags).setLegacyMode();
  for (const part of parts) axe.include(part);
  const { violations } = await axe.analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const found = serious.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map(({ target }) => target.join(' ')),
  }));
  expect(found, 'accessibility').toEqual([]);
}

export { expect };
