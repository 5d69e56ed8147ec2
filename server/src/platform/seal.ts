import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { randomSecret } from './random.js';

/** Encrypts with AES-256-GCM; `context` is bound as additional data, so a sealed value cannot be moved elsewhere. */
export function seal(key: Buffer, plain: string, context: string): string {
  const iv = randomSecret(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
}

/** Opens what `seal` closed. Throws when the key, the context or the value is not the one sealed. */
export function unseal(key: Buffer, sealed: string, context: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}

/** A 256-bit key for one purpose, from a secret with enough entropy (RFC 5869). */
export function deriveKey(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `tessera ${purpose}`, 32));
}

/**
 * A 256-bit key for one purpose, from a credential that we minted ourselves: it is random throughout, so the first of
 * HKDF's two steps is not needed (RFC 5869 §3.3).
 */
export function keyOfCredential(credential: string, purpose: string): Buffer {
  return createHmac('sha256', credential).update(`tessera ${purpose}`).digest();
}
