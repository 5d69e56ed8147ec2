import type { ValueFault } from './redirect-uri.js';

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
const maxKeys = 20;

/** Says what is wrong with a JWKS of an application (RFC 7517 §5), or null. Only public keys, and one that can verify. */
export function jwksFault(value: unknown): ValueFault | null {
  const keys = isRecord(value) ? value.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isRecord))
    return { code: 'jwks_invalid', message: 'Enter a JWKS such as {"keys": [{"kty": "EC", …}]}.' };
  if (keys.length > maxKeys) return { code: 'jwks_invalid', message: `At most ${maxKeys} keys.` };
  if (keys.some((key) => key.kty === 'oct' || privateMembers.some((member) => member in key)))
    return { code: 'jwks_private', message: 'Enter public keys only: this has a private or shared key.' };
  const broken = keys.findIndex((key) => !isWhole(key));
  if (broken >= 0) return { code: 'jwks_invalid', message: `Key ${broken + 1} is not complete.` };
  if (keys.some((key) => key.kty === 'RSA' && bitsOf(key.n) < 2048))
    return { code: 'jwks_invalid', message: 'An RSA key needs at least 2048 bits.' };
  if (!keys.some(canVerify))
    return { code: 'jwks_invalid', message: 'At least one key must be RSA, P-256 or Ed25519, for signatures.' };
  return null;
}

type Jwk = Record<string, unknown>;

function isRecord(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const required = new Map([
  ['RSA', ['n', 'e']],
  ['EC', ['crv', 'x', 'y']],
  ['OKP', ['crv', 'x']],
]);

function isWhole(key: Jwk): boolean {
  const members = typeof key.kty === 'string' ? required.get(key.kty) : undefined;
  return members?.every((member) => typeof key[member] === 'string' && key[member] !== '') ?? false;
}

function bitsOf(base64url: unknown): number {
  return typeof base64url === 'string' ? Math.floor((base64url.length * 6) / 8) * 8 : 0;
}

function canVerify(key: Jwk): boolean {
  if (key.use !== undefined && key.use !== 'sig') return false;
  return key.kty === 'RSA' || key.crv === 'P-256' || key.crv === 'Ed25519';
}
