import { equalInConstantTime, sha256 } from '../../platform/hash.js';
import type { Client } from '../../store/registry.js';
import { invalidClient } from '../errors.js';

/** Checks a client secret against the active ones; answers the id of the one that matches. Throws `invalid_client`. */
export function checkClientSecret(client: Client, presented: string, now: number): string {
  const active = client.secrets.filter((secret) => secret.expiresAt === null || secret.expiresAt > now);
  const hash = sha256(presented);
  // Every secret is compared, so that the time does not tell which one was near.
  const matches = client.secrets.filter((secret) => equalInConstantTime(secret.hash, hash));
  const match = matches.find((secret) => active.includes(secret));
  if (match) return match.id;
  const [expired] = matches;
  if (expired)
    throw invalidClient('The client secret is not valid', {
      rule: 'client.auth_expired',
      reason: `The secret “${expired.name}” expired at ${new Date((expired.expiresAt ?? 0) * 1000).toISOString()}.`,
    });
  throw invalidClient('The client secret is not valid', {
    rule: 'client.auth_wrong',
    reason: `The secret is not one of the ${active.length} active secrets.`,
  });
}
