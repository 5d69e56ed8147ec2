import type { Page } from '@playwright/test';
import { unique } from './support/api.js';
import {
  cellOf,
  chooseType,
  expect,
  goBySideBar,
  openApplication,
  openConsole,
  rowOf,
  saveForm,
  searchFor,
  test,
} from './support/console.js';
import { askTokenFor } from './support/token-endpoint.js';

test('M2 edit: the edit icon, new data, Save; the grid and a reload show it', async ({ page, api }) => {
  const place = await api.place();
  const other = await api.givenProject(place.suite);
  const application = await api.givenApplication(place, 'authorization_flow');
  const renamed = unique('Renamed');
  await openConsole(page, `/applications?q=${encodeURIComponent(application.name)}`, 'Applications');
  await page.getByRole('link', { name: `Edit ${application.name}` }).click();
  await expect(page.getByRole('heading', { level: 1, name: application.name })).toBeVisible();

  await page.getByLabel('Application Name').fill(renamed);
  await page.getByRole('combobox', { name: 'Project' }).click();
  await page.getByRole('option', { name: other.name }).click();
  await page.getByRole('textbox', { name: 'Redirect URL', exact: true }).fill('https://new.example.com/cb');
  await page.getByRole('textbox', { name: 'Allow Origins', exact: true }).fill('https://new.example.com');
  await saveForm(page);
  await expect(page.getByRole('heading', { level: 1, name: renamed })).toBeVisible();

  await goBySideBar(page, 'Applications');
  await searchFor(page, renamed);
  const row = rowOf(page, renamed);
  await expect(await cellOf(page, row, 'Project')).toHaveText(other.name);
  await expect(await cellOf(page, row, 'Origins')).toHaveText('1');

  await row.getByRole('link', { name: renamed, exact: true }).click();
  await page.reload();
  await expect(page.getByLabel('Application Name')).toHaveValue(renamed);
  await expect(page.getByRole('combobox', { name: 'Project' })).toHaveValue(other.name);
  await expect(page.getByRole('textbox', { name: 'Redirect URL', exact: true })).toHaveValue(
    'https://new.example.com/cb',
  );
  await expect(page.getByRole('textbox', { name: 'Allow Origins', exact: true })).toHaveValue(
    'https://new.example.com',
  );
});

test('M2 edit: the very next token request obeys Allow Origins', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials', {
    allowedOrigins: ['https://old.example.com'],
  });
  const user = await api.givenUser(application);
  const from = (origin: string) => askTokenFor(application, user, { origin });
  expect(await from('https://old.example.com')).toMatchObject({ status: 200, allowOrigin: 'https://old.example.com' });
  expect(await from('https://new.example.com')).toMatchObject({ status: 403 });

  await openApplication(page, application, 'General');
  await page.getByRole('textbox', { name: 'Allow Origins', exact: true }).fill('https://new.example.com');
  await saveForm(page);
  expect(await from('https://new.example.com')).toMatchObject({ status: 200, allowOrigin: 'https://new.example.com' });
  expect(await from('https://old.example.com')).toMatchObject({ status: 403 });

  await page.getByRole('textbox', { name: 'Allow Origins', exact: true }).fill('*');
  await saveForm(page);
  expect(await from('https://old.example.com')).toMatchObject({ status: 200, allowOrigin: '*' });
});

test('M2 edit: the very next authorization request obeys Redirect URL', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'authorization_flow');
  const ask = async (redirectUri: string) => {
    const url = new URL(`${application.issuer}/authorize`);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: application.clientId,
      redirect_uri: redirectUri,
    }).toString();
    return (await fetch(url, { redirect: 'manual' })).status;
  };
  const before = application.redirectUris[0] ?? '';
  expect(await ask(before)).toBe(303);
  await openApplication(page, application, 'General');
  await page.getByRole('textbox', { name: 'Redirect URL', exact: true }).fill('https://app.example.com/moved');
  await saveForm(page);
  expect(await ask('https://app.example.com/moved')).toBe(303);
  expect(await ask(before)).toBe(400);
});

test('M2 edit: a disabled application gets no more tokens; an active one does', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const user = await api.givenUser(application);
  await openApplication(page, application, 'General');
  await page.getByRole('switch', { name: 'Active' }).click();
  const question = page.getByRole('dialog', { name: `Disable ${application.name}?` });
  await expect(question).toContainText('at most 15 minutes');
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await question.getByRole('button', { name: 'Disable application' }).click();
  await expect(question).toBeHidden();
  await expect(page.getByRole('switch', { name: 'Active' })).not.toBeChecked();
  expect(await askTokenFor(application, user)).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });

  await page.getByRole('switch', { name: 'Active' }).click();
  await expect(page.getByRole('switch', { name: 'Active' })).toBeChecked();
  await expect(page.getByText(`${application.name} is active again.`)).toBeVisible();
  expect(await askTokenFor(application, user)).toMatchObject({ status: 200 });
});

test('M2 edit: another authenticator type shows what will change, then changes it', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const user = await api.givenUser(application);
  expect(await askTokenFor(application, user)).toMatchObject({ status: 200 });
  await openApplication(page, application, 'General');
  await chooseType(page, 'Authorization PKCE Flow');
  const effects = page.getByRole('dialog', { name: 'What will change' });
  await expect(effects).toContainText('From User Credentials to Authorization PKCE Flow:');
  await expect(effects).toContainText('1 live refresh token ends');
  await expect(effects).toContainText('1 client secret stops working.');
  await expect(effects).toContainText('At least one redirect URL is needed.');
  await effects.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('radio', { name: 'User Credentials' })).toBeChecked();

  await chooseType(page, 'Authorization PKCE Flow');
  await effects.getByRole('button', { name: 'Change type' }).click();
  await page.getByRole('textbox', { name: 'Redirect URL', exact: true }).fill('https://app.example.com/cb');
  await saveForm(page);
  await expect(page.getByRole('radio', { name: 'Authorization PKCE Flow' })).toBeChecked();
  const refused = await askTokenFor(application, user);
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.body.access_token).toBeUndefined();
  expect(await api.application(application.id)).toMatchObject({ authenticatorType: 'authorization_pkce_flow' });
});

test('M2 edit refuses what create refuses: under the field, with nothing stored', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'authorization_flow');
  await openApplication(page, application, 'General');
  const url = page.getByRole('textbox', { name: 'Redirect URL', exact: true });
  await url.fill('http://app.example.com/cb');
  await page.getByLabel('Application Name').fill('');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('2 fields need attention');
  await expect(page.getByLabel('Application Name')).toHaveAccessibleDescription(/Enter an application name\./);
  await expect(url).toHaveAccessibleDescription(/Use https\. http is only for localhost, 127\.0\.0\.1 and \[::1\]\./);
  expect(await api.application(application.id)).toMatchObject({ version: application.version });
});

test('M2 edit: unsaved changes are not lost without a question', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  await openApplication(page, application, 'General');
  await page.getByLabel('Application Name').fill('Not saved');
  await expect(page.getByText('Unsaved changes')).toBeVisible();

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Suites' }).click();
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await expect(question.getByRole('button', { name: 'Stay on page' })).toBeFocused();
  await question.getByRole('button', { name: 'Stay on page' }).click();
  await expect(page.getByLabel('Application Name')).toHaveValue('Not saved');

  const asked = page.waitForEvent('dialog');
  const reloading = page.reload({ timeout: 3_000 }).catch(() => undefined);
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await reloading;
  await expect(page.getByLabel('Application Name')).toHaveValue('Not saved');

  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByLabel('Application Name')).toHaveValue(application.name);
  await expect(page.getByText('Unsaved changes')).toBeHidden();
  await goBySideBar(page, 'Suites');
  expect(await api.application(application.id)).toMatchObject({ version: application.version });
});

test('M2 edit: Ctrl+S saves', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const renamed = unique('By key');
  await openApplication(page, application, 'General');
  await page.getByLabel('Application Name').fill(renamed);
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('heading', { level: 1, name: renamed })).toBeVisible();
  expect(await api.application(application.id)).toMatchObject({ name: renamed });
});

/** Two admins: this one has typed a description, the other has saved one. */
async function conflict(page: Page, application: { id: string; name: string }, change: () => Promise<unknown>) {
  await openApplication(page, application, 'General');
  await page.getByLabel('Description').fill('Mine');
  await change();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  return page.getByRole('alert');
}

test('M2 edit: another admin was faster (412): see the differences, then overwrite', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 412');
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const alert = await conflict(page, application, () =>
    api.done('PATCH', `/applications/${application.id}`, { description: 'Theirs' }),
  );
  await expect(alert).toContainText(/changed this/);
  await expect(alert).toContainText('Request ID');
  expect(await api.application(application.id)).toMatchObject({ description: 'Theirs' });

  await alert.getByRole('button', { name: 'See differences' }).click();
  const differences = alert.getByRole('table', { name: 'See differences' }).getByRole('row');
  await expect(differences).toHaveCount(2);
  await expect(differences.nth(1)).toContainText('Description');
  await expect(differences.nth(1).getByRole('cell')).toHaveText(['Theirs', 'Mine']);

  await alert.getByRole('button', { name: 'Overwrite' }).click();
  await expect(alert).toBeHidden();
  await expect(page.getByText('Unsaved changes')).toBeHidden();
  expect(await api.application(application.id)).toMatchObject({ description: 'Mine' });
});

test('M2 edit: another admin was faster (412): discard mine', async ({ page, api, allowConsoleErrors }) => {
  allowConsoleErrors('status of 412');
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const alert = await conflict(page, application, () =>
    api.done('PATCH', `/applications/${application.id}`, { description: 'Theirs' }),
  );
  await alert.getByRole('button', { name: 'Discard mine' }).click();
  await expect(page.getByLabel('Description')).toHaveValue('Theirs');
  await expect(page.getByText('Unsaved changes')).toBeHidden();
  expect(await api.application(application.id)).toMatchObject({ description: 'Theirs' });
});

test('M2 edit: an application that is gone says so, with a way back', async ({ page, allowConsoleErrors }) => {
  allowConsoleErrors('status of 404');
  await openConsole(page, '/applications/11111111-1111-4111-8111-111111111111/general', 'Application not found');
  await expect(page.getByText('it may have been deleted.')).toBeVisible();
  await page.getByRole('link', { name: 'Back to Applications' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Applications' })).toBeVisible();
});
