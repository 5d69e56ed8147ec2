import { OAuthError } from '../errors.js';
import type { ClaimsRequest } from './claims.js';

/** How strong a sign-in was: so far there is one way, the password. */
export const passwordAcr = 'urn:tessera:acr:password';
export const acrValues: readonly string[] = [passwordAcr];

/**
 * Refuses a request whose essential `acr` no sign-in here can reach (OpenID Connect Core §5.5.1.1). `acr_values` alone
 * is a wish: the token tells what was reached.
 */
export function checkAcr(claims: ClaimsRequest | null): void {
  const asked = claims?.idToken.acr;
  if (!asked?.essential || asked.values === null || asked.values.some((value) => acrValues.includes(String(value))))
    return;
  throw new OAuthError('unmet_authentication_requirements', 'The requested acr cannot be reached', 400, {
    rule: 'acr.unmet',
    reason: 'The authentication context is essential, but no sign-in of this server reaches it.',
    expected: acrValues.join(' '),
    received: asked.values.map(String).join(' '),
  });
}
