import type { Page } from '@playwright/test';
import { expect, expectNoSeriousAxe } from './test.js';

export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 800 };

/**
 * Nothing is wider than the window, and nothing but text to copy scrolls sideways inside of it. On a desktop the frame
 * of a wide table may as well; on a phone rows are cards.
 */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const scrolls = (element: Element) => {
      const { overflowX } = getComputedStyle(element);
      return element === document.documentElement || overflowX === 'auto' || overflowX === 'scroll';
    };
    const isText = (element: Element) => element.matches('pre, code, textarea, input, [role="region"][tabindex="0"]');
    const isFrame = (element: Element) => innerWidth >= 768 && element.matches(':has(> table)');
    return [...document.querySelectorAll('*')]
      .filter(
        (element) =>
          element.scrollWidth > element.clientWidth + 1 && scrolls(element) && !isText(element) && !isFrame(element),
      )
      .map(
        (element) =>
          `${element.tagName.toLowerCase()}.${element.className}: ${element.scrollWidth} in ${element.clientWidth}`,
      );
  });
  expect(wide, `wider than the room at ${page.viewportSize()?.width} px`).toEqual([]);
}

/** In light on a desktop and in dark on a phone: axe finds nothing serious, and nothing scrolls sideways. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(desktop);
  await expectNoSidewaysScrolling(page);
  await expectNoSeriousAxe(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize(phone);
  await expectNoSidewaysScrolling(page);
  await expectNoSeriousAxe(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(desktop);
}

/** A title that says where one is, one main, one h1, a language. */
export async function expectWellMade(page: Page, title: string | RegExp): Promise<void> {
  await expect(page).toHaveTitle(title);
  await expect(page.getByRole('main')).toHaveCount(1);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  await expect(page.locator('html')).toHaveAttribute('lang', /^[a-z]{2}/);
}
