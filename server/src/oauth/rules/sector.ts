import { isLoopback } from './web-url.js';

interface Sectored {
  sectorIdentifierUri: string | null;
  redirectUris: readonly string[];
  clientId: string;
}

/**
 * The sector in which a client's pairwise subjects are the same: the host of the sector identifier, or of the redirect
 * URIs (OpenID Connect Core §8.1). A loopback address or a private-use scheme is nobody's host: there the client stands
 * for itself.
 */
export function sectorOf({ sectorIdentifierUri, redirectUris, clientId }: Sectored): string {
  const uri = sectorIdentifierUri ?? redirectUris[0];
  return (uri === undefined ? null : hostOf(uri)) ?? clientId;
}

function hostOf(uri: string): string | null {
  const url = new URL(uri);
  return url.hostname === '' || isLoopback(url) ? null : url.hostname;
}

/** True where several hosts have no sector in common that was registered (OpenID Connect Core §8.1). */
export function isSectorMissing(redirectUris: readonly string[], sectorIdentifierUri: string | null): boolean {
  return sectorIdentifierUri === null && new Set(redirectUris.map(hostOf)).size > 1;
}

/**
 * Says what is wrong with the document behind a sector identifier, or null: a JSON array that has all redirect URIs
 * (OpenID Connect Registration §5).
 */
export function sectorDocumentFault(body: string, redirectUris: readonly string[]): string | null {
  const listed = parse(body);
  if (!Array.isArray(listed) || listed.some((uri) => typeof uri !== 'string'))
    return 'The document at the sector_identifier_uri is not a JSON array of URIs';
  return redirectUris.every((uri) => listed.includes(uri))
    ? null
    : 'The document at the sector_identifier_uri does not have all redirect URIs';
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
