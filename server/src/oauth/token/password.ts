import { signIn } from '../../accounts/sign-in.js';
import type { Deps } from '../../deps.js';
import { newOrderedId } from '../../platform/random.js';
import type { Client } from '../../store/registry.js';
import { lockAssignment, type Subject, updateLastSignIn } from '../../store/subjects.js';
import { accessFault } from '../access.js';
import { invalidGrant, tooManyAttempts, unauthorizedClient, wrongCredentials } from '../errors.js';
import { requireParam } from '../request.js';
import { passwordAcr } from '../rules/acr.js';
import { checkGrantAllowed } from '../rules/grants.js';
import { chooseResource } from '../rules/resource.js';
import { openIdScopes, readScope } from '../rules/scope.js';
import { firstRefreshToken, issueTokens } from './issue.js';
import type { TokenRequest, TokenResponse } from './request.js';

/** Issues tokens for e-mail and password (RFC 6749 §4.3): first-party back ends only, rate limited. */
export async function signInWithPassword(deps: Deps, request: TokenRequest): Promise<TokenResponse> {
  const { suite, client, params, checks } = request;
  checkGrantAllowed(client.authenticatorType, 'password');
  if (!client.firstParty)
    throw unauthorizedClient('The application may not use this grant', {
      rule: 'grant.third_party',
      reason: `${client.name} is a third party: no password is typed there, and nobody is asked for consent.`,
      expected: 'a first party',
    });
  const email = requireParam(params, 'username');
  const password = requireParam(params, 'password');
  const audience = chooseResource(params.resources, client.resources);
  const scope = readScope(params.get('scope'), openIdScopes, [audience]).join(' ');

  const attempt = await signIn(deps, {
    suiteId: suite.id,
    applicationId: client.id,
    email,
    password,
    address: request.address,
  });
  if (attempt.outcome === 'throttled') throw tooManyAttempts(attempt.retryAt - deps.clock.now());
  if (attempt.outcome === 'wrong-credentials') throw wrongCredentials();
  checks.push({ rule: 'user.credentials', detail: 'E-mail and password are right.' });
  const { subject } = attempt;
  checkAccess(client, subject);
  checks.push({ rule: 'user', detail: 'The user may use the application.' });

  const now = deps.clock.now();
  return issueTokens(deps, {
    suite,
    client,
    person: attempt.subject,
    grant: {
      id: newOrderedId(),
      accountId: subject.id,
      sessionId: null,
      scope,
      resource: audience.identifier,
      authTime: now,
      acr: passwordAcr,
      amr: ['pwd'],
      nonce: null,
      actSubject: null,
      claims: null,
    },
    audience,
    scope,
    newGrant: true,
    refreshToken: firstRefreshToken(client, scope),
    secretId: request.secretId,
    dpopJkt: request.dpopJkt,
    uses: null,
    async alongside(tx) {
      if (!(await updateLastSignIn(tx, subject, now))) throw wrongCredentials();
      checkAccess(client, { ...subject, assignment: await lockAssignment(tx, client.id, subject.id) });
    },
  });
}

function checkAccess(client: Client, subject: Subject): void {
  const fault = accessFault(client, subject);
  if (fault) throw invalidGrant('The user may not use this application', fault);
}
