import { invalidRequest } from '../errors.js';

interface Person {
  email: string;
  emailVerified: boolean;
  givenName: string;
  familyName: string;
  claims: Record<string, unknown>;
  updatedAt: number;
}

/** The claims each scope asks for (OpenID Connect Core §5.4). */
const claimsOfScope: Record<string, readonly string[]> = {
  profile: [
    'name',
    'given_name',
    'family_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** Every claim about a person that this server may tell. */
export const userClaimNames: readonly string[] = Object.values(claimsOfScope).flat();

/** One claim asked for by name (OpenID Connect Core §5.5.1). */
export interface ClaimRequest {
  essential: boolean;
  /** Acceptable values; null where any will do. */
  values: unknown[] | null;
}

/** The `claims` parameter: what is asked for in the ID token and from userinfo. */
export interface ClaimsRequest {
  idToken: Record<string, ClaimRequest>;
  userinfo: Record<string, ClaimRequest>;
}

/** Reads the `claims` parameter (OpenID Connect Core §5.5). Claims that are not known are ignored, as §5.5.1 has it. */
export function readClaims(text: string | undefined): ClaimsRequest | null {
  if (text === undefined) return null;
  const parsed = parseObject(text);
  if (parsed === null)
    throw invalidRequest('The claims parameter is not a JSON object', {
      rule: 'claims.malformed',
      reason: 'claims is a JSON object with the members userinfo and id_token.',
    });
  return { idToken: readMember(parsed.id_token), userinfo: readMember(parsed.userinfo) };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const known = new Set([...userClaimNames, 'acr', 'auth_time', 'sub']);

function readMember(member: unknown): Record<string, ClaimRequest> {
  if (!isObject(member)) return {};
  const requests: Record<string, ClaimRequest> = {};
  for (const [name, value] of Object.entries(member)) {
    if (!known.has(name)) continue;
    const details = isObject(value) ? value : {};
    const values = Array.isArray(details.values) ? details.values : 'value' in details ? [details.value] : null;
    requests[name] = { essential: details.essential === true, values };
  }
  return requests;
}

/** The scopes that carry what is asked for by name: to agree to a claim, a person agrees to the scope that has it. */
export function scopesOfClaims(claims: ClaimsRequest | null): string[] {
  const names = [...Object.keys(claims?.idToken ?? {}), ...Object.keys(claims?.userinfo ?? {})];
  return Object.keys(claimsOfScope).filter((scope) => claimsOfScope[scope]?.some((claim) => names.includes(claim)));
}

/** The claims about a person that scopes and names ask for; what is empty is left out (OpenID Connect Core §5.3.2). */
export function userClaims(
  person: Person,
  scopes: readonly string[],
  names: readonly string[],
): Record<string, unknown> {
  const wanted = new Set([...scopes.flatMap((scope) => claimsOfScope[scope] ?? []), ...names]);
  const all: Record<string, unknown> = {
    ...person.claims,
    name: `${person.givenName} ${person.familyName}`.trim(),
    given_name: person.givenName,
    family_name: person.familyName,
    updated_at: person.updatedAt,
    email: person.email,
    email_verified: person.emailVerified,
  };
  return Object.fromEntries(
    userClaimNames.filter((name) => wanted.has(name) && !isEmpty(all[name])).map((name) => [name, all[name]]),
  );
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
