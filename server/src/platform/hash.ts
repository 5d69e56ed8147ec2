import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 in base64url. Enough for what has 256 random bits; passwords go through accounts/password. */
export function sha256(value: string): string {
  return hash('sha256', value, 'base64url');
}

/** HMAC-SHA-256 in base64url. */
export function hmac(key: Buffer, value: string): string {
  return createHmac('sha256', key).update(value).digest('base64url');
}

/** Compares two strings in a time that does not depend on where they differ, only on their lengths, which are no secret. */
export function equalInConstantTime(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
