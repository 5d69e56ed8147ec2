import type { Page } from '@playwright/test';
import type { ApplicationWithSecret } from '@tessera/contract/applications';
import { type Api, type Person, type Place, unique } from './support/api.js';
import { authorizeUrl, type Client, cameBack } from './support/client.js';
import { expect, openApplication, openConsole, signedOut, signInOnHostedPage, test } from './support/console.js';
import { submit, tokenCard } from './support/generate-token.js';
import { expectAccessible, expectNoSidewaysScrolling, expectWellMade, phone } from './support/page-checks.js';
import { expectNoSeriousAxe } from './support/test.js';

interface Given {
  place: Place;
  application: ApplicationWithSecret;
  /** Of type User Credentials. */
  backEnd: ApplicationWithSecret;
  user: Person;
}

/** A place with something of everything in it, and with names that need room. */
async function given(api: Api, client?: Client): Promise<Given> {
  const place = await api.place({ suite: unique('International logistics'), project: unique('Customer service') });
  const application = await api.givenApplication(place, 'authorization_flow', {
    name: unique('Desk of the customer service in every country'),
    allowedOrigins: ['*'],
    ...(client && { redirectUris: [client.redirectUri] }),
  });
  await api.givenApplication(place, 'user_credentials', { status: 'disabled' });
  const backEnd = await api.givenApplication(place, 'user_credentials');
  const user = await api.givenUser(application, {
    firstName: 'Bartholomew',
    lastName: 'Featherstonehaugh-Cholmondeley',
    email: `${unique('bartholomew').replace(' ', '.')}@international.logistics.example.com`,
  });
  await api.done('POST', `/applications/${backEnd.id}/users`, { accountId: user.accountId });
  return { place, application, backEnd, user };
}

const pages: { name: string; open: (page: Page, given: Given) => Promise<void>; title: (given: Given) => string }[] = [
  { name: 'Overview', open: (page) => openConsole(page, '/', 'Overview'), title: () => 'Overview · Tessera' },
  {
    name: 'Suites',
    open: async (page, { place }) => {
      await openConsole(page, '/suites', 'Suites');
      await expect(page.getByRole('link', { name: place.suite.name, exact: true })).toBeVisible();
    },
    title: () => 'Suites · Tessera',
  },
  {
    name: 'Suite detail, Overview',
    open: (page, { place: { suite } }) => openConsole(page, `/suites/${suite.id}/overview`, suite.name),
    title: ({ place }) => `${place.suite.name} · Suites · Tessera`,
  },
  {
    name: 'Suite detail, Projects',
    open: async (page, { place: { suite, project } }) => {
      await openConsole(page, `/suites/${suite.id}/projects`, suite.name);
      await expect(page.getByRole('link', { name: project.name, exact: true })).toBeVisible();
    },
    title: ({ place }) => `${place.suite.name} · Suites · Tessera`,
  },
  {
    name: 'Projects',
    open: async (page, { place }) => {
      await openConsole(page, `/projects?suite=${place.suite.id}`, 'Projects');
      await expect(page.getByRole('link', { name: place.project.name, exact: true })).toBeVisible();
    },
    title: () => 'Projects · Tessera',
  },
  {
    name: 'Project detail',
    open: async (page, { place: { project }, application }) => {
      await openConsole(page, `/projects/${project.id}`, project.name);
      await expect(page.getByRole('link', { name: application.name, exact: true })).toBeVisible();
    },
    title: ({ place }) => `${place.project.name} · Projects · Tessera`,
  },
  {
    name: 'Applications',
    open: async (page, { place, application }) => {
      await openConsole(page, `/applications?suite=${place.suite.id}`, 'Applications');
      await page.getByRole('checkbox', { name: `Select ${application.name}` }).check();
    },
    title: () => 'Applications · Tessera',
  },
  {
    name: 'Create application, with faults',
    open: async (page) => {
      await openConsole(page, '/applications/new', 'Create application');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(page.getByRole('alert')).toBeVisible();
    },
    title: () => 'Create application · Applications · Tessera',
  },
  {
    name: 'Application, General',
    open: async (page, { application }) => {
      await openApplication(page, application, 'General');
      await page.getByLabel('Description').fill('Not saved yet');
    },
    title: ({ application }) => `${application.name} · Applications · Tessera`,
  },
  {
    name: 'Application, Credentials',
    open: async (page, { application }) => {
      await openApplication(page, application, 'Credentials');
      await expect(page.getByRole('table', { name: 'Client secrets' })).toBeVisible();
    },
    title: ({ application }) => `${application.name} · Applications · Tessera`,
  },
  {
    name: 'Application, Application Users, with a token',
    open: async (page, { application, user }) => {
      await openApplication(page, application, 'Application Users');
      const card = tokenCard(page);
      await card.getByLabel('Email', { exact: true }).fill(user.email);
      await card.getByLabel('Password', { exact: true }).fill(user.password);
      await card.getByRole('button', { name: 'Log in and get code' }).click();
      await submit(page);
      await expect(page.getByRole('region', { name: 'Access token as text' })).toBeVisible();
    },
    title: ({ application }) => `${application.name} · Applications · Tessera`,
  },
  {
    name: 'Application, Application Users of User Credentials, with a token',
    open: async (page, { backEnd, user }) => {
      await openApplication(page, backEnd, 'Application Users');
      await tokenCard(page).getByLabel('Email', { exact: true }).fill(user.email);
      await tokenCard(page).getByLabel('Email', { exact: true }).press('Escape');
      await submit(page);
      await expect(page.getByRole('region', { name: 'Access token as text' })).toBeVisible();
    },
    title: ({ backEnd }) => `${backEnd.name} · Applications · Tessera`,
  },
  {
    name: 'Application, Config',
    open: async (page, { application }) => {
      await openApplication(page, application, 'Config');
      await page.getByLabel('Access Token Life Span', { exact: true }).fill('none');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(page.getByRole('alert')).toBeVisible();
    },
    title: ({ application }) => `${application.name} · Applications · Tessera`,
  },
  {
    name: 'Page not found',
    open: (page) => openConsole(page, '/no/such/page', 'Page not found'),
    title: () => 'Page not found · Tessera',
  },
];

for (const { name, open, title } of pages)
  test(`Page ${name}: title, one h1, skip link first, axe in light and dark, nothing scrolls sideways`, async ({
    page,
    api,
  }) => {
    const world = await given(api);
    await open(page, world);
    await expectWellMade(page, title(world));
    await expectAccessible(page);
  });

test('Page: the first Tab reaches “Skip to content”, which leads past the side bar', async ({ page }) => {
  await openConsole(page, '/suites', 'Suites');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Create', exact: true })).toBeFocused();
});

test('Page: the theme can be chosen and is kept', async ({ page }) => {
  await openConsole(page, '/', 'Overview');
  await page.getByRole('button', { name: 'Theme: System' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Theme: Dark' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('Page: on a phone the side bar opens and leads on', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openConsole(page, '/', 'Overview');
  const menu = page.getByRole('button', { name: 'Menu' });
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await menu.click();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Projects' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
});

const dialogs: { name: string; open: (page: Page, given: Given) => Promise<void> }[] = [
  {
    name: 'Create suite',
    open: async (page) => {
      await openConsole(page, '/suites?create=1', 'Suites');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
    },
  },
  { name: 'Create project', open: (page) => openConsole(page, '/projects?create=1', 'Projects') },
  {
    name: 'Delete, refused',
    open: async (page, { application }) => {
      await openConsole(page, `/applications?q=${encodeURIComponent(application.name)}`, 'Applications');
      await page.getByRole('button', { name: `Delete ${application.name}` }).click();
      await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
    },
  },
  {
    name: 'Delete, asking for the name',
    open: async (page, { place }) => {
      await openConsole(page, `/applications?suite=${place.suite.id}&status=disabled`, 'Applications');
      await page.getByRole('button', { name: /^Delete App / }).click();
    },
  },
  {
    name: 'Create user',
    open: async (page, { application }) => {
      await openApplication(page, application, 'Application Users');
      await page.getByRole('tabpanel').getByRole('button', { name: 'Create', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
    },
  },
  {
    name: 'the secret, shown once',
    open: async (page, { application }) => {
      await openApplication(page, application, 'Credentials');
      await page.getByRole('button', { name: 'Add secret' }).first().click();
      await page.getByRole('dialog').getByLabel('Name').fill('ci');
      await page.getByRole('dialog').getByRole('button', { name: 'Add secret' }).click();
      await expect(page.getByRole('checkbox', { name: 'I have stored the secret' })).toBeVisible();
    },
  },
  {
    name: 'Leave without saving?',
    open: async (page, { application }) => {
      await openApplication(page, application, 'General');
      await page.getByLabel('Description').fill('x');
      await page.getByRole('tab', { name: 'Config' }).click();
    },
  },
];

for (const { name, open } of dialogs)
  test(`Dialog ${name}: axe in light and dark, nothing scrolls sideways`, async ({ page, api }) => {
    await open(page, await given(api));
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(page);
  });

test.describe('in a browser that nobody has signed in with', () => {
  test.use(signedOut);

  test('Hosted sign-in, its refusal, and who may not: one h1, axe, nothing scrolls sideways', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors(/status of 4\d\d/);
    const { application, place } = await given(api);
    const stranger = await api.givenAccount(place.suite.id);
    await page.goto(authorizeUrl(application, application.redirectUris[0] ?? ''));
    await expectWellMade(page, `Sign in to ${application.name}`);
    await expectAccessible(page);
    await signInOnHostedPage(page, { ...stranger, password: 'not the pass phrase' });
    await expect(page.getByRole('alert')).toHaveText('Email or password is not correct.');
    await expect(page.getByLabel('Password')).toBeFocused();
    await expectAccessible(page);
    await signInOnHostedPage(page, stranger);
    await expect(page.getByRole('alert')).toContainText(`You don't have access to ${application.name}.`);
    await expectAccessible(page);
  });

  test('Hosted sign-in: with the keyboard alone', async ({ page, api, client }) => {
    const { application, user } = await given(api, client);
    await page.goto(authorizeUrl(application, client.redirectUri));
    await expect(page.getByLabel('Email')).toBeFocused();
    await page.keyboard.type(user.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(user.password);
    await page.keyboard.press('Enter');
    expect((await cameBack(page, client)).get('code')).toMatch(/^tes_ac_/);
  });

  test('Hosted error page: says what is wrong and does not redirect; axe', async ({
    page,
    api,
    allowConsoleErrors,
  }) => {
    allowConsoleErrors('status of 400');
    const { application } = await given(api);
    await page.goto(authorizeUrl(application, 'https://evil.example.com/callback'));
    await expectWellMade(page, 'This sign-in link does not fit');
    await expect(page.getByText('Request ID')).toBeVisible();
    expect(new URL(page.url()).origin).toBe(new URL(application.issuer).origin);
    await expectAccessible(page);
  });

  test('Hosted page not found: axe', async ({ page, api, allowConsoleErrors }) => {
    allowConsoleErrors('status of 404');
    const { place } = await given(api);
    await page.goto(`${place.suite.issuer}/nothing-here`);
    await expectWellMade(page, 'Page not found');
    await expectAccessible(page);
  });

  test('Hosted sign-out: asks, signs out, says so; axe', async ({ page, api, client }) => {
    const { application, place } = await given(api, client);
    const user = await api.givenUser(application, { email: `${'unbroken'.repeat(8)}@${'example'.repeat(8)}.com` });
    await page.goto(authorizeUrl(application, client.redirectUri));
    await signInOnHostedPage(page, user);
    await cameBack(page, client);
    await page.goto(`${place.suite.issuer}/logout`);
    await expectWellMade(page, `Sign out of ${place.suite.name}?`);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expectWellMade(page, 'You are signed out');
    await expectAccessible(page);
    await page.goto(authorizeUrl(application, client.redirectUri));
    await expectWellMade(page, `Sign in to ${application.name}`);
    await expect(page.getByRole('button', { name: /^Continue as/ })).toHaveCount(0);
  });

  test('Console, signed out and not an admin: axe', async ({ page, api, allowConsoleErrors }) => {
    allowConsoleErrors('status of 403');
    await page.goto('/console/signed-out');
    await expectWellMade(page, /^You are signed out/);
    await expectAccessible(page);
    const account = await api.givenAccount((await api.systemSuite()).id);
    await page.goto('/console/');
    await signInOnHostedPage(page, account);
    await expectWellMade(page, /^This account is not an admin\./);
    await expectAccessible(page);
  });

  test('API docs: title, one h1, axe, nothing scrolls sideways', async ({ page }) => {
    await page.goto('/api/docs');
    await expectWellMade(page, /API/);
    await expectNoSidewaysScrolling(page);
    await expectNoSeriousAxe(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(phone);
    await expectNoSidewaysScrolling(page);
    // Every operation looks alike, and there are thousands of elements.
    await expectNoSeriousAxe(page, ['nav', 'article:first-of-type']);
  });
});
