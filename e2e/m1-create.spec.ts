import type { Page } from '@playwright/test';
import { unique } from './support/api.js';
import { cellOf, choose, chooseType, expect, openConsole, rowOf, test } from './support/console.js';
import { askToken } from './support/token-endpoint.js';

interface Fields {
  name?: string;
  suite?: string;
  project?: string;
  type?: string;
  redirectUrls?: string[];
  origins?: string[];
}

async function fill(page: Page, fields: Fields) {
  if (fields.name !== undefined) await page.getByLabel('Application Name').fill(fields.name);
  if (fields.suite) await choose(page, 'Suite', fields.suite);
  if (fields.project) await choose(page, 'Project', fields.project);
  if (fields.type) await chooseType(page, fields.type);
  await fillList(page, 'Redirect URL', 'Add redirect URL', fields.redirectUrls ?? []);
  await fillList(page, 'Allow Origins', 'Add origin', fields.origins ?? []);
}

async function fillList(page: Page, label: string, add: string, values: string[]) {
  for (const [index, value] of values.entries()) {
    if (index > 0) await page.getByRole('button', { name: add }).click();
    await entry(page, label, index).fill(value);
  }
}

/** The n-th input of a list; the first has the label itself. */
function entry(page: Page, label: string, index: number) {
  return page.getByRole('textbox', { name: index === 0 ? label : `${label} ${index + 1}`, exact: true });
}

const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();

/** Reads the secret from the dialog that shows it once, and closes the dialog. */
async function takeSecret(page: Page, name: string): Promise<string> {
  const dialog = page.getByRole('dialog', { name: `Client secret of ${name}` });
  await expect(dialog).toContainText('This is the only time it is shown.');
  const secret = await dialog.getByText(/^tes_cs_/).innerText();
  const close = dialog.getByRole('button', { name: 'Close' });
  await expect(close).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('checkbox', { name: 'I have stored the secret' }).check();
  await close.click();
  await expect(dialog).toBeHidden();
  return secret;
}

const createdTypes = [
  { type: 'User Credentials', redirectUrls: [], origins: [] },
  {
    type: 'Authorization Flow',
    redirectUrls: ['https://shop.example.com/callback', 'http://localhost:8080/callback'],
    origins: ['https://shop.example.com', 'http://localhost:5173'],
  },
  { type: 'Authorization PKCE Flow', redirectUrls: ['com.example.app:/callback'], origins: ['*'] },
  { type: 'Client Credentials', redirectUrls: [], origins: [] },
  { type: 'Device Flow', redirectUrls: [], origins: ['https://tv.example.com'] },
];

for (const { type, redirectUrls, origins } of createdTypes)
  test(`M1 create: ${type} stands in the grid with its values`, async ({ page, api }) => {
    const { suite, project } = await api.place();
    const name = unique('Storefront');
    await openConsole(page, '/applications', 'Applications');
    await page.getByRole('link', { name: 'Create', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Create application' })).toBeVisible();
    await fill(page, { name, suite: suite.name, project: project.name, type, redirectUrls, origins });
    await save(page);

    const hasSecret = !['Authorization PKCE Flow', 'Device Flow'].includes(type);
    const secret = hasSecret ? await takeSecret(page, name) : undefined;
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    if (secret) await expect(page.getByText(secret)).toHaveCount(0);

    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Applications' }).click();
    await page.getByRole('searchbox', { name: 'Search' }).fill(name);
    const row = rowOf(page, name);
    await expect(row).toHaveCount(1);
    await expect(await cellOf(page, row, 'Suite')).toHaveText(suite.name);
    await expect(await cellOf(page, row, 'Project')).toHaveText(project.name);
    await expect(await cellOf(page, row, 'Authenticator Type')).toHaveText(type);
    await expect(await cellOf(page, row, 'Users')).toHaveText('0');
    const shownOrigins = origins.includes('*') ? /^\*/ : String(origins.length);
    await expect(await cellOf(page, row, 'Origins')).toHaveText(shownOrigins);
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Redirect URL' }).click();
    await page.keyboard.press('Escape');
    await expect(await cellOf(page, row, 'Redirect URL')).toContainText(redirectUrls[0] ?? '—');

    const [stored] = await api.applicationsOf(project);
    expect(stored).toMatchObject({ name, redirectUris: redirectUrls, allowedOrigins: origins });
    if (!stored || type !== 'Client Credentials') return;
    const answer = await askToken(
      { ...stored, ...(secret && { clientSecret: secret }) },
      { grant_type: 'client_credentials' },
    );
    expect(answer.status, 'the secret that was shown is the one').toBe(200);
  });

const refusals: { rule: string; fields: Fields; label: string; index?: number; message: string }[] = [
  { rule: 'no name', fields: { name: ' ' }, label: 'Application Name', message: 'Enter an application name.' },
  {
    rule: 'a name of more than 80 characters',
    fields: { name: 'x'.repeat(81) },
    label: 'Application Name',
    message: 'Use at most 80 characters.',
  },
  {
    rule: 'no redirect URL for a flow',
    fields: { redirectUrls: [] },
    label: 'Redirect URL',
    message: 'Enter at least one redirect URL.',
  },
  {
    rule: 'a redirect URL that is none',
    fields: { redirectUrls: ['app.example.com/callback'] },
    label: 'Redirect URL',
    message: 'Write the full URL, such as https://app.example.com/callback.',
  },
  {
    rule: 'a redirect URL twice',
    fields: { redirectUrls: ['https://a.example/cb', 'https://a.example/cb'] },
    label: 'Redirect URL',
    index: 1,
    message: 'Already in the list.',
  },
  {
    rule: 'a redirect URL with http on a public host',
    fields: { redirectUrls: ['http://app.example.com/callback'] },
    label: 'Redirect URL',
    message: 'Use https. http is only for localhost, 127.0.0.1 and [::1].',
  },
  {
    rule: 'a redirect URL with a fragment',
    fields: { redirectUrls: ['https://app.example.com/#/callback'] },
    label: 'Redirect URL',
    message: 'Remove the part after #.',
  },
  {
    rule: 'a redirect URL with a wildcard',
    fields: { redirectUrls: ['https://*.example.com/callback'] },
    label: 'Redirect URL',
    message: 'Wildcards are not allowed here.',
  },
  {
    rule: 'a javascript: redirect URL',
    fields: { redirectUrls: ['javascript:alert(1)'] },
    label: 'Redirect URL',
    message: 'javascript: and data: are not allowed.',
  },
  {
    rule: 'an origin with a path',
    fields: { origins: ['https://app.example.com/shop'] },
    label: 'Allow Origins',
    message: 'An origin has no path. Use https://app.example.com?',
  },
  {
    rule: 'an origin without a scheme',
    fields: { origins: ['app.example.com'] },
    label: 'Allow Origins',
    message: 'Write http:// or https:// in front.',
  },
  {
    rule: '* beside another origin',
    fields: { origins: ['https://app.example.com', '*'] },
    label: 'Allow Origins',
    index: 1,
    message: '* already allows every domain. Remove the others, or remove *.',
  },
];

for (const { rule, fields, label, index = 0, message } of refusals)
  test(`M1 create refuses ${rule}: under the field, with nothing stored`, async ({ page, api }) => {
    const { suite, project } = await api.place();
    await openConsole(page, `/applications/new?suite=${suite.id}&project=${project.id}`, 'Create application');
    await fill(page, {
      name: unique('Refused'),
      type: 'Authorization PKCE Flow',
      redirectUrls: ['https://app.example.com/callback'],
      ...fields,
    });
    await save(page);

    const field = entry(page, label, index);
    await expect(field).toHaveAccessibleDescription(containing(message));
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toBeFocused();
    const summary = page.getByRole('alert', { name: '1 field needs attention' });
    await expect(summary).toContainText(message);
    expect(await api.applicationsOf(project)).toEqual([]);
  });

/** A pattern that matches this text wherever it stands. */
const containing = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));

test('M1 create refuses an empty form field by field, and the summary leads to each', async ({ page, api }) => {
  // Where there is one suite alone, it is chosen already.
  await api.place();
  await openConsole(page, '/applications/new', 'Create application');
  await save(page);
  const summary = page.getByRole('alert');
  await expect(summary).toContainText('4 fields need attention');
  for (const text of [
    'Enter an application name.',
    'Select a suite.',
    'Select a project.',
    'Select an authenticator type.',
  ])
    await expect(summary).toContainText(text);
  await expect(page.getByLabel('Application Name')).toBeFocused();
  await summary.getByRole('link', { name: 'Suite' }).click();
  await expect(page.getByRole('combobox', { name: 'Suite' })).toBeFocused();
});

test('M1 create refuses a name that the project already has, whatever its case', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 409');
  const place = await api.place();
  const taken = await api.givenApplication(place, 'user_credentials');
  await openConsole(
    page,
    `/applications/new?suite=${place.suite.id}&project=${place.project.id}`,
    'Create application',
  );
  await fill(page, { name: taken.name.toUpperCase(), type: 'User Credentials' });
  await save(page);
  const name = page.getByLabel('Application Name');
  await expect(name).toHaveAccessibleDescription(`${place.project.name} already has “${taken.name.toUpperCase()}”.`);
  await expect(name).toBeFocused();
  expect(await api.applicationsOf(place.project)).toHaveLength(1);
});

test('M1 create: another suite clears the project and says so', async ({ page, api }) => {
  const [first, second] = [await api.place(), await api.place()];
  await api.givenProject(second.suite);
  await openConsole(page, '/applications/new', 'Create application');
  await expect(page.getByRole('combobox', { name: 'Project' })).toBeDisabled();
  await choose(page, 'Suite', first.suite.name);
  await expect(page.getByRole('combobox', { name: 'Project' })).toHaveValue(first.project.name);
  await choose(page, 'Suite', second.suite.name);
  await expect(page.getByRole('combobox', { name: 'Project' })).toHaveValue('');
  await expect(page.getByText('The project was cleared, because it belongs to another suite.')).toBeVisible();
});

test('M1 create: a refresh keeps what was entered; leaving asks first', async ({ page, api }) => {
  const { suite, project } = await api.place();
  await openConsole(page, `/applications/new?suite=${suite.id}&project=${project.id}`, 'Create application');
  const name = unique('Draft');
  await fill(page, { name, type: 'User Credentials' });
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await expect(page.getByLabel('Application Name')).toHaveValue(name);
  await expect(page.getByRole('radio', { name: 'User Credentials' })).toBeChecked();

  await page.getByRole('link', { name: 'Cancel' }).click();
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await question.getByRole('button', { name: 'Stay on page' }).click();
  await expect(page.getByLabel('Application Name')).toHaveValue(name);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await question.getByRole('button', { name: 'Leave page' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Applications' })).toBeVisible();
  expect(await api.applicationsOf(project)).toEqual([]);
});

test('M1 create: warns of * and of origins where only a back end asks', async ({ page }) => {
  await openConsole(page, '/applications/new', 'Create application');
  await page.getByRole('button', { name: '*', exact: true }).click();
  await expect(page.getByText("Any website can call this application's token endpoints.")).toBeVisible();
  await chooseType(page, 'User Credentials');
  await expect(page.getByText('A browser would need the client secret. Call this from your server.')).toBeVisible();
});

test('M1 create: a suite and a project can be made on the way', async ({ page, api }) => {
  const [suite, project, name] = [unique('Family'), unique('Product'), unique('App')];
  await openConsole(page, '/applications/new', 'Create application');
  await fill(page, { name, type: 'User Credentials' });
  await page.getByRole('combobox', { name: 'Suite' }).fill(suite);
  await page.getByRole('option', { name: '+ New suite' }).click();
  const suiteDialog = page.getByRole('dialog', { name: 'Create suite' });
  await expect(suiteDialog.getByLabel('Suite Name')).toHaveValue(suite);
  await suiteDialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('combobox', { name: 'Suite' })).toHaveValue(suite);

  await page.getByRole('combobox', { name: 'Project' }).fill(project);
  await page.getByRole('option', { name: '+ New project' }).click();
  const projectDialog = page.getByRole('dialog', { name: 'Create project' });
  await expect(projectDialog.getByLabel('Project Name')).toHaveValue(project);
  await projectDialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('combobox', { name: 'Project' })).toHaveValue(project);
  await save(page);
  await takeSecret(page, name);
  const { items } = await api.done<{ items: { suiteName: string; projectName: string }[] }>(
    'GET',
    `/applications?q=${encodeURIComponent(name)}`,
  );
  expect(items).toMatchObject([{ suiteName: suite, projectName: project }]);
});

test('M1 create: with the keyboard alone', async ({ page, api }) => {
  const { suite, project } = await api.place();
  const name = unique('Keys');
  const { keyboard } = page;
  await openConsole(page, '/applications', 'Applications');
  await expect(page.getByRole('row').nth(1)).toBeVisible();

  /** Presses Tab until this has the focus; a trap or a control out of reach fails. */
  async function tabTo(target: ReturnType<Page['getByRole']>) {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await keyboard.press('Tab');
    }
    await expect(target, 'reached with Tab').toBeFocused();
  }

  await tabTo(page.getByRole('link', { name: 'Create', exact: true }));
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Create application' })).toBeFocused();
  await tabTo(page.getByLabel('Application Name'));
  await keyboard.type(name);
  await keyboard.press('Tab');
  await expect(page.getByRole('combobox', { name: 'Suite' })).toBeFocused();
  await keyboard.type(suite.name);
  await expect(page.getByRole('option', { name: suite.name })).toBeVisible();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Project' })).toHaveValue(project.name);
  await tabTo(page.getByRole('combobox', { name: 'Project' }));
  await keyboard.press('Tab');
  await expect(page.getByRole('radio', { name: 'User Credentials' })).toBeFocused();
  await keyboard.press('Space');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'Authorization PKCE Flow' })).toBeChecked();
  await tabTo(entry(page, 'Redirect URL', 0));
  await keyboard.type('https://keys.example.com/one');
  await keyboard.press('Enter');
  await keyboard.type('https://keys.example.com/two');
  await tabTo(entry(page, 'Allow Origins', 0));
  await keyboard.type('https://keys.example.com');
  await tabTo(page.getByRole('button', { name: 'Save', exact: true }));
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  expect(await api.applicationsOf(project)).toMatchObject([
    {
      name,
      authenticatorType: 'authorization_pkce_flow',
      redirectUris: ['https://keys.example.com/one', 'https://keys.example.com/two'],
      allowedOrigins: ['https://keys.example.com'],
    },
  ]);
});

test('M1 create: a duplicate takes the settings beside the fields of the page, such as that consent is asked for', async ({
  page,
  api,
}) => {
  const place = await api.place();
  const settings = {
    firstParty: false,
    subjectType: 'pairwise',
    accessTokenFormat: 'opaque',
    accessTokenLifespan: 600,
    idTokenSigningAlg: 'ES256',
    dpopBoundAccessTokens: true,
    policyUri: 'https://app.example.com/privacy',
    contacts: ['ana@example.com'],
  } as const;
  const source = await api.givenApplication(place, 'authorization_pkce_flow', {
    ...settings,
    contacts: ['ana@example.com'],
  });
  await openConsole(page, `/applications?q=${encodeURIComponent(source.name)}`, 'Applications');
  await page.getByRole('button', { name: `More for ${source.name}` }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(page.getByLabel('Application Name')).toHaveValue(`${source.name} copy`);
  await save(page);
  await expect(page.getByRole('heading', { level: 1, name: `${source.name} copy` })).toBeVisible();
  const copy = (await api.applicationsOf(place.project)).find(({ id }) => id !== source.id);
  expect(copy).toMatchObject({ ...settings, redirectUris: source.redirectUris });
});

test('M1 create: “Which one?” picks a type by questions', async ({ page }) => {
  await openConsole(page, '/applications/new', 'Create application');
  await page.getByRole('button', { name: 'Which one?' }).click();
  const dialog = page.getByRole('dialog', { name: 'Which authenticator type?' });
  await dialog.getByRole('radio', { name: 'A person who uses the application' }).check();
  await dialog.getByRole('radio', { name: 'On a server, out of reach of its users' }).check();
  await dialog.getByRole('radio', { name: 'On our sign-in page' }).check();
  await expect(dialog.getByText('Your answers point to Authorization Flow.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Use this type' }).click();
  await expect(page.getByRole('radio', { name: 'Authorization Flow', exact: true })).toBeChecked();
});
