import { paths } from '@tessera/contract/paths';
import { problems } from '@tessera/contract/problems';
import type { Project } from '@tessera/contract/projects';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
});
afterAll(() => server.close());

async function send(
  method: string,
  path: string,
  body?: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  return fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await admin.token()}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
}

const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];

describe('the HTTP surface', () => {
  it('RFC 9457 §3.1: a problem has type, title, status, detail, code and the request id', async () => {
    const answer = await send('GET', '/suites/00000000-0000-4000-8000-000000000000');
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      type: 'urn:tessera:problem:suite_not_found',
      title: problems.suite_not_found.title,
      status: 404,
      detail: 'No suite has this id; it may have been deleted.',
      code: 'suite_not_found',
      requestId: answer.headers.get('x-request-id'),
    });
  });

  it.each(['{', '{"name":', 'null,', '{"a":1}}', "{'name':'x'}", '\ufeff{}'])(
    '%j is no JSON: 400 malformed_request',
    async (body) => {
      expect(await codeOf(await send('POST', '/suites', body))).toEqual([400, 'malformed_request']);
    },
  );

  it.each(['[]', 'null', '"x"', '5', '', '   '])('%j is no object: 422', async (body) => {
    expect(await codeOf(await send('POST', '/suites', body))).toEqual([422, 'validation_failed']);
  });

  it('a body nested too deeply is refused, not walked', async () => {
    const depth = 20_000;
    expect(await codeOf(await send('POST', '/suites', `{"name":${'['.repeat(depth)}${']'.repeat(depth)}}`))).toEqual([
      400,
      'malformed_request',
    ]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])(
    'content type %s: 415',
    async (type) => {
      expect(await codeOf(await send('POST', '/suites', '{"name":"Typed"}', { 'content-type': type }))).toEqual([
        415,
        'unsupported_media_type',
      ]);
    },
  );

  it('application/merge-patch+json is JSON too', async () => {
    const suite = await admin.givenSuite();
    expect(
      (
        await send('PATCH', `/suites/${suite.id}`, '{"description":"x"}', {
          'content-type': 'application/merge-patch+json',
        })
      ).status,
    ).toBe(200);
  });

  it('a body of more than 256 KB: 413, one just below is read', async () => {
    const padded = (size: number) => `{"name":"${'x'.repeat(size - 11)}"}`;
    expect(await codeOf(await send('POST', '/suites', padded(256 * 1024 + 1)))).toEqual([413, 'body_too_large']);
    expect(await codeOf(await send('POST', '/suites', padded(256 * 1024)))).toEqual([422, 'validation_failed']);
  });

  it.each(['/nothing', '/suites/x/y', '/', '', '/Suites'])('unknown path %j: 404 not_found', async (path) => {
    expect(await codeOf(await send('GET', path))).toEqual([404, 'not_found']);
    expect(await codeOf(await send('POST', path, 'x', { 'content-type': 'text/plain' }))).toEqual([404, 'not_found']);
  });

  it.each(Object.values(paths).map(([, path]) => path))('%s: another method is 405 with Allow', async (path) => {
    const methods: string[] = Object.values(paths)
      .filter((one) => one[1] === path)
      .map(([method]) => method);
    const other = methods.includes('PUT') ? 'DELETE' : 'PUT';
    const answer = await send(other, path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000'), '{}');
    expect(await codeOf(answer)).toEqual([405, 'method_not_allowed']);
    expect(
      answer.headers
        .get('allow')
        ?.split(', ')
        .filter((method) => method !== 'HEAD')
        .sort(),
    ).toEqual(methods.sort());
  });

  it.each(['1', 'x', '00000000-0000-4000-8000-00000000000', '%00', "'--", 'constructor', '..%2f..', 'x'.repeat(150)])(
    'id %j names nothing: 404',
    async (id) => {
      expect(await codeOf(await send('GET', `/applications/${id}`))).toEqual([404, 'application_not_found']);
      const application = '00000000-0000-4000-8000-000000000000';
      expect(await codeOf(await send('DELETE', `/applications/${application}/secrets/${id}`))).toEqual([
        404,
        'secret_not_found',
      ]);
      expect(await codeOf(await send('GET', `/applications/${application}/users/${id}`))).toEqual([
        404,
        'application_user_not_found',
      ]);
    },
  );

  it('a path that cannot be decoded: 400 malformed_request', async () => {
    expect(await codeOf(await send('GET', '/applications/%zz'))).toEqual([400, 'malformed_request']);
  });

  it('HEAD is GET without the body', async () => {
    const answer = await send('HEAD', '/suites');
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it('a DELETE may say what it would send', async () => {
    const suite = await admin.givenSuite();
    const answer = await send('DELETE', `/suites/${suite.id}`, undefined, { 'content-type': 'application/json' });
    expect(answer.status).toBe(204);
  });

  it('a query that is no query of the operation is refused, twice the same too', async () => {
    expect((await send('GET', '/applications?constructor=1')).status).toBe(422);
    expect((await send('GET', '/applications?__proto__=1')).status).toBe(422);
    expect((await send('GET', '/applications?limit=2&limit=2')).status).toBe(422);
    expect((await send('GET', '/applications?q=%ED%A0%80&sort=%FF')).status).toBe(422);
  });

  it('keys of prototypes are unknown fields and change nothing', async () => {
    const answer = await send(
      'POST',
      '/suites',
      '{"name":"Proto","__proto__":{"builtIn":true},"constructor":{"prototype":{"x":1}}}',
    );
    const body = (await answer.json()) as { errors: { field: string }[] };
    expect([answer.status, body.errors.map((error) => error.field)]).toEqual([422, ['__proto__', 'constructor']]);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe('whatever a client sends', () => {
  const strange = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '\0',
      '\ud800',
      "'; drop table suites; --",
      '%',
      '🦔'.repeat(50),
      '\u202e',
      'ﷺ'.repeat(80),
      '*',
      'https://a\u0000.example/',
      '/',
      '\\',
    ),
    fc.integer(),
    fc.double(),
    fc.constantFrom(null, true, [], {}, [[]], 1e308, -0, 2 ** 53, [null], { length: 1 }),
  );

  async function check(method: string, path: string, body: unknown) {
    const answer = await send(method, path, JSON.stringify(body));
    expect([answer.status < 500, method, path, body]).toEqual([true, method, path, body]);
  }

  it('an application is created or refused, never a 5xx', async () => {
    const project: Project = await admin.givenProject((await admin.givenSuite()).id);
    const good = {
      suiteId: project.suiteId,
      projectId: project.id,
      name: 'Fuzz',
      authenticatorType: 'authorization_flow',
      redirectUris: ['https://a.example/cb'],
    };
    const fields = [
      'name',
      'description',
      'suiteId',
      'projectId',
      'authenticatorType',
      'redirectUris',
      'allowedOrigins',
      'accessTokenLifespan',
      'status',
      'x',
    ];
    const patch = fc.dictionary(fc.constantFrom(...fields), fc.oneof(strange, fc.array(strange, { maxLength: 4 })), {
      maxKeys: 4,
    });
    const application = await admin.givenApplication(project, 'client_credentials');
    await fc.assert(
      fc.asyncProperty(patch, async (fields) => {
        await check('POST', '/applications', { ...good, ...fields });
        await check('PATCH', `/applications/${application.id}`, fields);
      }),
      { numRuns: 60 },
    );
  });

  it('a person is created or refused, never a 5xx', async () => {
    const project = await admin.givenProject((await admin.givenSuite()).id);
    const application = await admin.givenApplication(project, 'user_credentials');
    const fields = ['firstName', 'lastName', 'email', 'password', 'confirmPassword', 'accountId', 'x'];
    const patch = fc.dictionary(fc.constantFrom(...fields), strange, { minKeys: 1, maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(patch, (fields) =>
        check('POST', `/applications/${application.id}/users`, {
          firstName: 'A',
          email: 'a@example.com',
          password: 'x',
          ...fields,
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('a list answers or refuses, never a 5xx', async () => {
    const names = [
      'q',
      'sort',
      'limit',
      'cursor',
      'page',
      'suiteId',
      'status',
      'targetId',
      'action',
      'rule',
      'requestId',
      'enabled',
    ];
    const query = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat().map(String)),
      { maxKeys: 3 },
    );
    const path = fc.constantFrom('/suites', '/projects', '/applications', '/accounts', '/audit-events', '/refusals');
    await fc.assert(
      fc.asyncProperty(path, query, async (path, query) => {
        const text = Object.entries(query).map(
          ([name, value]) => `${name}=${encodeURIComponent(value.replace(/\p{Surrogate}/gu, ''))}`,
        );
        const answer = await send('GET', `${path}?${text.join('&')}`);
        expect([answer.status === 200 || answer.status === 422, path, query]).toEqual([true, path, query]);
      }),
      { numRuns: 80 },
    );
  });

  it('random headers and ids are answered, never with a 5xx', async () => {
    const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
    const suite = await admin.givenSuite();
    await fc.assert(
      fc.asyncProperty(ascii, ascii, async (tag, id) => {
        const headers = { 'if-match': tag.trim() };
        expect((await send('PATCH', `/suites/${suite.id}`, '{"description":"d"}', headers)).status).toBeLessThan(500);
        expect((await send('GET', `/projects/${encodeURIComponent(id)}`)).status).toBeLessThan(500);
      }),
      { numRuns: 40 },
    );
  });
});
