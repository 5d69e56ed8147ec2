import type { Page } from '@playwright/test';
import { expect, openApplication, saveForm, test } from './support/console.js';
import { codeOf, logIn, shownToken, submit, tokenCard } from './support/generate-token.js';
import { askToken, askTokenFor, verifyAccessToken } from './support/token-endpoint.js';

const span = (page: Page, which: 'Access' | 'Refresh') => page.getByLabel(`${which} Token Life Span`, { exact: true });
const unit = (page: Page, which: 'access' | 'refresh') => page.getByLabel(`Unit for ${which} tokens`);

test('M6 config: later tokens live as long as Config says; a reload shows it', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const user = await api.givenUser(application);
  const before = await askTokenFor(application, user);
  await openApplication(page, application, 'Config');
  await expect(span(page, 'Access')).toHaveValue('15');
  await expect(unit(page, 'access')).toHaveValue('minutes');
  await expect(span(page, 'Refresh')).toHaveValue('30');
  await expect(unit(page, 'refresh')).toHaveValue('days');

  await span(page, 'Access').fill('7');
  await span(page, 'Refresh').fill('2');
  await unit(page, 'refresh').selectOption('Hours');
  await expect(page.getByText('Users sign in again after 2 hours without use.')).toBeVisible();
  await expect(page.getByText('A stolen access token works for at most 7 minutes.')).toBeVisible();
  await saveForm(page);
  await page.reload();
  await expect(span(page, 'Access')).toHaveValue('7');
  await expect(unit(page, 'access')).toHaveValue('minutes');
  await expect(span(page, 'Refresh')).toHaveValue('2');
  await expect(unit(page, 'refresh')).toHaveValue('hours');

  const after = await askTokenFor(application, user);
  expect(after.body.expires_in).toBe(420);
  const claims = await verifyAccessToken(application.issuer, after.body.access_token ?? '');
  expect(claims.exp - claims.iat).toBe(420);
  // Tokens that were issued already keep theirs.
  const old = await verifyAccessToken(application.issuer, before.body.access_token ?? '');
  expect(old.exp - old.iat).toBe(900);
  const refreshed = await askToken(application, {
    grant_type: 'refresh_token',
    refresh_token: before.body.refresh_token ?? '',
  });
  expect(refreshed.body.expires_in).toBe(420);
});

test('M6 config: the token generator obeys it as well', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'authorization_flow');
  const user = await api.givenUser(application);
  await openApplication(page, application, 'Config');
  await span(page, 'Access').fill('3600');
  await unit(page, 'access').selectOption('Seconds');
  await saveForm(page);
  await page.getByRole('tab', { name: 'Application Users' }).click();
  await logIn(page, user);
  await codeOf(page);
  await submit(page);
  await expect(tokenCard(page).getByText(/^Expires in (1 h|59 min)/)).toBeVisible();
  const claims = await verifyAccessToken(application.issuer, await shownToken(page));
  expect(claims.exp - claims.iat).toBe(3600);
});

const refusals = [
  {
    rule: 'a refresh life span equal to that of access',
    access: '1',
    refresh: '1',
    units: 'Hours',
    field: 'Refresh',
    message: 'Refresh Token Life Span must be greater than Access Token Life Span (1 hour).',
  },
  {
    rule: 'a refresh life span below that of access',
    access: '60',
    refresh: '5',
    units: 'Minutes',
    field: 'Refresh',
    message: 'Refresh Token Life Span must be greater than Access Token Life Span (1 hour).',
  },
  {
    rule: 'less than a minute',
    access: '59',
    refresh: '600',
    units: 'Seconds',
    field: 'Access',
    message: 'Must be at least 1 minute.',
  },
  {
    rule: 'more than 24 hours',
    access: '25',
    refresh: '48',
    units: 'Hours',
    field: 'Access',
    message: 'Cannot exceed 24 hours.',
  },
  {
    rule: 'more than 365 days',
    access: '1',
    refresh: '366',
    units: 'Days',
    field: 'Refresh',
    message: 'Cannot exceed 365 days.',
  },
  {
    rule: 'half a minute',
    access: '1.5',
    refresh: '60',
    units: 'Minutes',
    field: 'Access',
    message: 'Enter a whole number.',
  },
  { rule: 'no number', access: '', refresh: '60', units: 'Minutes', field: 'Access', message: 'Enter a whole number.' },
  { rule: 'words', access: '5', refresh: 'ten', units: 'Minutes', field: 'Refresh', message: 'Enter a whole number.' },
] as const;

for (const { rule, access, refresh, units, field, message } of refusals)
  test(`M6 config refuses ${rule}: under the field, with nothing saved`, async ({ page, api }) => {
    const application = await api.givenApplication(await api.place(), 'user_credentials');
    await openApplication(page, application, 'Config');
    await span(page, 'Access').fill(access);
    await unit(page, 'access').selectOption(units);
    await span(page, 'Refresh').fill(refresh);
    await unit(page, 'refresh').selectOption(units);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(span(page, field)).toHaveAccessibleDescription(message);
    await expect(span(page, field)).toHaveAttribute('aria-invalid', 'true');
    await expect(span(page, field)).toBeFocused();
    await expect(page.getByRole('alert')).toContainText(message);
    expect(await api.application(application.id)).toMatchObject({
      version: application.version,
      accessTokenLifespan: 900,
      refreshTokenLifespan: 2_592_000,
    });
  });

test('M6 config: the order is judged again when access alone is changed', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials', {
    accessTokenLifespan: 300,
    refreshTokenLifespan: 600,
  });
  await openApplication(page, application, 'Config');
  await span(page, 'Access').fill('10');
  await span(page, 'Access').press('Tab');
  await expect(span(page, 'Refresh')).toHaveAccessibleDescription(
    'Refresh Token Life Span must be greater than Access Token Life Span (10 minutes).',
  );
  await span(page, 'Access').fill('9');
  await expect(span(page, 'Refresh')).not.toHaveAttribute('aria-invalid', 'true');
  await saveForm(page);
  expect(await api.application(application.id)).toMatchObject({ accessTokenLifespan: 540 });
});

test('M6 config: a preset fills in number and unit', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  await openApplication(page, application, 'Config');
  await page.getByRole('button', { name: '1 hour', exact: true }).click();
  await page.getByRole('button', { name: '90 days', exact: true }).click();
  await saveForm(page);
  expect(await api.application(application.id)).toMatchObject({
    accessTokenLifespan: 3_600,
    refreshTokenLifespan: 7_776_000,
  });
});

test('M6 config: all refresh tokens can be revoked', async ({ page, api }) => {
  const application = await api.givenApplication(await api.place(), 'user_credentials');
  const { body } = await askTokenFor(application, await api.givenUser(application));
  await openApplication(page, application, 'Config');
  await page.getByRole('button', { name: 'Revoke all refresh tokens…' }).click();
  const question = page.getByRole('dialog', { name: `Revoke all refresh tokens of ${application.name}?` });
  await question.getByRole('button', { name: 'Revoke refresh tokens' }).click();
  await expect(page.getByText(`1 refresh token of ${application.name} was revoked.`)).toBeVisible();
  const answer = await askToken(application, { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});
