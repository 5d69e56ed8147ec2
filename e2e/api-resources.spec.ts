import type { Page } from '@playwright/test';
import type { ApplicationScopes, Resource, Scope } from '@tessera/contract/resources';
import type { RoleWithScopes } from '@tessera/contract/roles';
import { type Api, type Place, unique } from './support/api.js';
import { choose, expect, openConsole, rowOf, test } from './support/console.js';
import { expectNoSeriousAxe } from './support/test.js';

const phone = { width: 390, height: 844 };

async function givenResource(api: Api, { project }: Place, fields: Partial<Resource> = {}): Promise<Resource> {
  const name = fields.name ?? unique('Orders');
  const identifier = `https://api.example.com/${name.toLowerCase().replace(/\W+/g, '-')}`;
  return api.done('POST', '/resources', { projectId: project.id, name, identifier, ...fields });
}

async function givenScopes(api: Api, resource: Resource, ...names: string[]): Promise<Scope[]> {
  const scopes: Scope[] = [];
  for (const name of names) {
    const body = { name, description: `May ${name}` };
    scopes.push(await api.done<Scope>('POST', `/resources/${resource.id}/scopes`, body));
  }
  return scopes;
}

const givenRole = (api: Api, { project }: Place, scopes: Scope[], name = unique('Clerk')) =>
  api.done<RoleWithScopes>('POST', '/roles', { projectId: project.id, name, scopeIds: scopes.map(({ id }) => id) });

const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name });

test('API resources: create, find, edit, make it the default, delete after what loses', async ({ page, api }) => {
  const place = await api.place();
  const name = unique('Stock');
  const identifier = `https://api.example.com/${name.replace(' ', '-')}`;
  await openConsole(page, '/resources', 'API resources');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const create = dialogOf(page, 'Create API resource');
  await create.getByLabel('Name').fill(name);
  await choose(create, 'Suite', place.suite.name);
  await choose(create, 'Project', place.project.name);
  await create.getByLabel('Identifier').fill(`${identifier}#v1`);
  await create.getByRole('button', { name: 'Save' }).click();
  await expect(create.getByText('Must be an absolute URI without #.').first()).toBeVisible();
  await create.getByLabel('Identifier').fill(identifier);
  await create.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`${name} was created.`)).toBeVisible();

  await page.getByPlaceholder('Search name, identifier…').fill(identifier);
  await expect(rowOf(page, name)).toContainText(place.project.name);
  await page.getByRole('button', { name: `Edit ${name}` }).click();
  const edit = dialogOf(page, `Edit ${name}`);
  await expect(edit.getByLabel('Identifier')).not.toBeEditable();
  await edit.getByRole('switch', { name: 'Default resource of the project' }).click();
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit).toBeHidden();
  await expect(rowOf(page, name)).toContainText('Default');
  // The default cannot be deleted.
  await expect(page.getByRole('button', { name: `Delete ${name}` })).toHaveCount(0);

  const doomed = await givenResource(api, place);
  const [read] = await givenScopes(api, doomed, 'read');
  const application = await api.givenApplication(place, 'client_credentials');
  await api.done('PUT', `/applications/${application.id}/scopes`, { scopeIds: [read?.id] });
  const role = await givenRole(api, place, read ? [read] : []);
  await openConsole(page, `/resources/${doomed.id}/scopes`, doomed.name);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const question = dialogOf(page, `Delete ${doomed.name}?`);
  await expect(question.getByRole('list', { name: 'Applications that lose scopes' })).toHaveText(application.name);
  await expect(question.getByRole('list', { name: 'Roles that lose scopes' })).toHaveText(role.name);
  await expectNoSeriousAxe(page);
  await question.getByLabel(`Type “${doomed.name}” to confirm`).fill(doomed.name);
  await question.getByRole('button', { name: 'Delete API resource' }).click();
  await expect(page.getByText(`${doomed.name} was deleted.`)).toBeVisible();
  expect((await api.send('GET', `/resources/${doomed.id}`)).status).toBe(404);
});

test('scopes: create with the sentence of the consent page, edit, delete', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const resource = await givenResource(api, await api.place());
  await openConsole(page, `/resources/${resource.id}/scopes`, resource.name);
  await page.getByRole('button', { name: 'Create scope' }).first().click();
  const create = dialogOf(page, 'Create scope');
  await create.getByLabel('Scope').fill('orders read');
  await create.getByLabel('Description').fill('See your orders');
  await create.getByRole('button', { name: 'Save' }).click();
  await expect(create.getByText('A scope has no spaces.').first()).toBeVisible();
  await create.getByLabel('Scope').fill('orders:read');
  await create.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row').filter({ hasText: 'orders:read' });
  await expect(row).toContainText('See your orders');
  await expect(row).toContainText('Everybody');

  await page.getByRole('button', { name: 'Create scope' }).click();
  await create.getByLabel('Scope').fill('orders:read');
  await create.getByLabel('Description').fill('Again');
  await create.getByRole('button', { name: 'Save' }).click();
  await expect(create.getByText(`${resource.name} already has the scope “orders:read”.`).first()).toBeVisible();
  await create.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Leave page' }).click();

  await page.getByRole('button', { name: 'Edit orders:read' }).click();
  const edit = dialogOf(page, 'Edit orders:read');
  await expect(edit.getByLabel('Scope')).not.toBeEditable();
  await edit.getByLabel('Description').fill('See what you ordered');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('See what you ordered');

  await page.getByRole('button', { name: 'Delete orders:read' }).click();
  const question = dialogOf(page, 'Delete orders:read?');
  await expect(question).toContainText('No application and no role has any of it.');
  await question.getByRole('button', { name: 'Delete scope' }).click();
  await expect(page.getByText('orders:read was deleted.')).toBeVisible();
  await expect(row).toHaveCount(0);
});

test('roles: create with scopes, edit with a warning, delete', async ({ page, api }) => {
  const place = await api.place();
  const resource = await givenResource(api, place);
  await givenScopes(api, resource, 'read', 'refund');
  const name = unique('Clerk');
  await openConsole(page, `/roles?suite=${place.suite.id}&project=${place.project.id}`, 'Roles');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const create = dialogOf(page, 'Create role');
  await create.getByLabel('Name').fill(name);
  await create.getByRole('checkbox', { name: 'refund' }).check();
  await expect(create.getByRole('status').filter({ hasText: '1 chosen' })).toBeVisible();
  await expectNoSeriousAxe(page);
  await create.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`${name} was created.`)).toBeVisible();
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toContainText(place.project.name);

  await page.getByRole('button', { name: `Edit ${name}` }).click();
  const edit = dialogOf(page, `Edit ${name}`);
  await expect(edit.getByRole('checkbox', { name: 'refund' })).toBeChecked();
  await edit.getByRole('checkbox', { name: 'refund' }).uncheck();
  await expect(edit.getByText('Everybody will have refund, since no other role carries it.')).toBeVisible();
  await edit.getByRole('checkbox', { name: 'read' }).check();
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit).toBeHidden();
  const { items } = await api.done<{ items: { id: string }[] }>('GET', `/roles?projectId=${place.project.id}`);
  const kept = await api.done<RoleWithScopes>('GET', `/roles/${items[0]?.id}`);
  expect(kept.scopes.map((scope) => scope.name)).toEqual(['read']);

  await page.getByRole('button', { name: `Delete ${name}` }).click();
  const question = dialogOf(page, `Delete ${name}?`);
  await expect(question).toContainText('Everybody will have read');
  await question.getByRole('button', { name: 'Delete role' }).click();
  await expect(page.getByText(`${name} was deleted.`)).toBeVisible();
});

test('an application is allowed scopes, and its users get roles', async ({ page, api }) => {
  const place = await api.place();
  const resource = await givenResource(api, place);
  const [read, refund] = await givenScopes(api, resource, 'read', 'refund');
  const sibling = await givenResource(api, { ...place, project: await api.givenProject(place.suite) });
  const [pay] = await givenScopes(api, sibling, 'pay');
  const role = await givenRole(api, place, refund ? [refund] : []);
  const application = await api.givenApplication(place, 'authorization_flow');
  const user = await api.givenUser(application);

  await openConsole(page, `/applications/${application.id}/general`, application.name);
  const card = page.getByRole('region', { name: 'API access' });
  await expect(card).toContainText('None: it may ask for OpenID scopes only.');
  await card.getByRole('button', { name: 'Change' }).click();
  const dialog = dialogOf(page, `API access of ${application.name}`);
  await dialog.getByRole('checkbox', { name: 'read' }).check();
  await dialog.getByRole('checkbox', { name: 'pay' }).check();
  await expectNoSeriousAxe(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(card).toContainText('read');
  await expect(card).toContainText('pay');
  const { scopeIds } = await api.done<ApplicationScopes>('GET', `/applications/${application.id}/scopes`);
  expect(scopeIds.sort()).toEqual([read?.id, pay?.id].sort());

  await openConsole(page, `/applications/${application.id}/users`, application.name);
  await page.getByRole('button', { name: `More actions for ${user.email}` }).click();
  await page.getByRole('menuitem', { name: 'Roles…' }).click();
  const roles = dialogOf(page, `Roles of ${user.email}`);
  await roles.getByRole('combobox', { name: 'Roles' }).click();
  await page.getByRole('option', { name: `${role.name} (${place.project.name})` }).click();
  await page.keyboard.press('Escape');
  await expectNoSeriousAxe(page);
  await roles.getByRole('button', { name: 'Save' }).click();
  await expect(roles).toBeHidden();
  await expect(page.getByRole('row').filter({ hasText: user.email })).toContainText(role.name);

  await openConsole(page, `/resources/${resource.id}/applications`, resource.name);
  await expect(rowOf(page, application.name)).toContainText('read');
});

for (const colorScheme of ['light', 'dark'] as const)
  for (const viewport of [{ width: 1280, height: 800 }, phone])
    test(`the pages are well made, ${colorScheme}, ${viewport.width} pixels wide`, async ({ page, api }) => {
      const place = await api.place({ project: unique('Customer service of the international department') });
      const resource = await givenResource(api, place, {
        name: unique('Correspondence with customers'),
        isDefault: true,
      });
      const scopes = await givenScopes(
        api,
        resource,
        'correspondence:read',
        'correspondence:write:on-behalf-of-others',
      );
      const application = await api.givenApplication(place, 'authorization_flow');
      await api.done('PUT', `/applications/${application.id}/scopes`, { scopeIds: scopes.map(({ id }) => id) });
      await givenRole(api, place, scopes);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      const narrowed = `?suite=${place.suite.id}&project=${place.project.id}`;
      for (const [path, title] of [
        [`/resources${narrowed}`, 'API resources'],
        [`/resources/${resource.id}/scopes`, resource.name],
        [`/resources/${resource.id}/applications`, resource.name],
        [`/roles${narrowed}`, 'Roles'],
        [`/applications/${application.id}/general`, application.name],
        [`/resources${narrowed}&create=1`, 'API resources'],
        [`/roles${narrowed}&create=1`, 'Roles'],
      ] as const) {
        await page.goto(`/console${path}`);
        await expect(page.getByRole('heading', { level: 1, name: title, includeHidden: true })).toBeVisible();
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        await expectNoSeriousAxe(page);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        expect([path, sideways]).toEqual([path, false]);
        if (process.env.SHOTS) {
          const file = `${process.env.SHOTS}/${title}-${path.replace(/[^a-z]+/g, '-').slice(0, 40)}-${colorScheme}-${viewport.width}.png`;
          await page.screenshot({ path: file, fullPage: true });
        }
      }
    });
