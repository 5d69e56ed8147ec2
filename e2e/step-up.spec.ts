import type { SigningKey } from '@tessera/contract/keys';
import type { Page as ListPage } from '@tessera/contract/list';
import { owner, ownerEnv } from './support/api.js';
import { expect, openConsole, signInOnHostedPage, test } from './support/console.js';
import { expectNoSeriousAxe } from './support/test.js';

/** Seconds that a sign-in counts as recent here. */
const maxAge = 8;
test.use({ productEnv: { ...ownerEnv, TESSERA_STEP_UP_MAX_AGE: String(maxAge) } });

test('RFC 9470 §4: what needs a sign-in of late asks for it over the page, and then goes on', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors(/401/);
  const signedInBefore = Date.now();
  const suite = await api.givenSuite();
  const signing = async () =>
    (await api.done<ListPage<SigningKey>>('GET', `/suites/${suite.id}/keys`)).items
      .filter(({ alg, status }) => alg === 'EdDSA' && status === 'signing')
      .map(({ kid }) => kid);
  const before = await signing();

  await openConsole(page, `/keys?suite=${suite.id}`, 'Keys');
  await page.getByRole('button', { name: 'Rotate' }).click();
  const question = page.getByRole('dialog', { name: `Rotate the keys of ${suite.name}?` });
  await question.getByLabel('Algorithm').selectOption('EdDSA');
  await expect.poll(() => Date.now() - signedInBefore, { timeout: 20_000 }).toBeGreaterThan((maxAge + 1) * 1000);
  await question.getByRole('button', { name: 'Rotate keys' }).click();

  const again = page.getByRole('dialog', { name: 'Sign in again to do this' });
  await expect(again).toBeVisible();
  await expectNoSeriousAxe(page);
  await again.getByRole('button', { name: 'Cancel' }).click();
  await expect(question.getByRole('alert')).toContainText('Sign in again.');
  expect(await signing()).toEqual(before);

  await question.getByRole('button', { name: 'Rotate keys' }).click();
  const opened = page.waitForEvent('popup');
  await again.getByRole('button', { name: 'Sign in' }).click();
  const popup = await opened;
  // The single sign-on session is still there, but it is too old.
  await signInOnHostedPage(popup, owner);
  if (!popup.isClosed()) await popup.waitForEvent('close');
  await expect(again).toBeHidden();
  await expect(question).toBeHidden();
  await expect(page).toHaveURL(new RegExp(`/keys\\?suite=${suite.id}$`));
  expect(await signing()).not.toEqual(before);
});
