import { vi } from 'vitest';

/** Names of parameters and members whose values nobody else may know. */
const secretNames = new Set([
  'access_token',
  'client_assertion',
  'client_secret',
  'clientSecret',
  'code',
  'code_verifier',
  'csrf',
  'device_code',
  'id_token',
  'id_token_hint',
  'password',
  'refresh_token',
  'secret',
  'token',
  'user_code',
]);

/** Shorter values, such as `code` in `response_type=code`, are words. */
const shortest = 6;

/** Collects every secret that goes over the wire, both ways, until `stop`: its value, by its name. */
export function collectSecrets(): { seen: Map<string, Set<string>>; stop(): void } {
  const seen = new Map<string, Set<string>>();
  const add = (name: string, value: string) => {
    if (value.length < shortest) return;
    const values = seen.get(name) ?? new Set();
    seen.set(name, values.add(value));
  };
  const addParams = (params: Iterable<[string, string]>) => {
    for (const [name, value] of params) if (secretNames.has(name)) add(name, value);
  };
  const addJson = (text: string) => {
    try {
      JSON.parse(text, (name, value: unknown) => {
        if (secretNames.has(name) && typeof value === 'string') add(name, value);
        return value;
      });
    } catch {
      addParams(new URLSearchParams(text));
    }
  };
  const addHeaders = (headers: Headers) => {
    const [scheme = '', credential = ''] = headers.get('authorization')?.split(' ') ?? [];
    if (credential) add(scheme, credential);
    if (scheme === 'Basic') {
      const [, secret = ''] = Buffer.from(credential, 'base64').toString().split(':');
      add('client_secret', decodeURIComponent(secret));
    }
    const cookies = [...(headers.get('cookie')?.split('; ') ?? []), ...headers.getSetCookie()];
    for (const cookie of cookies) add('cookie', cookie.split(';', 1)[0]?.split('=')[1] ?? '');
    const location = headers.get('location');
    if (location && URL.canParse(location)) addParams(new URL(location).searchParams);
  };

  const real = globalThis.fetch;
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const asked = new Request(input, init);
    addHeaders(asked.headers);
    addParams(new URL(asked.url).searchParams);
    addJson(await asked.text());
    const answer = await real(input, init);
    addHeaders(answer.headers);
    const text = await answer.clone().text();
    if (answer.headers.get('content-type')?.includes('json')) addJson(text);
    for (const [, name = '', value = ''] of text.matchAll(/<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"/g))
      if (secretNames.has(name)) add(name, value);
    return answer;
  });
  return { seen, stop: () => spy.mockRestore() };
}
