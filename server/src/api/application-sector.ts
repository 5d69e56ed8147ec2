import type { Deps } from '../deps.js';
import { findSectorFault } from '../oauth/register/sector-identifier.js';
import { invalidField } from './problem.js';

interface Sectored {
  sectorIdentifierUri?: string | null | undefined;
  redirectUris?: string[] | undefined;
}

/**
 * Reads the document of a sector identifier, where that or the redirect URLs are set; it must have them all (OpenID
 * Connect Registration §5). Done before the transaction, which waits for nobody outside. Throws 422.
 */
export async function checkSector(
  deps: Deps,
  set: Sectored,
  before: { sectorIdentifierUri: string | null; redirectUris: string[] } = {
    sectorIdentifierUri: null,
    redirectUris: [],
  },
): Promise<void> {
  if (set.sectorIdentifierUri === undefined && set.redirectUris === undefined) return;
  const uri = set.sectorIdentifierUri === undefined ? before.sectorIdentifierUri : set.sectorIdentifierUri;
  if (uri === null) return;
  const found = await findSectorFault(deps, uri, set.redirectUris ?? before.redirectUris);
  if (found) throw invalidField('sectorIdentifierUri', 'sector_mismatch', found.detail);
}
