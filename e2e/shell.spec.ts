import { expect, openApplication, openConsole, test } from './support/console.js';
import { expectAccessible } from './support/page-checks.js';

test('Keys: Ctrl+K finds pages, objects and actions by name', async ({ page, api }) => {
  const place = await api.place();
  const application = await api.givenApplication(place, 'user_credentials');
  await openConsole(page, '/', 'Overview');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type(application.name);
  await expect(palette.getByRole('option', { name: new RegExp(application.name) })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: application.name })).toBeVisible();

  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('create app');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Create application' })).toBeVisible();

  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('nothing is called so');
  await expect(palette.getByText('Nothing matches “nothing is called so”.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
});

test('Keys: an application is found by its client ID', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  await openConsole(page, '/', 'Overview');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Search and commands' })).toBeFocused();
  await page.keyboard.type(application.clientId);
  await expect(page.getByRole('option', { name: new RegExp(application.name) })).toBeVisible();
});

test('Keys: g and a letter go, n creates, ? helps; none of them while typing, and they can be turned off', async ({
  page,
}) => {
  await openConsole(page, '/', 'Overview');
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page.getByRole('heading', { level: 1, name: 'Applications' })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search' }).focus();
  await page.keyboard.type('go');
  await expect(page.getByRole('searchbox', { name: 'Search' })).toHaveValue('go');
  await expect(page.getByRole('heading', { level: 1, name: 'Applications' })).toBeVisible();
  await page.getByRole('heading', { level: 1 }).focus();
  await page.keyboard.press('n');
  await expect(page.getByRole('heading', { level: 1, name: 'Create application' })).toBeVisible();
  await page.getByRole('heading', { level: 1 }).focus();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Help' });
  await expect(help).toContainText('Search and commands');
  await help.getByRole('switch', { name: 'Shortcuts of one letter' }).click();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await expect(page.getByRole('heading', { level: 1, name: 'Create application' })).toBeVisible();
});

test('Dialogs Search and Help: axe, nothing scrolls sideways', async ({ page }) => {
  await openConsole(page, '/', 'Overview');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('option').first()).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Help' })).toBeVisible();
  await expectAccessible(page);
});

test('Focus: a new page is read from its title, a closed dialog gives the focus back, tabs keep it', async ({
  page,
  api,
}) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  await openConsole(page, '/suites', 'Suites');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Projects' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeFocused();
  const create = page.getByRole('button', { name: 'Create', exact: true });
  await create.click();
  await expect(page.getByRole('dialog').getByLabel('Project Name')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(create).toBeFocused();
  await openApplication(page, application, 'General');
  await page.getByRole('tab', { name: 'Config' }).click();
  await expect(page.getByRole('tab', { name: 'Config' })).toBeFocused();
});

test('Tabs are in the path: Back and a reload find them', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  await openApplication(page, application, 'General');
  await page.getByRole('tab', { name: 'Application Users' }).click();
  await expect(page).toHaveURL(new RegExp(`/applications/${application.id}/users$`));
  await page.getByRole('tab', { name: 'Config' }).click();
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Config', selected: true })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('tab', { name: 'Application Users', selected: true })).toBeVisible();
});
