import type { Deps } from '../../deps.js';
import { newId } from '../../platform/random.js';
import type { Client, Suite } from '../../store/registry.js';
import { issuerOf } from '../issuer.js';
import { subjectOf } from './subject.js';

/** Seconds a logout token may be used; short, as Back-Channel Logout §2.4 advises. */
const logoutTokenLifespan = 120;

/** Makes a logout token in the algorithm of the client's ID tokens (OpenID Connect Back-Channel Logout §2.4). */
export async function makeLogoutToken(
  deps: Deps,
  suite: Suite,
  client: Client,
  ended: { accountId: string; sessionId: string },
): Promise<string> {
  const now = deps.clock.now();
  const key = await deps.keys.signingKey(suite.id, client.metadata.idTokenAlg);
  const claims = {
    iss: issuerOf(deps.config.url, suite),
    aud: client.clientId,
    iat: now,
    exp: now + logoutTokenLifespan,
    jti: newId(),
    sub: subjectOf(deps, suite, client, ended.accountId),
    sid: ended.sessionId,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  };
  return key.sign(claims, 'logout+jwt');
}
