import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentials, startWorld, type World } from '../oauth/requests.js';
import { type Listener, listen } from '../support/listener.js';
import { startChildServer } from './child-server.js';

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number };
}

interface Span {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: Attribute[];
  status: { code?: number };
}

interface Export {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: Span[] }[] }[];
}

const caller = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const traceparent = `00-${caller.traceId}-${caller.spanId}-01`;

let collector: Listener;
beforeAll(async () => {
  collector = await listen();
  collector.answer({ body: '{}' });
});
afterAll(() => collector.close());

/** The spans of what happens at a server of its own, which sends them at the latest when it stops. */
async function spansOf(work: (world: World) => Promise<unknown>, env: Record<string, string> = {}) {
  const world = await startWorld({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env } });
  await work(world);
  await world.close();
  const exports = collector.received.splice(0);
  for (const { method, path } of exports) expect(`${method} ${path}`).toBe('POST /v1/traces');
  const resources = exports.flatMap(({ body }) => (JSON.parse(body) as Export).resourceSpans);
  return {
    text: exports.map(({ body }) => body).join('\n'),
    spans: resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    services: resources.map(({ resource }) => read(resource.attributes)['service.name']),
  };
}

function read(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
}

describe('with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  test('each request is a span: method, pattern of the route, status and id; nothing that somebody sent', async () => {
    let requestId: string | null = null;
    const { spans, services, text } = await spansOf(async (world) => {
      const answer = await world.post('/token?marker=in-the-query', {
        grant_type: 'marker-in-the-body',
        client_id: 'marker',
      });
      requestId = answer.headers.get('x-request-id');
      await fetch(`${world.server.url}/marker-in-the-path?code=marker`, {
        headers: { authorization: 'Bearer marker' },
      });
    });
    const span = spans.find(({ attributes }) => read(attributes)['tessera.request_id'] === requestId);
    expect(span).toMatchObject({ name: 'POST /suites/:slug/token', kind: 2 });
    expect(read(span?.attributes ?? [])).toEqual({
      'http.request.method': 'POST',
      'http.route': '/suites/:slug/token',
      'http.response.status_code': 401,
      'tessera.request_id': requestId,
    });
    expect(spans.some(({ name }) => name === 'GET')).toBe(true);
    expect(text).not.toMatch(/marker/);
    expect(new Set(services)).toEqual(new Set(['tessera']));
  });

  test('each query that a request waits for is a span below it, without its values', async () => {
    let email = '';
    const { spans, text } = await spansOf(async (world) => {
      const app = await world.admin.givenApplication(world.project, 'user_credentials');
      const user = await world.admin.givenUser(app.id);
      email = user.email;
      const form = { grant_type: 'password', username: email, password: user.password };
      const answer = await world.post('/token', form, credentials(app));
      expect(answer.status).toBe(200);
    });
    const request = spans.findLast(({ name }) => name === 'POST /suites/:slug/token');
    const below = spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId);
    expect(below.map(({ name }) => name)).toEqual(expect.arrayContaining(['select', 'insert']));
    expect(below.map(({ attributes }) => read(attributes)['db.query.text'])).toContainEqual(
      expect.stringMatching(/^insert into "grants" /),
    );
    expect(text).not.toContain(email);
    for (const { traceId } of below) expect(traceId).toBe(request?.traceId);
  });

  test('W3C Trace Context §3.2: a trusted proxy may say which span it belongs to', async () => {
    const env = { TESSERA_TRUSTED_PROXIES: '127.0.0.1' };
    const { spans } = await spansOf((world) => fetch(`${world.issuer}/jwks`, { headers: { traceparent } }), env);
    const span = spans.find(({ name }) => name === 'GET /suites/:slug/jwks');
    expect(span).toMatchObject({ traceId: caller.traceId, parentSpanId: caller.spanId });
  });

  test.each([
    ['a stranger may not', traceparent, {}],
    ['and not in another form', '00-0-0-01', { TESSERA_TRUSTED_PROXIES: '127.0.0.1' }],
  ])('%s', async (_case, header, env) => {
    const { spans } = await spansOf(
      (world) => fetch(`${world.issuer}/jwks`, { headers: { traceparent: header } }),
      env,
    );
    const span = spans.find(({ name }) => name === 'GET /suites/:slug/jwks');
    expect(span?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span?.traceId).not.toBe(caller.traceId);
    expect(span?.parentSpanId ?? '').toBe('');
  });

  test('a collector that is away costs no request and no stop in order', async () => {
    const { spans } = await spansOf(async (world) => expect((await fetch(`${world.issuer}/jwks`)).status).toBe(200), {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    });
    expect(spans).toEqual([]);
  });
});

test('the built program sends them as well', async () => {
  const server = await startChildServer({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await fetch(`${server.url}/healthz`);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  await server.remove();
  expect(collector.received.splice(0).map(({ body }) => body)).toContainEqual(expect.stringContaining('GET /healthz'));
});

test('where no traces are wanted, what makes them is not even loaded', () => {
  const file = (name: string) => readFileSync(new URL(`../../bundle/${name}`, import.meta.url), 'utf8');
  expect(file('start.js')).toContain('import("./trace-requests.js")');
  for (const name of readdirSync(new URL('../../bundle/', import.meta.url)))
    if (name !== 'trace-requests.js')
      expect(file(name)).not.toMatch(
        /BatchSpanProcessor|OTLPTraceExporter|detectResources|from "\.\/trace-requests\.js"/,
      );
  expect(file('trace-requests.js')).toMatch(/BatchSpanProcessor/);
});
