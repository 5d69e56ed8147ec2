import fc from 'fast-check';
import { parse } from 'node-html-parser';
import { expect } from 'vitest';
import { testRedirectUri } from '../support/admin.js';
import { basic } from './requests.js';

/** What a run knows of the server that it bothers. */
export interface Target {
  issuer: string;
  /** Values that mean something to the server, and together are still not enough to get a token. */
  known: string[];
  /** Where a browser may be sent outside of the issuer, without query and fragment. */
  registered: string[];
}

/** Pages of the issuer that forms and redirects may lead to. */
const pages = ['/sign-in', '/consent', '/device', '/logout'];

const names = [
  'grant_type client_id client_secret code redirect_uri code_verifier refresh_token username password scope resource',
  'response_type response_mode state nonce prompt max_age login_hint code_challenge code_challenge_method request request_uri',
  'token token_type_hint access_token id_token_hint post_logout_redirect_uri confirmation interaction email continue',
  'claims ui_locales acr_values display __proto__ constructor toString back',
  'device_code user_code form_key decision dpop_jkt client_assertion client_assertion_type',
]
  .join(' ')
  .split(' ');

const meaningful = [
  'authorization_code refresh_token password client_credentials code token none login consent select_account',
  'query fragment form_post S256 plain openid profile offline_access 0 1 -1 yes allow deny',
  'urn:ietf:params:oauth:grant-type:device_code urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
]
  .join(' ')
  .split(' ');

const nasty = [
  '',
  '\0',
  'a\r\nLocation: https://evil.example/',
  '%',
  '%zz%',
  '"\\',
  "' or 1=1 --",
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'https://evil.example/callback',
  '//evil.example',
  'javascript:alert(1)',
  `${testRedirectUri}/..`,
  `${testRedirectUri}@evil.example`,
  'http://127.0.0.1:1/callback',
  '\ud800',
  '😀\u202e',
  'eyJhbGciOiJub25lIn0.e30.',
  'a'.repeat(8193),
  '{"a":1}',
  'urn:ietf:params:oauth:request_uri:x',
  'http://169.254.169.254/latest/meta-data',
];

/** Any UTF-16 unit, lone surrogates and control characters included. */
const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));

const encodings: ((params: [string, string][]) => string | Buffer)[] = [
  (params) => new URLSearchParams(params).toString(),
  (params) => params.map((pair) => pair.join('=')).join('&'),
  (params) => Buffer.from(params.map((pair) => pair.join('=')).join('&'), 'latin1'),
  (params) => new URLSearchParams(params).toString().replaceAll('%', '%%'),
  (params) => `&&${new URLSearchParams(params)}&=&=x&x`,
  (params) => JSON.stringify(Object.fromEntries(params)),
];

export interface Sent {
  params: [string, string][];
  encoding: (params: [string, string][]) => string | Buffer;
  headers: Record<string, string>;
  method: string;
}

/** What fits into a header: Node answers longer ones, and control characters, before the product sees them. */
const headerText = (text: string) => text.replace(/[^\x20-\x7e\x80-\xff]/g, '').slice(0, 500);

/** Generators of requests that mean harm, and what must hold for every answer to them. */
export function hostileRequests(target: Target) {
  const value = () =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...target.known) },
      { weight: 4, arbitrary: fc.constantFrom(...meaningful) },
      { weight: 2, arbitrary: fc.constantFrom(...nasty) },
      { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 60 }) },
    );
  const parameters = () =>
    fc.array(
      fc.tuple(
        fc.oneof(
          { weight: 9, arbitrary: fc.constantFrom(...names) },
          { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 20 }) },
        ),
        value(),
      ),
      { maxLength: 10 },
    );

  /** Parameters in which most are as they should be, so that a run gets past the first check. */
  const nearly = (base: Record<string, string>) =>
    fc
      .tuple(parameters(), fc.subarray(Object.entries(base), { minLength: Object.keys(base).length - 2 }))
      .map(
        ([drawn, kept]) =>
          [...kept, ...drawn.filter(([name]) => !kept.some(([taken]) => taken === name))] as [string, string][],
      );

  const short = () => value().map((text) => text.slice(0, 500));
  const headers = () =>
    fc.record(
      {
        authorization: fc.oneof(
          value().map((text) => `Bearer ${headerText(text)}`),
          value().map((text) => `Basic ${headerText(text)}`),
          fc
            .tuple(short(), short())
            .map(([id, secret]) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`),
          fc.tuple(short(), short()).map(([id, secret]) => basic(id, secret).authorization),
          value().map(headerText),
        ),
        origin: fc.oneof(
          fc.constantFrom('null', 'https://app.example.com', 'https://evil.example'),
          value().map(headerText),
        ),
        cookie: value().map((text) => `tessera_session=${headerText(text)}; tessera_browser=${headerText(text)}`),
        accept: value().map(headerText),
        dpop: value().map(headerText),
        'content-type': fc.oneof(
          { weight: 8, arbitrary: fc.constant('application/x-www-form-urlencoded') },
          {
            weight: 1,
            arbitrary: fc.constantFrom('application/json', 'multipart/form-data', 'text/plain', '', ';', 'a/b; c'),
          },
          { weight: 1, arbitrary: value().map(headerText) },
        ),
      },
      { requiredKeys: ['content-type'] },
    );

  const requests = (params: fc.Arbitrary<[string, string][]>, methods: string[]): fc.Arbitrary<Sent> =>
    fc.record({
      params,
      encoding: fc.oneof(
        { weight: 4, arbitrary: fc.constant(encodings[0] as Sent['encoding']) },
        fc.constantFrom(...encodings),
      ),
      headers: headers() as fc.Arbitrary<Record<string, string>>,
      method: fc.constantFrom(...methods),
    });

  async function deliver(
    path: string,
    { params, encoding, headers, method }: Sent,
    cookie?: string,
  ): Promise<Response> {
    const all = { ...headers, ...(cookie ? { cookie } : {}) };
    const text = encoding(params);
    const url = `${target.issuer}${path}`;
    if (['POST', 'PUT', 'PATCH'].includes(method))
      return fetch(url, { method, headers: all, body: text as BodyInit, redirect: 'manual' });
    // A query is ASCII: what is not comes percent-encoded or not at all.
    const query = encodeURI(text.toString('latin1' as never).replace(/[\ud800-\udfff#]/g, '')).replaceAll('%25', '%');
    return fetch(`${url}?${query.slice(0, 12_000)}`, { method, headers: all, redirect: 'manual' });
  }

  /** Where a browser may be sent: to what is registered, or to pages of the issuer. */
  function isAllowedTarget(href: string): boolean {
    const { origin, pathname } = new URL(href);
    return [...target.registered, ...pages.map((page) => `${target.issuer}${page}`)].includes(`${origin}${pathname}`);
  }

  /** Holds for every answer to every request: no fault, no way out, no token. */
  async function expectHarmless(answer: Response): Promise<string> {
    const text = await answer.text();
    expect(answer.status, text).toBeLessThan(500);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
    const location = answer.headers.get('location');
    if (location !== null) expect(location).toSatisfy(isAllowedTarget);
    // Pages and redirects repeat some of what was sent; what counts is what was not.
    const issued = target.known.reduce((rest, sent) => rest.replaceAll(sent, ''), `${text} ${location}`);
    expect(issued).not.toMatch(/tes_(at|rt|cs)_[A-Za-z0-9_-]{43}/);
    expect(issued).not.toMatch(/"(access|refresh|id)_token":/);
    if (answer.headers.get('content-type')?.startsWith('text/html')) {
      const html = parse(text);
      for (const form of html.querySelectorAll('form')) {
        const action = new URL(form.getAttribute('action') ?? '', target.issuer);
        expect(action.href).toSatisfy(isAllowedTarget);
      }
      expect(html.querySelectorAll('script:not([src="/assets/form-post.js"])')).toHaveLength(0);
    }
    return text;
  }

  /** Holds for what answers JSON. */
  async function expectJsonRefusal(answer: Response, method: string): Promise<void> {
    const text = await expectHarmless(answer);
    if (method !== 'POST' && answer.status === 404) return;
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    if (text === '') return;
    const body = JSON.parse(text) as Record<string, string>;
    expect(Object.keys(body).sort()).toEqual(['error', 'error_description']);
    expect(body.error).toMatch(/^[a-z_]+$/);
    expect(body.error_description).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
  }

  return { parameters, nearly, requests, deliver, expectHarmless, expectJsonRefusal };
}
