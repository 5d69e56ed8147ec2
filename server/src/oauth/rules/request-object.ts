/** What is about the object itself or authenticates the client; the rest are parameters of the request. */
const noParameters = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'],
  ...['request', 'request_uri', 'client_secret', 'client_assertion', 'client_assertion_type'],
]);

type Entry = [name: string, value: string];

/**
 * The parameters of a request with a request object. Those of the object win. What the object leaves out is taken from
 * outside (OpenID Connect Core §6.1), unless the object is typed for RFC 9101: then only the object counts (§5).
 */
export function mergeRequestObject(typ: unknown, claims: Record<string, unknown>, outer: readonly Entry[]): Entry[] {
  const inner = Object.entries(claims).flatMap(([name, value]) =>
    noParameters.has(name) ? [] : entriesOf(name, value),
  );
  const kept = isForRfc9101(typ) ? outer.filter(([name]) => name === 'client_id') : withoutCredentials(outer);
  const names = new Set(inner.map(([name]) => name));
  return [...inner, ...kept.filter(([name]) => !names.has(name))];
}

/** Parameters as they may be kept: without what authenticates the client and without the request object. */
export function withoutCredentials(entries: readonly Entry[]): Entry[] {
  return entries.filter(([name]) => !noParameters.has(name));
}

function isForRfc9101(typ: unknown): boolean {
  return typeof typ === 'string' && /^(application\/)?oauth-authz-req\+jwt$/i.test(typ);
}

/** RFC 9101 §4: numbers and objects stand in the JWT as such, in a query as text; `resource` may have several values. */
function entriesOf(name: string, value: unknown): Entry[] {
  if (value === null || value === undefined) return [];
  if (name === 'resource' && Array.isArray(value)) return value.map((one) => [name, textOf(one)]);
  return [[name, textOf(value)]];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** True where a request_uri is a registered one; the fragment is a hash of what is there, no part of the place (OpenID Connect Core §6.2). */
export function isRegisteredRequestUri(registered: readonly string[], requestUri: string): boolean {
  return registered.some((uri) => withoutFragment(uri) === withoutFragment(requestUri));
}

/** The place of a document, as it is fetched. */
export function withoutFragment(uri: string): string {
  return uri.split('#', 1)[0] ?? '';
}
