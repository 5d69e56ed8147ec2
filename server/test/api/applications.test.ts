import type { Application, ApplicationWithSecret } from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import type { Project } from '@tessera/contract/projects';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin, testRedirectUri } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let suite: Suite;
let project: Project;

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  suite = await admin.givenSuite({ name: 'Shop', slug: 'shop' });
  project = await admin.givenProject(suite.id, { name: 'Web' });
});
afterAll(() => server.close());

const body = (fields: object = {}) => ({
  suiteId: suite.id,
  projectId: project.id,
  name: 'New application',
  authenticatorType: 'authorization_pkce_flow',
  redirectUris: [testRedirectUri],
  ...fields,
});

async function countApplications(): Promise<number> {
  return (await admin.api<Page<Application>>('GET', `/applications?suiteId=${suite.id}&limit=1`)).body.total;
}

describe('creating applications', () => {
  it('M1: the application has the values that were entered, and defaults for the rest', async () => {
    const answer = await admin.api<ApplicationWithSecret>(
      'POST',
      '/applications',
      body({ name: ' Storefront ', allowedOrigins: ['*'] }),
    );
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      name: 'Storefront',
      description: '',
      suiteName: 'Shop',
      projectName: 'Web',
      issuer: `${server.url}/suites/shop`,
      authenticatorType: 'authorization_pkce_flow',
      redirectUris: [testRedirectUri],
      postLogoutRedirectUris: [],
      allowedOrigins: ['*'],
      accessTokenLifespan: 900,
      refreshTokenLifespan: 2_592_000,
      accessTokenFormat: 'jwt',
      access: 'assigned',
      refreshTokens: 'always',
      allowPlainPkce: false,
      status: 'active',
      builtIn: false,
      userCount: 0,
      lastTokenAt: null,
      version: 1,
    });
    expect(answer.body.clientId).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.body).not.toHaveProperty('clientSecret');
    expect(answer.headers.get('location')).toBe(`${server.url}/api/v1/applications/${answer.body.id}`);
    expect((await admin.api('GET', `/applications/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('a confidential type answers with its first secret, once', async () => {
    for (const authenticatorType of ['user_credentials', 'authorization_flow', 'client_credentials'] as const) {
      const made = await admin.givenApplication(project, authenticatorType);
      expect(made.clientSecret).toMatch(/^tes_cs_[\w-]{43}$/);
      expect((await admin.api('GET', `/applications/${made.id}`)).body).not.toHaveProperty('clientSecret');
    }
  });

  it.each([
    ['no name', { name: '  ' }, 'name', 'required'],
    ['a name left out', { name: undefined }, 'name', 'required'],
    ['a name of 81 characters', { name: 'x'.repeat(81) }, 'name', 'too_long'],
    ['a name with control characters', { name: 'a\u0007b' }, 'name', 'invalid'],
    ['a name with NUL', { name: 'a\0b' }, 'name', 'invalid'],
    ['a name with half a surrogate pair', { name: 'a\ud800' }, 'name', 'invalid'],
    ['a name that is a number', { name: 5 }, 'name', 'invalid'],
    ['no type', { authenticatorType: undefined }, 'authenticatorType', 'required'],
    ['a type that is none', { authenticatorType: 'implicit' }, 'authenticatorType', 'invalid'],
    ['no suite', { suiteId: undefined }, 'suiteId', 'required'],
    ['a suite that is no id', { suiteId: '1' }, 'suiteId', 'invalid'],
    ['no redirect URL where the flow needs one', { redirectUris: [] }, 'redirectUris', 'redirect_required'],
    [
      'a redirect URL with a wildcard',
      { redirectUris: ['https://*.example.com/cb'] },
      'redirectUris.0',
      'redirect_wildcard',
    ],
    ['an http redirect URL', { redirectUris: ['http://app.example.com/cb'] }, 'redirectUris.0', 'redirect_insecure'],
    [
      'a redirect URL with a fragment',
      { redirectUris: ['https://a.example/#x'] },
      'redirectUris.0',
      'redirect_fragment',
    ],
    ['a javascript: redirect URL', { redirectUris: ['javascript:alert(1)'] }, 'redirectUris.0', 'redirect_scheme'],
    [
      'half a redirect URL',
      { redirectUris: [testRedirectUri, 'app.example.com'] },
      'redirectUris.1',
      'redirect_invalid',
    ],
    [
      'a redirect URL twice',
      { redirectUris: [testRedirectUri, testRedirectUri] },
      'redirectUris.1',
      'redirect_duplicate',
    ],
    [
      '51 redirect URLs',
      { redirectUris: Array.from({ length: 51 }, (_, n) => `https://a.example/${n}`) },
      'redirectUris',
      'too_long',
    ],
    ['an origin with a path', { allowedOrigins: ['https://a.example/x'] }, 'allowedOrigins.0', 'origin_path'],
    ['* beside an origin', { allowedOrigins: ['https://a.example', '*'] }, 'allowedOrigins.1', 'origin_wildcard_mixed'],
    ['an origin without a scheme', { allowedOrigins: ['a.example'] }, 'allowedOrigins.0', 'origin_scheme'],
    ['an access life span below 60', { accessTokenLifespan: 59 }, 'accessTokenLifespan', 'lifespan_range'],
    ['an access life span above a day', { accessTokenLifespan: 86_401 }, 'accessTokenLifespan', 'lifespan_range'],
    ['a broken life span', { accessTokenLifespan: 900.5 }, 'accessTokenLifespan', 'not_integer'],
    ['a life span that is text', { accessTokenLifespan: '900' }, 'accessTokenLifespan', 'invalid'],
    ['a refresh life span equal to access', { refreshTokenLifespan: 900 }, 'refreshTokenLifespan', 'lifespan_order'],
    [
      'a refresh life span above a year',
      { refreshTokenLifespan: 31_536_001 },
      'refreshTokenLifespan',
      'lifespan_range',
    ],
    ['a huge life span', { refreshTokenLifespan: 1e300 }, 'refreshTokenLifespan', 'lifespan_range'],
    ['an unknown field', { clientId: 'mine' }, 'clientId', 'unknown_field'],
    ['a prototype key', { constructor: {} }, 'constructor', 'unknown_field'],
  ])('refuses %s: 422, the field named, nothing stored', async (_what, fields, field, code) => {
    const before = await countApplications();
    const answer = await admin.api('POST', '/applications', body(fields));
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(answer.body.errors).toEqual([{ field, code, message: expect.any(String) }]);
    expect(await countApplications()).toBe(before);
  });

  it('names every field that needs attention, each once', async () => {
    const answer = await admin.api(
      'POST',
      '/applications',
      body({ name: '', redirectUris: ['x', 'x'], accessTokenLifespan: 1, more: 1 }),
    );
    expect(answer.body.errors?.map(({ field, code }) => [field, code])).toEqual([
      ['name', 'required'],
      ['redirectUris.0', 'redirect_invalid'],
      ['redirectUris.1', 'redirect_invalid'],
      ['more', 'unknown_field'],
      ['accessTokenLifespan', 'lifespan_range'],
    ]);
  });

  it('checks the rules of several fields although others are missing', async () => {
    const fields = { name: undefined, suiteId: undefined, redirectUris: [], refreshTokenLifespan: 5 };
    const answer = await admin.api('POST', '/applications', body(fields));
    expect(answer.body.errors?.map(({ field, code }) => [field, code])).toEqual([
      ['name', 'required'],
      ['suiteId', 'required'],
      ['redirectUris', 'redirect_required'],
      ['refreshTokenLifespan', 'lifespan_order'],
    ]);
  });

  it('refuses a project of another suite: 422 project_not_in_suite', async () => {
    const other = await admin.givenProject((await admin.givenSuite()).id, { name: 'Elsewhere' });
    const answer = await admin.api('POST', '/applications', body({ projectId: other.id }));
    expect(answer.body.errors).toEqual([
      { field: 'projectId', code: 'project_not_in_suite', message: 'Elsewhere does not belong to Shop.' },
    ]);
  });

  it('refuses a suite or project that does not exist, at its field', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await admin.api('POST', '/applications', body({ suiteId: nobody }))).body.errors).toMatchObject([
      { field: 'suiteId', code: 'suite_not_found' },
    ]);
    expect((await admin.api('POST', '/applications', body({ projectId: nobody }))).body.errors).toMatchObject([
      { field: 'projectId', code: 'project_not_found' },
    ]);
  });

  it('names are unique in the project: 409 name_taken, also for two at once', async () => {
    await admin.givenApplication(project, 'client_credentials', { name: 'Batch' });
    const answer = await admin.api('POST', '/applications', body({ name: 'ＢＡＴＣＨ' }));
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'name_taken', detail: '“ＢＡＴＣＨ” already exists in Web. Choose another name.' },
    });
    const both = await Promise.all([1, 2].map(() => admin.api('POST', '/applications', body({ name: 'At once' }))));
    expect(both.map((one) => one.status).sort()).toEqual([201, 409]);
  });
});
