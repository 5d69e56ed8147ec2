import { randomBytes, randomUUID } from 'node:crypto';

/** A new object id (UUID version 4, RFC 9562 §5.4). */
export function newId(): string {
  return randomUUID();
}

/** A new credential: its greppable prefix and 256 random bits (domain rule 13; RFC 6749 §10.10). */
export function newCredential(prefix: 'tes_ac_' | 'tes_at_' | 'tes_rt_' | 'tes_cs_' | 'tes_su_' | ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** A new public client id: 128 random bits in hex. */
export function newClientId(): string {
  return randomBytes(16).toString('hex');
}
