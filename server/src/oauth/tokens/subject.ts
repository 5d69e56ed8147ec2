import type { Deps } from '../../deps.js';
import { hmac } from '../../platform/hash.js';
import { deriveKey } from '../../platform/seal.js';
import type { Client, Suite } from '../../store/registry.js';
import { grantsOf } from '../rules/grants.js';
import { sectorOf } from '../rules/sector.js';

/**
 * `sub` of an account for a client: the account's id, or for pairwise clients a value of its own for each sector
 * (OpenID Connect Core §8.1). The salt hangs on the master key, so it cannot be recomputed outside.
 */
export function subjectOf(deps: Deps, suite: Suite, client: Client, accountId: string): string {
  if (client.metadata.subjectType === 'public') return accountId;
  const { clientId, metadata } = client;
  // Where no codes are sent, a redirect URI shows nothing: anybody may name somebody else's.
  const redirectUris = grantsOf(client.authenticatorType).includes('authorization_code') ? client.redirectUris : [];
  const sector = sectorOf({ clientId, redirectUris, sectorIdentifierUri: metadata.sectorIdentifierUri });
  return hmac(deriveKey(deps.config.masterKey, `pairwise ${suite.id}`), `${sector} ${accountId}`);
}
