import { seal, unseal } from '../platform/seal.js';

const context = (secretId: string) => `client-secret ${secretId}`;

/** Closes a client secret that signs (client_secret_jwt): unlike the others it has to be known again. */
export function sealSecret(masterKey: Buffer, secretId: string, value: string): string {
  return seal(masterKey, value, context(secretId));
}

/** Opens what `sealSecret` closed. */
export function unsealSecret(masterKey: Buffer, secretId: string, sealed: string): string {
  return unseal(masterKey, sealed, context(secretId));
}
