import { unique } from './support/api.js';
import { cellOf, expect, goBySideBar, openConsole, rowOf, searchFor, test } from './support/console.js';

test('M7 suites: create, see it in the grid, edit, delete by its name', async ({ page, api }) => {
  const [name, renamed] = [unique('Shop'), unique('Market')];
  await openConsole(page, '/suites', 'Suites');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Create suite' });
  await expect(dialog.getByLabel('Suite Name')).toBeFocused();
  await dialog.getByLabel('Suite Name').fill(name);
  await dialog.getByLabel('Description').fill('Everything that sells');
  await expect(dialog.getByLabel('Key')).toHaveValue(name.toLowerCase().replace(' ', '-'));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(`${name} was created.`)).toBeVisible();

  await searchFor(page, name);
  const row = rowOf(page, name);
  for (const column of ['Projects', 'Applications', 'Users'])
    await expect(await cellOf(page, row, column)).toHaveText('0');
  // It is an issuer at once.
  const { items } = await api.done<{ items: { id: string; issuer: string }[] }>(
    'GET',
    `/suites?q=${encodeURIComponent(name)}`,
  );
  const suite = items[0] ?? { id: '', issuer: '' };
  const discovery = await page.request.get(`${suite.issuer}/.well-known/openid-configuration`);
  expect(await discovery.json()).toMatchObject({ issuer: suite.issuer });

  await page.getByRole('button', { name: `Edit ${name}` }).click();
  const edit = page.getByRole('dialog', { name: `Edit ${name}` });
  await expect(edit.getByLabel('Key')).not.toBeEditable();
  await edit.getByLabel('Suite Name').fill(renamed);
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit).toBeHidden();
  await page.getByRole('button', { name: 'Clear search' }).click();
  await searchFor(page, renamed);
  await expect(rowOf(page, renamed)).toBeVisible();
  await page.reload();
  await expect(rowOf(page, renamed)).toBeVisible();

  await page.getByRole('button', { name: `Delete ${renamed}` }).click();
  const question = page.getByRole('dialog', { name: `Delete ${renamed}?` });
  await expect(question).toContainText('Its issuer stops working at once.');
  await expect(question.getByRole('button', { name: 'Delete suite' })).toBeDisabled();
  await question.getByLabel(`Type “${renamed}” to confirm`).fill(renamed);
  await question.getByRole('button', { name: 'Delete suite' }).click();
  await expect(page.getByText(`${renamed} was deleted.`)).toBeVisible();
  await expect(page.getByText(`Nothing matches “${renamed}”.`)).toBeVisible();
  expect((await api.send('GET', `/suites/${suite.id}`)).status).toBe(404);
  expect((await fetch(`${suite.issuer}/.well-known/openid-configuration`)).status).toBe(404);
});

test('M7 suites: a suite with projects is not deleted: the message says how many', async ({ page, api }) => {
  const { suite } = await api.place();
  await api.givenProject(suite);
  await openConsole(page, `/suites?q=${encodeURIComponent(suite.name)}`, 'Suites');
  await page.getByRole('button', { name: `Delete ${suite.name}` }).click();
  const refusal = page.getByRole('dialog', { name: `Can't delete ${suite.name}` });
  await expect(refusal.getByRole('alert')).toHaveText(`${suite.name} still has 2 projects. Move or delete them first.`);
  await expect(refusal.getByRole('button', { name: 'Delete suite' })).toHaveCount(0);
  expect((await api.send('GET', `/suites/${suite.id}`)).status).toBe(200);
  await refusal.getByRole('link', { name: 'Show projects' }).click();
  await expect(page.getByRole('tab', { name: 'Projects 2', selected: true })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Projects' }).getByRole('row')).toHaveCount(3);
});

test('M7 suites: the server refuses too, where a project came after the question', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const suite = await api.givenSuite();
  await openConsole(page, `/suites/${suite.id}/overview`, suite.name);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const question = page.getByRole('dialog', { name: `Delete ${suite.name}?` });
  await question.getByLabel(`Type “${suite.name}” to confirm`).fill(suite.name);
  await api.givenProject(suite);
  await question.getByRole('button', { name: 'Delete suite' }).click();
  await expect(page.getByRole('dialog', { name: `Can't delete ${suite.name}` })).toContainText(
    `${suite.name} still has 1 project.`,
  );
});

test('M7 suites: a name that is taken, none, and one letter are refused under the field', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const taken = await api.givenSuite();
  const count = async () => (await api.done<{ total: number }>('GET', '/suites?limit=1')).total;
  await openConsole(page, '/suites?create=1', 'Suites');
  const dialog = page.getByRole('dialog', { name: 'Create suite' });
  const name = dialog.getByLabel('Suite Name');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(name).toHaveAccessibleDescription('Enter a suite name.');
  await name.fill('X');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(name).toHaveAccessibleDescription('Use at least 2 characters.');
  const before = await count();
  await name.fill(taken.name.toUpperCase());
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(name).toHaveAccessibleDescription(/already exists/);
  await expect(name).toBeFocused();
  expect(await count()).toBe(before);
});

test('M7 suites: suite system is marked, and nobody can delete it', async ({ page, api }) => {
  const system = await api.systemSuite();
  await openConsole(page, `/suites?q=${system.slug}`, 'Suites');
  const row = rowOf(page, system.name);
  await expect(row.getByText('Built in')).toBeVisible();
  await expect(row.getByRole('button', { name: `Delete ${system.name}` })).toHaveCount(0);
  await row.getByRole('link', { name: system.name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: system.name })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Delete', exact: true })).toHaveCount(0);
});

test('M7 suites: the detail page shows what a developer needs, to copy', async ({ page, api, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { suite } = await api.place();
  await openConsole(page, `/suites/${suite.id}/overview`, suite.name);
  await page.getByRole('button', { name: 'Copy issuer', exact: true }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(suite.issuer);
  await page.getByRole('button', { name: 'Copy discovery URL' }).click();
  const discovery = await page.evaluate(() => navigator.clipboard.readText());
  expect((await fetch(discovery)).status).toBe(200);
  await page.getByRole('button', { name: 'Copy JWKS URL' }).click();
  const jwks = await page.evaluate(() => navigator.clipboard.readText());
  expect((await fetch(jwks)).status).toBe(200);
});

test('M7 projects: create, see it in the grid, edit, delete', async ({ page, api }) => {
  const suite = await api.givenSuite();
  const [name, renamed] = [unique('Web'), unique('Mobile')];
  await openConsole(page, '/projects', 'Projects');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Create project' });
  await dialog.getByLabel('Project Name').fill(name);
  await dialog.getByRole('combobox', { name: 'Suite' }).fill(suite.name);
  await page.getByRole('option', { name: suite.name }).click();
  await dialog.getByRole('combobox', { name: 'Environment' }).click();
  await page.getByRole('option', { name: 'Production' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();

  await searchFor(page, name);
  const row = rowOf(page, name);
  await expect(await cellOf(page, row, 'Suite')).toHaveText(suite.name);
  await expect(await cellOf(page, row, 'Environment')).toHaveText('Production');
  await expect(await cellOf(page, row, 'Applications')).toHaveText('0');

  await page.getByRole('button', { name: `Edit ${name}` }).click();
  const edit = page.getByRole('dialog', { name: `Edit ${name}` });
  await edit.getByLabel('Project Name').fill(renamed);
  await edit.getByLabel('Description').fill('For phones');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit).toBeHidden();
  await openConsole(page, `/projects?q=${encodeURIComponent(renamed)}`, 'Projects');
  await rowOf(page, renamed).getByRole('link', { name: renamed, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: renamed })).toBeVisible();
  await expect(page.getByText('For phones')).toBeVisible();
  await expect(page.getByText('No applications yet in this project.')).toBeVisible();

  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const question = page.getByRole('dialog', { name: `Delete ${renamed}?` });
  await question.getByRole('button', { name: 'Delete project' }).click();
  await expect(page.getByText(`${renamed} was deleted.`)).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible();
  expect((await api.done<{ total: number }>('GET', `/projects?suiteId=${suite.id}`)).total).toBe(0);
});

test('M7 projects: a project with applications is not deleted: the message says how many', async ({ page, api }) => {
  const place = await api.place();
  const { project } = place;
  for (const type of ['user_credentials', 'client_credentials'] as const) await api.givenApplication(place, type);
  await openConsole(page, `/projects?q=${encodeURIComponent(project.name)}`, 'Projects');
  await page.getByRole('button', { name: `Delete ${project.name}` }).click();
  const refusal = page.getByRole('dialog', { name: `Can't delete ${project.name}` });
  await expect(refusal.getByRole('alert')).toHaveText(
    `${project.name} still has 2 applications. Move or delete them first.`,
  );
  expect((await api.send('GET', `/projects/${project.id}`)).status).toBe(200);
  await refusal.getByRole('link', { name: 'Show applications' }).click();
  await expect(page.getByRole('table', { name: 'Applications' }).getByRole('row')).toHaveCount(3);
});

test('M7 projects: a name that the suite has, none, and no suite are refused under the field', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const { suite, project } = await api.place();
  await openConsole(page, '/projects?create=1', 'Projects');
  const dialog = page.getByRole('dialog', { name: 'Create project' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Project Name')).toHaveAccessibleDescription('Enter a project name.');
  await expect(dialog.getByRole('combobox', { name: 'Suite' })).toHaveAccessibleDescription('Select a suite.');
  await dialog.getByLabel('Project Name').fill(project.name);
  await dialog.getByRole('combobox', { name: 'Suite' }).fill(suite.name);
  await page.getByRole('option', { name: suite.name }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Project Name')).toHaveAccessibleDescription(/already exists/);
  expect((await api.done<{ total: number }>('GET', `/projects?suiteId=${suite.id}`)).total).toBe(1);
});

test('M7 suites: another admin was faster (412): overwrite', async ({ page, api, allowConsoleErrors }) => {
  allowConsoleErrors('status of 412');
  const suite = await api.givenSuite();
  await openConsole(page, `/suites/${suite.id}/overview`, suite.name);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Edit ${suite.name}` });
  await dialog.getByLabel('Description').fill('Mine');
  await api.done('PATCH', `/suites/${suite.id}`, { description: 'Theirs' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').getByRole('button', { name: 'Overwrite' }).click();
  await expect(dialog).toBeHidden();
  expect(await api.done('GET', `/suites/${suite.id}`)).toMatchObject({ description: 'Mine' });
});

test('M7: from an empty suite to a first token, by the links of the pages alone', async ({ page, api }) => {
  const suite = await api.givenSuite();
  const [project, name] = [unique('Web'), unique('Storefront')];
  await openConsole(page, `/suites/${suite.id}/overview`, suite.name);
  await page.getByRole('tab', { name: /^Projects/ }).click();
  await page.getByRole('button', { name: 'Create project' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Create project' });
  await dialog.getByLabel('Project Name').fill(project);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await rowOf(page, project).getByRole('link', { name: project, exact: true }).click();
  await page.getByRole('link', { name: 'Create application' }).first().click();
  await expect(page.getByRole('combobox', { name: 'Suite' })).toHaveValue(suite.name);
  await expect(page.getByRole('combobox', { name: 'Project' })).toHaveValue(project);
  await page.getByLabel('Application Name').fill(name);
  await page
    .getByRole('radiogroup', { name: 'Authenticator Type' })
    .getByText('User Credentials', { exact: true })
    .click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('checkbox', { name: 'I have stored the secret' }).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('link', { name: 'Add a user' }).click();
  const drawer = page.getByRole('dialog', { name: 'Create user' });
  await drawer.getByLabel('First name').fill('Ana');
  await drawer.getByLabel('Email').fill('ana@example.com');
  await drawer.getByRole('button', { name: 'Generate password' }).click();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').getByRole('button', { name: 'Generate token' }).click();
  await page.getByRole('region', { name: 'Generate token' }).getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByRole('region', { name: 'Access token as text' })).toBeVisible();
  await goBySideBar(page, 'Overview');
});
