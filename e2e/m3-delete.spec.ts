import { cellOf, expect, openConsole, rowOf, rowWith, searchFor, test } from './support/console.js';
import { askTokenFor } from './support/token-endpoint.js';

test('M3 delete: an application that has users is not deleted; without them it is, by its name', async ({
  page,
  api,
}) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const users = [await api.givenUser(application), await api.givenUser(application)];
  const { name } = application;
  await openConsole(page, `/applications?q=${encodeURIComponent(name)}`, 'Applications');
  await page.getByRole('button', { name: `Delete ${name}` }).click();

  const refusal = page.getByRole('dialog', { name: `Can't delete ${name}` });
  await expect(refusal.getByRole('alert')).toContainText('It still has 2 application users.');
  await expect(refusal).toContainText('Remove them first, or disable the application.');
  await expect(refusal.getByRole('button', { name: 'Delete application' })).toHaveCount(0);
  expect(await api.application(application.id)).toMatchObject({ version: application.version, userCount: 2 });
  expect(await askTokenFor(application, users[0] ?? { email: '', password: '' })).toMatchObject({ status: 200 });

  await refusal.getByRole('link', { name: 'Show application users' }).click();
  await expect(page.getByRole('tab', { name: 'Application Users', selected: true })).toBeVisible();
  for (const { email } of users) {
    await page.getByRole('button', { name: `More actions for ${email}` }).click();
    await page.getByRole('menuitem', { name: 'Remove from application' }).click();
    const question = page.getByRole('dialog', { name: `Remove ${email} from ${name}?` });
    await question.getByRole('button', { name: 'Remove from application' }).click();
    await expect(rowWith(page, email)).toHaveCount(0);
  }

  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Applications' }).click();
  await searchFor(page, name);
  await expect(await cellOf(page, rowOf(page, name), 'Users')).toHaveText('0');
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  const question = page.getByRole('dialog', { name: `Delete ${name}?` });
  await expect(question).toContainText('Its client ID and secrets stop working at once. This cannot be undone.');
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  const button = question.getByRole('button', { name: 'Delete application' });
  const typed = question.getByLabel(`Type “${name}” to confirm`);
  await expect(button).toBeDisabled();
  await typed.fill(name.toUpperCase());
  await expect(button).toBeDisabled();
  await typed.fill(name);
  await button.click();

  await expect(page.getByText(`${name} was deleted.`)).toBeVisible();
  await expect(rowOf(page, name)).toHaveCount(0);
  expect((await api.send('GET', `/applications/${application.id}`)).status).toBe(404);
  expect((await askTokenFor(application, users[0] ?? { email: '', password: '' })).body).toEqual(
    expect.objectContaining({ error: 'invalid_client' }),
  );
});

test('M3 delete: the server refuses too, where a user came after the question', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const { name } = application;
  await openConsole(page, `/applications?q=${encodeURIComponent(name)}`, 'Applications');
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  const question = page.getByRole('dialog', { name: `Delete ${name}?` });
  await question.getByLabel(`Type “${name}” to confirm`).fill(name);
  await api.givenUser(application);
  await question.getByRole('button', { name: 'Delete application' }).click();
  const refusal = page.getByRole('dialog', { name: `Can't delete ${name}` });
  await expect(refusal.getByRole('alert')).toContainText('It still has 1 application user.');
  expect((await api.send('GET', `/applications/${application.id}`)).status).toBe(200);
});

test('M3 delete: “Disable instead” leaves it there, without tokens', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const user = await api.givenUser(application);
  const { name } = application;
  await openConsole(page, `/applications?q=${encodeURIComponent(name)}`, 'Applications');
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable instead' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(await cellOf(page, rowOf(page, name), 'Status')).toHaveText('Disabled');
  expect(await askTokenFor(application, user)).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
});

test('M3 delete: Escape changes nothing and gives the focus back to the bin', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  await openConsole(page, `/applications?q=${encodeURIComponent(application.name)}`, 'Applications');
  const bin = page.getByRole('button', { name: `Delete ${application.name}` });
  await bin.click();
  await expect(page.getByRole('dialog', { name: `Delete ${application.name}?` })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(bin).toBeFocused();
  expect((await api.send('GET', `/applications/${application.id}`)).status).toBe(200);
});

test('M3 delete: many at once, with a report on every row', async ({ page, api, allowConsoleErrors }) => {
  allowConsoleErrors('status of 409');
  const place = await api.place();
  const [kept, gone] = [
    await api.givenApplication(place, 'user_credentials'),
    await api.givenApplication(place, 'user_credentials'),
  ];
  await api.givenUser(kept);
  await openConsole(page, `/applications?suite=${place.suite.id}`, 'Applications');
  for (const { name } of [kept, gone]) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  const bar = page.getByRole('region', { name: 'Selection' });
  await expect(bar).toContainText('2 selected');
  await bar.getByRole('button', { name: 'Delete' }).click();
  const question = page.getByRole('dialog', { name: 'Delete 2 applications?' });
  await question.getByLabel('Type “delete 2” to confirm').fill('delete 2');
  await question.getByRole('button', { name: 'Delete 2 applications' }).click();
  const report = page.getByRole('dialog', { name: '1 of 2 were deleted' });
  await expect(report.getByRole('listitem').filter({ hasText: kept.name })).toContainText(
    'It still has 1 application user.',
  );
  await expect(report.getByRole('listitem').filter({ hasText: gone.name })).toContainText('Deleted');
  await report.getByRole('button', { name: 'Close' }).last().click();
  await expect(rowOf(page, gone.name)).toHaveCount(0);
  expect(await api.applicationsOf(place.project)).toMatchObject([{ name: kept.name }]);
});
