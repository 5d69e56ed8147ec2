import { signIn } from '../../accounts/sign-in.js';
import type { Deps } from '../../deps.js';
import { newId } from '../../platform/random.js';
import { accessFault } from '../access.js';
import { invalidGrant, tooManyAttempts } from '../errors.js';
import { requireParam } from '../request.js';
import { checkGrantAllowed } from '../rules/grants.js';
import { chooseResource } from '../rules/resource.js';
import { openIdScopes, readScope } from '../rules/scope.js';
import { issueTokens, wantsRefreshToken } from './issue.js';
import type { TokenRequest, TokenResponse } from './request.js';

/** Issues tokens for e-mail and password (RFC 6749 §4.3): first-party back ends only, rate limited. */
export async function signInWithPassword(deps: Deps, request: TokenRequest): Promise<TokenResponse> {
  const { suite, client, params, checks } = request;
  checkGrantAllowed(client.authenticatorType, 'password');
  const email = requireParam(params, 'username');
  const password = requireParam(params, 'password');
  const scope = readScope(params.get('scope'), openIdScopes).join(' ');
  const resource = chooseResource(params.resources, client.resources);

  const attempt = await signIn(deps, { suiteId: suite.id, applicationId: client.id, email, password, address: request.address });
  if (attempt.outcome === 'throttled') throw tooManyAttempts(attempt.retryAt - deps.clock.now());
  if (attempt.outcome === 'wrong-credentials')
    throw invalidGrant('The user name or password is not correct', { rule: 'user.credentials', reason: 'Email or password is not correct.' });
  checks.push({ rule: 'user.credentials', detail: 'E-mail and password are right.' });
  const fault = accessFault(client, attempt.subject);
  if (fault) throw invalidGrant('The user may not use this application', fault);
  checks.push({ rule: 'user', detail: 'The user may use the application.' });

  return issueTokens(deps, {
    suite,
    client,
    grant: {
      id: newId(),
      accountId: attempt.subject.id,
      sessionId: null,
      scope,
      resource,
      authTime: deps.clock.now(),
      amr: ['pwd'],
      nonce: null,
      actSubject: null,
    },
    scope,
    newGrant: true,
    withRefreshToken: wantsRefreshToken(client, scope),
    secretId: request.secretId,
    consume: async () => undefined,
  });
}
