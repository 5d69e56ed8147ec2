import type { Locator, Page } from '@playwright/test';
import { expect } from './test.js';

/** RFC 7636 appendix B. */
export const pair = {
  verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
};

/** The “Generate token” card of the Application Users tab. */
export function tokenCard(page: Page): Locator {
  return page.getByRole('region', { name: 'Generate token' });
}

/** Step 1 of both authorization flows. */
export async function logIn(
  page: Page,
  { email, password }: { email: string; password: string },
  challenge?: { challenge: string; method?: string },
): Promise<void> {
  const card = tokenCard(page);
  await card.getByLabel('Email', { exact: true }).fill(email);
  await card.getByLabel('Password', { exact: true }).fill(password);
  if (challenge) {
    await card.getByLabel('Code Challenge').fill(challenge.challenge);
    if (challenge.method) await card.getByLabel('Method').selectOption(challenge.method);
  }
  await card.getByRole('button', { name: challenge ? 'Get code' : 'Log in and get code' }).click();
}

/** The code of step 1, once it is there. */
export async function codeOf(page: Page): Promise<string> {
  const field = tokenCard(page).getByLabel('Authorization Code');
  await expect(field).toHaveValue(/^tes_ac_/);
  return field.inputValue();
}

export const submit = (page: Page) => tokenCard(page).getByRole('button', { name: 'Submit', exact: true }).click();

/** The access token as the page shows it. */
export async function shownToken(page: Page): Promise<string> {
  const token = await page.getByRole('region', { name: 'Access token as text' }).innerText();
  return token.trim();
}
