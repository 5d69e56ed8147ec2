import type { Refused } from '../errors.js';

/** Seconds by which the clock of a client may run ahead of ours. */
const skew = 10;
/** Seconds a client assertion may live from now on. */
const longestAssertion = 3_600;

type Fault = Omit<Refused, 'rule'> & { claim: string };

export interface AssertionContext {
  clientId: string;
  /** What `aud` may be or have in its list: the issuer, the token endpoint, the endpoint that is called. */
  audiences: readonly string[];
  /** Unix seconds. */
  now: number;
}

/** What is wrong with the claims of a client assertion, or null (RFC 7523 §3, OpenID Connect Core §9). */
export function assertionFault(claims: Record<string, unknown>, context: AssertionContext): Fault | null {
  const { clientId, audiences, now } = context;
  const { exp, iat, jti } = claims;
  for (const claim of ['iss', 'sub'])
    if (claims[claim] !== clientId) return fault(claim, `${claim} is not the client ID.`, clientId, claims[claim]);
  if (!isFor(claims.aud, audiences))
    return fault('aud', 'aud names somebody else than this issuer.', audiences.join(' '), claims.aud);
  const times = timesFault(claims, now);
  if (times) return times;
  if (typeof exp !== 'number') return fault('exp', 'exp is missing.', 'a time in the future', exp);
  if (exp > now + longestAssertion)
    return fault('exp', 'exp is more than an hour ahead.', `at most ${now + longestAssertion}`, exp);
  if (iat !== undefined && !(typeof iat === 'number' && iat <= now + skew))
    return fault('iat', 'iat lies in the future or is no number.', `at most ${now + skew}`, iat);
  if (typeof jti !== 'string' || jti === '' || jti.length > 500)
    return fault('jti', 'jti is missing or too long.', '1 to 500 characters', jti);
  return null;
}

/** What is wrong with the claims about a request object itself, or null (RFC 9101 §4, §10.8, OpenID Connect Core §6.1). */
export function requestObjectFault(
  claims: Record<string, unknown>,
  { clientId, issuer, now }: { clientId: string; issuer: string; now: number },
): Fault | null {
  for (const claim of ['iss', 'client_id'])
    if (claims[claim] !== undefined && claims[claim] !== clientId)
      return fault(claim, `${claim} is not the client ID of the request.`, clientId, claims[claim]);
  if (claims.aud !== undefined && !isFor(claims.aud, [issuer]))
    return fault('aud', 'aud names somebody else than this issuer.', issuer, claims.aud);
  // What a client signed to authenticate itself is no request.
  if (claims.sub === clientId) return fault('sub', 'sub is the client ID: this is a client assertion.');
  for (const claim of ['request', 'request_uri'])
    if (claims[claim] !== undefined) return fault(claim, 'A request object has no other request object in it.');
  return timesFault(claims, now);
}

/** `exp` and `nbf`, where they are there (RFC 7519 §4.1.4, §4.1.5). */
function timesFault({ exp, nbf }: Record<string, unknown>, now: number): Fault | null {
  if (exp !== undefined && !(typeof exp === 'number' && exp > now))
    return fault('exp', 'exp has passed or is no number.', `more than ${now}`, exp);
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now + skew))
    return fault('nbf', 'nbf lies in the future or is no number.', `at most ${now + skew}`, nbf);
  return null;
}

function isFor(aud: unknown, audiences: readonly string[]): boolean {
  const named: unknown[] = Array.isArray(aud) ? aud : [aud];
  return named.some((one) => typeof one === 'string' && audiences.includes(one));
}

function fault(claim: string, reason: string, expected?: string, received?: unknown): Fault {
  if (expected === undefined) return { claim, reason };
  return { claim, reason, expected, received: (JSON.stringify(received) ?? '(none)').slice(0, 500) };
}

/** True where the `typ` of a header allows this use: none, JWT, or the type that was made for it (RFC 8725 §3.11). */
export function isTyped(typ: unknown, own: string): boolean {
  return (
    typ === undefined ||
    (typeof typ === 'string' && ['jwt', own].includes(typ.toLowerCase().replace(/^application\//, '')))
  );
}
