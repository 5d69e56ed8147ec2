import type { Page } from '@playwright/test';
import type { ApplicationWithSecret } from '@tessera/contract/applications';
import type { Resource } from '@tessera/contract/resources';
import { type Api, type Person, type Place, unique } from './support/api.js';
import { allowScopes, givenResource, givenRole, givenScopes } from './support/api-access.js';
import { expect, openApplication, openConsole, test } from './support/console.js';
import { expectAccessible, expectWellMade } from './support/page-checks.js';

interface Given {
  place: Place;
  application: ApplicationWithSecret;
  user: Person;
  resource: Resource;
}

/** A place with something of everything in it, and with names that need room. */
async function given(api: Api): Promise<Given> {
  const place = await api.place({ suite: unique('International logistics'), project: unique('Customer service') });
  const application = await api.givenApplication(place, 'authorization_flow', {
    name: unique('Desk of the customer service in every country'),
  });
  const resource = await givenResource(api, place, { name: unique('Correspondence with customers') });
  const scopes = Object.values(
    await givenScopes(api, resource, {
      'correspondence:read': 'See what was written to you and by you',
      'correspondence:write:on-behalf-of-others': 'Write in the name of people who have asked for it',
    }),
  );
  await allowScopes(api, application, scopes);
  const role = await givenRole(api, place, unique('Correspondent of the international department'), scopes);
  const user = await api.givenUser(application, {
    firstName: 'Bartholomew',
    lastName: 'Featherstonehaugh-Cholmondeley',
  });
  await api.done('PATCH', `/applications/${application.id}/users/${user.id}`, { roleIds: [role.id] });
  await api.done('PATCH', `/suites/${place.suite.id}`, { registration: 'token' });
  await api.done('POST', `/suites/${place.suite.id}/registration-tokens`, {
    name: 'partner of the logistics department',
  });
  return { place, application, user, resource };
}

const dialog = (page: Page) => page.getByRole('dialog');

/** The name of a page or dialog, how it is opened, and its title. */
const shown: { name: string; open: (page: Page, given: Given) => Promise<void>; title: (given: Given) => string }[] = [
  {
    name: 'API resources',
    open: async (page, { place, resource }) => {
      await openConsole(page, `/resources?suite=${place.suite.id}`, 'API resources');
      await expect(page.getByRole('link', { name: resource.name, exact: true })).toBeVisible();
    },
    title: () => 'API resources · Tessera',
  },
  {
    name: 'API resource, Scopes',
    open: async (page, { resource }) => {
      await openConsole(page, `/resources/${resource.id}/scopes`, resource.name);
      await expect(page.getByText('See what was written to you and by you')).toBeVisible();
    },
    title: ({ resource }) => `${resource.name} · API resources · Tessera`,
  },
  {
    name: 'API resource, Applications',
    open: async (page, { resource, application }) => {
      await openConsole(page, `/resources/${resource.id}/applications`, resource.name);
      await expect(page.getByRole('link', { name: application.name, exact: true })).toBeVisible();
    },
    title: ({ resource }) => `${resource.name} · API resources · Tessera`,
  },
  {
    name: 'Roles',
    open: async (page, { place }) => {
      await openConsole(page, `/roles?suite=${place.suite.id}`, 'Roles');
      await expect(page.getByText(/^Correspondent of/)).toBeVisible();
    },
    title: () => 'Roles · Tessera',
  },
  {
    name: 'Keys',
    open: async (page, { place }) => {
      await openConsole(page, `/keys?suite=${place.suite.id}`, 'Keys');
      await expect(page.getByRole('table', { name: 'Keys' })).toBeVisible();
    },
    title: () => 'Keys · Tessera',
  },
  {
    name: 'Suite, Registration',
    open: async (page, { place }) => {
      await openConsole(page, `/suites/${place.suite.id}/registration`, place.suite.name);
      await expect(page.getByRole('row', { name: /^partner of/ })).toBeVisible();
    },
    title: ({ place }) => `${place.suite.name} · Suites · Tessera`,
  },
  {
    name: 'Application Users with roles',
    open: async (page, { application }) => {
      await openApplication(page, application, 'Application Users');
      await expect(page.getByRole('row').filter({ hasText: /Correspondent of/ })).toBeVisible();
    },
    title: ({ application }) => `${application.name} · Applications · Tessera`,
  },
];

for (const { name, open, title } of shown)
  test(`Page ${name}: title, one h1, axe in light and dark, nothing scrolls sideways`, async ({ page, api }) => {
    const world = await given(api);
    await open(page, world);
    await expectWellMade(page, title(world));
    await expectAccessible(page);
  });

const dialogs: { name: string; open: (page: Page, given: Given) => Promise<void> }[] = [
  {
    name: 'Add initial access token, with a fault',
    open: async (page, { place }) => {
      await openConsole(page, `/suites/${place.suite.id}/registration`, place.suite.name);
      await page.getByRole('button', { name: 'Add token' }).click();
      await dialog(page).getByRole('button', { name: 'Add token' }).click();
      await expect(dialog(page).getByRole('alert')).toBeVisible();
    },
  },
  {
    name: 'the initial access token, shown once',
    open: async (page, { place }) => {
      await openConsole(page, `/suites/${place.suite.id}/registration`, place.suite.name);
      await page.getByRole('button', { name: 'Add token' }).click();
      await dialog(page).getByLabel('Name').fill('ci');
      await dialog(page).getByRole('button', { name: 'Add token' }).click();
      await expect(page.getByRole('checkbox', { name: 'I have stored the secret' })).toBeVisible();
    },
  },
  {
    name: 'Revoke initial access token',
    open: async (page, { place }) => {
      await openConsole(page, `/suites/${place.suite.id}/registration`, place.suite.name);
      await page.getByRole('button', { name: 'Revoke partner of the logistics department' }).click();
    },
  },
  {
    name: 'Create scope, with faults',
    open: async (page, { resource }) => {
      await openConsole(page, `/resources/${resource.id}/scopes?create=1`, resource.name);
      await dialog(page).getByRole('button', { name: 'Save' }).click();
      await expect(dialog(page).getByRole('alert')).toBeVisible();
    },
  },
  {
    name: 'Delete scope, with who loses it',
    open: async (page, { resource }) => {
      await openConsole(page, `/resources/${resource.id}/scopes`, resource.name);
      await page.getByRole('button', { name: 'Delete correspondence:read' }).click();
      await expect(dialog(page).getByRole('list', { name: 'Applications that lose scopes' })).toBeVisible();
    },
  },
  {
    name: 'Delete API resource',
    open: async (page, { resource }) => {
      await openConsole(page, `/resources/${resource.id}/scopes`, resource.name);
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await expect(dialog(page).getByRole('list', { name: 'Roles that lose scopes' })).toBeVisible();
    },
  },
  {
    name: 'Edit role',
    open: async (page, { place }) => {
      await openConsole(page, `/roles?suite=${place.suite.id}`, 'Roles');
      await page.getByRole('button', { name: /^Edit Correspondent of/ }).click();
      await dialog(page).getByRole('checkbox', { name: 'correspondence:read' }).uncheck();
      await expect(dialog(page).getByText(/^Everybody will have correspondence:read/)).toBeVisible();
    },
  },
  {
    name: 'Delete role',
    open: async (page, { place }) => {
      await openConsole(page, `/roles?suite=${place.suite.id}`, 'Roles');
      await page.getByRole('button', { name: /^Delete Correspondent of/ }).click();
      await expect(dialog(page)).toContainText('1 user loses it');
    },
  },
];

for (const { name, open } of dialogs)
  test(`Dialog ${name}: axe in light and dark, nothing scrolls sideways`, async ({ page, api }) => {
    await open(page, await given(api));
    await expect(dialog(page)).toBeVisible();
    await expectAccessible(page);
  });

const problem = {
  type: 'about:blank',
  title: 'The server could not finish this',
  status: 500,
  detail: 'The server could not finish this. Nothing was changed.',
  code: 'internal_error',
  requestId: '01J00000000000000000000000',
};

/** Where a page reads what it shows, and what stands there once it could. */
const reads: {
  name: string;
  path: (given: Given) => string;
  api: RegExp;
  there: (page: Page, given: Given) => unknown;
}[] = [
  {
    name: 'API resources',
    path: ({ place }) => `/resources?suite=${place.suite.id}`,
    api: /\/api\/v1\/resources\?/,
    there: (page, { resource }) => page.getByRole('link', { name: resource.name, exact: true }),
  },
  {
    name: 'Scopes',
    path: ({ resource }) => `/resources/${resource.id}/scopes`,
    api: /\/api\/v1\/resources\/[^/]+\/scopes/,
    there: (page) => page.getByText('correspondence:read', { exact: true }),
  },
  {
    name: 'Roles',
    path: ({ place }) => `/roles?suite=${place.suite.id}`,
    api: /\/api\/v1\/roles\?/,
    there: (page) => page.getByText(/^Correspondent of/),
  },
  {
    name: 'Users',
    path: ({ place }) => `/users?suite=${place.suite.id}`,
    api: /\/api\/v1\/accounts\?/,
    there: (page, { user }) => page.getByRole('link', { name: user.email, exact: true }),
  },
  {
    name: 'User',
    path: ({ user }) => `/users/${user.accountId}`,
    api: /\/api\/v1\/accounts\/[^/]+$/,
    there: (page) => page.getByLabel('First name'),
  },
  {
    name: 'Keys',
    path: ({ place }) => `/keys?suite=${place.suite.id}`,
    api: /\/api\/v1\/suites\/[^/]+\/keys$/,
    there: (page) => page.getByRole('table', { name: 'Keys' }),
  },
  {
    name: 'Initial access tokens',
    path: ({ place }) => `/suites/${place.suite.id}/registration`,
    api: /\/registration-tokens/,
    there: (page) => page.getByRole('row', { name: /^partner of/ }),
  },
];

for (const { name, path, api: address, there } of reads)
  test(`${name}: says that it loads, what failed with its Request ID, and tries again`, async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 500');
    const world = await given(api);
    let release: () => void = () => {};
    const held = new Promise<void>((done) => {
      release = done;
    });
    await page.route(address, async (route) => {
      await held;
      await route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) });
    });
    await page.goto(`/console${path(world)}`);
    await expect(page.locator('[aria-busy="true"]').first()).toBeVisible();
    release();
    const alert = page.getByRole('alert').filter({ hasText: 'The server could not finish this' });
    await expect(alert).toBeVisible({ timeout: 30_000 });
    await expect(alert).toContainText(problem.requestId);
    await expectAccessible(page);
    await page.unroute(address);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(there(page, world) as ReturnType<Page['getByRole']>).toBeVisible();
  });
