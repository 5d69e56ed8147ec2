import type { ValueFault } from './redirect-uri.js';
import { loopbackHosts } from './web-url.js';

/** What hangs on the hosts of the redirect URLs. */
export interface Related {
  redirectUris: string[];
  subjectType: string;
  sectorIdentifierUri: string | null;
  frontchannelLogoutUri: string | null;
}

function parsed(redirectUris: readonly string[]): URL[] {
  return redirectUris.flatMap((uri) => (URL.canParse(uri) ? [new URL(uri)] : []));
}

/** Says that redirect URLs with several hosts lack what they have in common, or null (OpenID Connect Core §8.1). */
export function sectorFault({ redirectUris, subjectType, sectorIdentifierUri }: Related): ValueFault | null {
  // A loopback address or a private-use scheme is nobody's host: there an application stands for itself.
  const hosts = parsed(redirectUris).map(({ hostname }) => (loopbackHosts.has(hostname) ? '' : hostname));
  if (subjectType !== 'pairwise' || sectorIdentifierUri !== null || new Set(hosts).size < 2) return null;
  return { code: 'sector_required', message: 'The redirect URLs have several hosts: say which sector they share.' };
}

/** Says that a front-channel logout URL is not of the application, or null (Front-Channel Logout §2). */
export function frontchannelFault({ redirectUris, frontchannelLogoutUri: frame }: Related): ValueFault | null {
  if (typeof frame !== 'string' || !URL.canParse(frame)) return null;
  const origins = parsed(redirectUris).map((url) => url.origin);
  if (origins.includes(new URL(frame).origin)) return null;
  return { code: 'logout_origin', message: 'Scheme, host and port must be those of a redirect URL.' };
}
