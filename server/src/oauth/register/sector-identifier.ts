import type { Deps } from '../../deps.js';
import { OutboundError } from '../../platform/outbound-fetch.js';
import { sectorDocumentFault } from '../rules/sector.js';

/**
 * Reads the document of a sector identifier and says what is wrong with it, or null: it must have all redirect URIs
 * (OpenID Connect Registration §5). `detail` is for logs and admins.
 */
export async function findSectorFault(
  deps: Pick<Deps, 'fetch'>,
  sectorIdentifierUri: string,
  redirectUris: readonly string[],
): Promise<{ fault: string; detail: string } | null> {
  try {
    const { body } = await deps.fetch.get(sectorIdentifierUri, 'application/json');
    const fault = sectorDocumentFault(body, redirectUris);
    return fault === null ? null : { fault, detail: `${fault}.` };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { fault: 'The document at the sector_identifier_uri cannot be read', detail: error.message };
  }
}
