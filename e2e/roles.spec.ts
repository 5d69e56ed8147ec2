import type { Locator, Page } from '@playwright/test';
import { unique } from './support/api.js';
import { allowScopes, givenResource, givenRole, givenScopes } from './support/api-access.js';
import { changeAnswered, choose, expect, openApplication, openConsole, rowWith, test } from './support/console.js';
import { expectAccessible } from './support/page-checks.js';
import { askToken, verifyAccessToken } from './support/token-endpoint.js';

const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name });
const save = (dialog: Locator) => dialog.getByRole('button', { name: 'Save', exact: true }).click();

/** Gives or takes a role in the dialog of the Application Users tab. */
async function setRole(page: Page, email: string, role: string, choice: 'give' | 'take'): Promise<void> {
  await page.getByRole('button', { name: `More actions for ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Roles…' }).click();
  const dialog = dialogOf(page, `Roles of ${email}`);
  const field = dialog.getByRole('combobox', { name: 'Roles' });
  if (choice === 'give') {
    await field.fill(role);
    await page.getByRole('option', { name: role }).click();
    await expectAccessible(page);
  } else {
    await field.press('Backspace');
  }
  // The list of options covers the button until it is closed.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('option')).toHaveCount(0);
  const answered = changeAnswered(page);
  await save(dialog);
  await answered;
  // What is said of the change before may still be there.
  await expect(page.getByText(`Roles of ${email} were saved. The next token has them.`).last()).toBeVisible();
}

test('From an API resource to a token: resource, scopes, role, allowed scopes and the role of a user, all in the console', async ({
  page,
  api,
}) => {
  // A way through eight pages and dialogs, each looked at in two sizes.
  test.setTimeout(150_000);
  const place = await api.place();
  const application = await api.givenApplication(place, 'user_credentials');
  const [ana, bea] = [await api.givenUser(application), await api.givenUser(application)];
  const sibling = await givenResource(api, { ...place, project: await api.givenProject(place.suite) });
  await givenScopes(api, sibling, { pay: 'Pay for you' });
  const resourceName = unique('Orders');
  const identifier = `https://api.example.com/${resourceName.replace(' ', '-')}`;

  await openConsole(page, `/resources?suite=${place.suite.id}&project=${place.project.id}&create=1`, /API resources/);
  const resource = dialogOf(page, 'Create API resource');
  await resource.getByLabel('Name').fill(resourceName);
  await resource.getByLabel('Identifier').fill(identifier);
  await expectAccessible(page);
  await save(resource);
  await page.getByRole('link', { name: resourceName, exact: true }).click();
  await expect(page.getByText('No scopes yet.')).toBeVisible();
  await expectAccessible(page);
  for (const [name, sentence] of [
    ['orders:read', 'See your orders'],
    ['orders:refund', 'Give money back'],
  ] as const) {
    await page.getByRole('button', { name: 'Create scope' }).first().click();
    const scope = dialogOf(page, 'Create scope');
    await scope.getByLabel('Scope').fill(name);
    await scope.getByLabel('Description').fill(sentence);
    await save(scope);
    await expect(rowWith(page, name)).toContainText(sentence);
  }

  const roleName = unique('Clerk');
  await openConsole(page, `/roles?suite=${place.suite.id}&project=${place.project.id}&create=1`, /Roles/);
  const role = dialogOf(page, 'Create role');
  await role.getByLabel('Name').fill(roleName);
  await role.getByRole('checkbox', { name: 'orders:refund' }).check();
  await expectAccessible(page);
  await save(role);
  await expect(rowWith(page, roleName)).toBeVisible();

  await openApplication(page, application, 'General');
  const card = page.getByRole('region', { name: 'API access' });
  await card.getByRole('button', { name: 'Change' }).click();
  const access = dialogOf(page, `API access of ${application.name}`);
  for (const name of ['orders:read', 'orders:refund', 'pay']) await access.getByRole('checkbox', { name }).check();
  await expectAccessible(page);
  await save(access);
  await expect(card).toContainText('orders:refund');

  await openApplication(page, application, 'Application Users');
  await setRole(page, ana.email, roleName, 'give');
  await expect(rowWith(page, ana.email)).toContainText(roleName);

  const tokenFor = async (user: typeof ana, params: Record<string, string>) => {
    const { body } = await askToken(application, {
      grant_type: 'password',
      username: user.email,
      password: user.password,
      ...params,
    });
    return { ...body, claims: await verifyAccessToken(application.issuer, body.access_token ?? '') };
  };
  const asked = { resource: identifier, scope: 'orders:read orders:refund' };
  const anas = await tokenFor(ana, asked);
  expect(anas.claims).toMatchObject({ aud: identifier, scope: 'orders:read orders:refund', roles: [roleName] });
  // Without the role, only what everybody has.
  const beas = await tokenFor(bea, asked);
  expect(beas.claims).toMatchObject({ aud: identifier, scope: 'orders:read' });
  expect(beas.claims).not.toHaveProperty('roles');
  // Another audience learns neither the role nor the scopes.
  const forSibling = await tokenFor(ana, { resource: sibling.identifier, scope: 'pay' });
  expect(forSibling.claims).toMatchObject({ aud: sibling.identifier, scope: 'pay' });
  expect(forSibling.claims).not.toHaveProperty('roles');

  // Taken away, the next token lacks it.
  await setRole(page, ana.email, roleName, 'take');
  const refreshed = await askToken(application, {
    grant_type: 'refresh_token',
    refresh_token: anas.refresh_token ?? '',
    resource: identifier,
  });
  const after = await verifyAccessToken(application.issuer, refreshed.body.access_token ?? '');
  expect(after).toMatchObject({ aud: identifier, scope: 'orders:read' });
  expect(after).not.toHaveProperty('roles');
});

test('Roles: names are taken once a project, a description has an end, and leaving asks', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const place = await api.place();
  const role = await givenRole(api, place, unique('Clerk'), []);
  await openConsole(page, `/roles?suite=${place.suite.id}&project=${place.project.id}`, 'Roles');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const create = dialogOf(page, 'Create role');
  await save(create);
  await expect(create.getByRole('alert')).toContainText('Enter a role name.');
  await expect(create.getByLabel('Name')).toBeFocused();
  await expectAccessible(page);
  await create.getByLabel('Name').fill(role.name);
  await save(create);
  const taken = `“${role.name}” already exists in ${place.project.name}. Choose another name.`;
  await expect(create.getByLabel('Name')).toHaveAccessibleDescription(new RegExp(taken));
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Leave without saving?' })).toBeVisible();
  await page.getByRole('button', { name: 'Stay on page' }).click();
  await expect(create.getByLabel('Name')).toHaveValue(role.name);
});

test('Roles of a user: without any role in the suite, a link leads to the first', async ({ page, api }) => {
  const place = await api.place();
  const application = await api.givenApplication(place, 'authorization_flow');
  const user = await api.givenUser(application);
  await openApplication(page, application, 'Application Users');
  await page.getByRole('button', { name: `More actions for ${user.email}` }).click();
  await page.getByRole('menuitem', { name: 'Roles…' }).click();
  await expect(page.getByText(`There are no roles yet in ${place.suite.name}.`)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Create role' }).click();
  await expect(dialogOf(page, 'Create role')).toBeVisible();
});

test('Default API resource: moving it moves the audience of tokens', async ({ page, api }) => {
  const place = await api.place();
  const application = await api.givenApplication(place, 'client_credentials');
  const resource = await givenResource(api, place);
  const { read } = await givenScopes(api, resource, { read: 'Read' });
  if (read) await allowScopes(api, application, [read]);
  const audience = async () => {
    const { body } = await askToken(application, { grant_type: 'client_credentials' });
    return (await verifyAccessToken(application.issuer, body.access_token ?? '')).aud;
  };
  expect(await audience()).not.toBe(resource.identifier);
  await openConsole(page, `/resources/${resource.id}/scopes`, resource.name);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const edit = dialogOf(page, `Edit ${resource.name}`);
  await edit.getByRole('switch', { name: 'Default resource of the project' }).click();
  await expectAccessible(page);
  await save(edit);
  await expect(edit).toBeHidden();
  expect(await audience()).toBe(resource.identifier);
});

test('API resources: one of another project is chosen by its filters, and an unknown one says so', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 404');
  const place = await api.place();
  const resource = await givenResource(api, place);
  await openConsole(page, '/resources', 'API resources');
  await choose(page, 'Suite', place.suite.name);
  await expect(rowWith(page, resource.name)).toBeVisible();
  await expectAccessible(page);
  await openConsole(page, '/resources/0198d9a0-0000-7000-8000-000000000000', 'API resource not found');
  await expectAccessible(page);
});
