import type { Page } from '@playwright/test';
import { type Api, unique } from './support/api.js';
import { choose, expect, openApplication, openConsole, rowOf, test } from './support/console.js';

/** A suite with 23 applications, App 01 to App 23 of one word that no other has. */
async function givenMany(api: Api) {
  const place = await api.place();
  const word = unique('Many').replace(' ', '');
  const applications = [];
  for (let n = 1; n <= 23; n += 1)
    applications.push(
      await api.givenApplication(place, n % 2 ? 'user_credentials' : 'client_credentials', {
        name: `${word} ${String(n).padStart(2, '0')}`,
        ...(n === 5 && { status: 'disabled' as const }),
        ...(n === 6 && { allowedOrigins: ['*'] }),
      }),
    );
  return { ...place, word, applications };
}

const expectRange = (page: Page, text: string) =>
  expect(page.getByRole('status').filter({ hasText: /of \d/ })).toHaveText(text);

test('Lists: search, filter, sort, page and size stand in the URL, and a reload keeps them', async ({ page, api }) => {
  const { suite, word } = await givenMany(api);
  await openConsole(page, '/applications', 'Applications');
  await expect(page).toHaveURL(/\/applications$/);

  await page.getByRole('searchbox', { name: 'Search' }).fill(word);
  await expect(page).toHaveURL(`${api.url}/console/applications?q=${word}`);
  await expectRange(page, '1–20 of 23');
  await page.getByRole('button', { name: 'Page 2' }).click();
  await expectRange(page, '21–23 of 23');
  await expect(page).toHaveURL(/page=2/);

  await page.getByRole('button', { name: 'Application Name' }).click();
  await expect(page).toHaveURL(/sort=-name/);
  await expect(page).not.toHaveURL(/page=/);
  await expect(page.getByRole('columnheader', { name: 'Application Name' })).toHaveAttribute('aria-sort', 'descending');
  await expect(page.getByRole('row').nth(1)).toContainText(`${word} 23`);

  await page.getByLabel('Rows per page').selectOption('50');
  await expectRange(page, '1–23 of 23');
  await choose(page, 'Suite', suite.name);
  await choose(page, 'Authenticator Type', 'Client Credentials');
  await expectRange(page, '1–11 of 11');
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    q: word,
    sort: '-name',
    size: '50',
    suite: suite.id,
    type: 'client_credentials',
  });

  await page.reload();
  await expectRange(page, '1–11 of 11');
  await expect(page.getByRole('searchbox', { name: 'Search' })).toHaveValue(word);
  await expect(page.getByRole('row').nth(1)).toContainText(`${word} 22`);
  await expect(
    page.getByRole('button', { name: 'Remove filter Authenticator Type: Client Credentials' }),
  ).toBeVisible();
});

test('Lists: Back undoes one thing at a time, after a reload too', async ({ page, api }) => {
  const { suite, word } = await givenMany(api);
  await openConsole(page, `/applications?suite=${suite.id}`, 'Applications');
  await expectRange(page, '1–20 of 23');
  await page.getByRole('button', { name: 'Page 2' }).click();
  await expectRange(page, '21–23 of 23');
  await page.getByRole('button', { name: 'Application Name' }).click();
  await expect(page.getByRole('row').nth(1)).toContainText(`${word} 23`);
  await choose(page, 'Authenticator Type', 'Client Credentials');
  await expectRange(page, '1–11 of 11');
  await page.reload();
  await expectRange(page, '1–11 of 11');

  await page.goBack();
  await expectRange(page, '1–20 of 23');
  await expect(page).not.toHaveURL(/type=/);
  await page.goBack();
  await expectRange(page, '21–23 of 23');
  await expect(page).not.toHaveURL(/sort=/);
  await page.goForward();
  await expect(page.getByRole('row').nth(1)).toContainText(`${word} 23`);
  await page.goBack();
  await expectRange(page, '21–23 of 23');
});

test('Lists: a link with filters opens with them; chips take them away', async ({ page, api }) => {
  const { suite, project, word } = await givenMany(api);
  await openConsole(page, `/applications?suite=${suite.id}&project=${project.id}&status=disabled`, 'Applications');
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);
  await expect(rowOf(page, `${word} 05`)).toBeVisible();
  await page.getByRole('button', { name: 'Remove filter Status: Disabled' }).click();
  await expect(page).not.toHaveURL(/status=/);
  await expect(page.getByRole('status').filter({ hasText: /of \d/ })).toHaveText('1–20 of 23');
  await choose(page, 'Origins', 'Allows *');
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);
  await expect(rowOf(page, `${word} 06`)).toBeVisible();
  // Without its suite, a project says nothing.
  await page.getByRole('button', { name: `Remove filter Suite: ${suite.name}` }).click();
  await expect(page).not.toHaveURL(/project=/);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL(/\/applications$/);
});

test('Lists: what matches nothing says so, with a way out', async ({ page }) => {
  await openConsole(page, '/applications?q=no-such-thing', 'Applications');
  await expect(page.getByText('No application matches “no-such-thing”.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL(/\/applications$/);
  await expect(page.getByRole('row').nth(1)).toBeVisible();
});

test('Lists: what is typed while the search before is on its way stays typed, and is searched for', async ({
  page,
  api,
}) => {
  const place = await api.place();
  // Letters that no client ID has, since a search finds those as well.
  const [first, second] = [unique('Zulu').replace(' ', ''), unique('Quokka').replace(' ', '')];
  for (const name of [first, second]) await api.givenApplication(place, 'user_credentials', { name });
  const search = page.getByRole('searchbox', { name: 'Search' });
  await openConsole(page, `/applications?q=${first}`, 'Applications');
  await expect(rowOf(page, first)).toBeVisible();
  await expectRange(page, '1–1 of 1');
  // Faster than the new address arrives, which is as soon as the browser has a moment.
  await search.evaluate((box: HTMLInputElement, words) => {
    document.querySelector<HTMLButtonElement>('button[aria-label="Clear search"]')?.click();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(box, words);
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }, second);
  await expect(page).toHaveURL((url) => url.searchParams.get('q') === second);
  await expect(search).toHaveValue(second);
  await expect(rowOf(page, second)).toBeVisible();
  await expectRange(page, '1–1 of 1');
});

test('Lists: / focuses the search, Esc clears it, arrows move, Enter opens, e edits, Del deletes', async ({
  page,
  api,
}) => {
  const place = await api.place();
  const [first, second] = [
    await api.givenApplication(place, 'user_credentials', { name: unique('Aaa') }),
    await api.givenApplication(place, 'user_credentials', { name: unique('Bbb') }),
  ];
  await openConsole(page, `/applications?suite=${place.suite.id}`, 'Applications');
  await expect(rowOf(page, second.name)).toBeVisible();
  await page.keyboard.press('/');
  const search = page.getByRole('searchbox', { name: 'Search' });
  await expect(search).toBeFocused();
  await page.keyboard.type('/e');
  await expect(search).toHaveValue('/e');
  await page.keyboard.press('Escape');
  await expect(search).toHaveValue('');

  const linkOf = (name: string) => page.getByRole('link', { name, exact: true });
  await linkOf(first.name).focus();
  await page.keyboard.press('ArrowDown');
  await expect(linkOf(second.name)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(linkOf(first.name)).toBeFocused();
  await page.keyboard.press('Delete');
  const question = page.getByRole('dialog', { name: `Delete ${first.name}?` });
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect(linkOf(first.name)).toBeFocused();
  await page.keyboard.press('e');
  await expect(page.getByRole('heading', { level: 1, name: first.name })).toBeFocused();
  await page.goBack();
  await linkOf(second.name).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: second.name })).toBeVisible();
});

test('Lists: Shift selects a range, with the mouse and with the keyboard', async ({ page, api }) => {
  const { suite, word } = await givenMany(api);
  await openConsole(page, `/applications?suite=${suite.id}`, 'Applications');
  const box = (n: string) => page.getByRole('checkbox', { name: `Select ${word} ${n}` });
  const bar = page.getByRole('region', { name: 'Selection' });
  await box('02').click();
  await box('06').click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('5 selected');
  await bar.getByRole('button', { name: 'Clear' }).click();
  await expect(bar).not.toContainText('selected');
  await box('03').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(box('05')).toBeFocused();
  await page.keyboard.press('Shift+Space');
  await expect(bar).toContainText('3 selected');
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
  await expect(bar).toContainText('20 selected');
});

test('Lists: many are disabled and enabled at once', async ({ page, api }) => {
  const place = await api.place();
  const applications = [
    await api.givenApplication(place, 'user_credentials'),
    await api.givenApplication(place, 'user_credentials'),
  ];
  const statuses = async () => (await api.applicationsOf(place.project)).map(({ status }) => status);
  await openConsole(page, `/applications?suite=${place.suite.id}`, 'Applications');
  const bar = page.getByRole('region', { name: 'Selection' });
  const selectBoth = async () => {
    for (const { name } of applications) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  };
  await selectBoth();
  await bar.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable 2 applications' }).click();
  await expect(page.getByText('2 applications were disabled.')).toBeVisible();
  expect(await statuses()).toEqual(['disabled', 'disabled']);
  await selectBoth();
  await bar.getByRole('button', { name: 'Enable' }).click();
  await expect(page.getByText('2 applications are active again.')).toBeVisible();
  expect(await statuses()).toEqual(['active', 'active']);
});

test('Lists: chosen columns are kept in this browser', async ({ page, api }) => {
  const place = await api.place();
  await api.givenApplication(place, 'user_credentials');
  await openConsole(page, `/applications?suite=${place.suite.id}`, 'Applications');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Access Token Life Span' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Project', exact: true }).click();
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(page.getByRole('columnheader', { name: 'Access Token Life Span' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Project', exact: true })).toHaveCount(0);
  await expect(page.getByRole('cell', { name: '15 minutes' })).toBeVisible();
});

test('Lists: a failing list says why, with its Request ID, and tries again', async ({ page, allowConsoleErrors }) => {
  allowConsoleErrors('status of 500');
  await page.route('**/api/v1/suites?*', (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'internal_error', status: 500, title: '', detail: '', requestId: 'req-e2e-1' }),
    }),
  );
  await openConsole(page, '/suites', 'Suites');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('The server could not finish this. Nothing was changed.');
  await expect(alert).toContainText('req-e2e-1');
  await page.unroute('**/api/v1/suites?*');
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toBeHidden();
  await expect(page.getByRole('row').nth(1)).toBeVisible();
});

test('Lists: on a phone rows are cards with the same actions, and can be sorted', async ({ page, api }) => {
  const place = await api.place();
  const application = await api.givenApplication(place, 'authorization_pkce_flow');
  await page.setViewportSize({ width: 390, height: 844 });
  await openConsole(page, `/applications?suite=${place.suite.id}`, 'Applications');
  const edit = page.getByRole('link', { name: `Edit ${application.name}` });
  await edit.scrollIntoViewIfNeeded();
  await expect(edit).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('button', { name: `Delete ${application.name}` })).toBeInViewport({ ratio: 1 });
  await page.getByLabel('Sort', { exact: true }).selectOption('-name');
  await expect(page).toHaveURL(/sort=-name/);
  await edit.click();
  await expect(page.getByRole('heading', { level: 1, name: application.name })).toBeVisible();
});

for (const width of [1280, 1024])
  test(`Lists: at ${width} px the edit and delete icons of the grid are in sight`, async ({ page, api }) => {
    const place = await api.place();
    const application = await api.givenApplication(place, 'authorization_pkce_flow', {
      name: 'Storefront of the international department',
    });
    await page.setViewportSize({ width, height: 800 });
    await openConsole(page, `/applications?suite=${place.suite.id}`, 'Applications');
    for (const icon of [
      page.getByRole('link', { name: `Edit ${application.name}` }),
      page.getByRole('button', { name: `Delete ${application.name}` }),
    ])
      await expect(icon).toBeInViewport({ ratio: 1 });
  });

test('Lists: the toggle of a user is in sight, however long the names are', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const user = await api.givenUser(application, {
    firstName: 'Bartholomew',
    lastName: 'Featherstonehaugh-Cholmondeley',
    email: 'bartholomew.featherstonehaugh@international.logistics.example.com',
  });
  await openApplication(page, application, 'Application Users');
  const toggle = page.getByRole('switch', { name: `Enabled, ${user.email}` });
  const menu = page.getByRole('button', { name: `More actions for ${user.email}` });
  const [left, right] = [await toggle.boundingBox(), await menu.boundingBox()];
  expect(left && right && left.x + left.width <= right.x, 'not covered by the menu').toBe(true);
});
