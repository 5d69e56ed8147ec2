import { signIn } from '../accounts/sign-in.js';
import type { Deps } from '../deps.js';
import { sha256 } from '../platform/hash.js';
import { newOrderedId } from '../platform/random.js';
import { findCode } from '../store/codes.js';
import type { Tx } from '../store/db.js';
import { findDeviceCode } from '../store/device-codes.js';
import type { Client, Suite } from '../store/registry.js';
import { type Subject, updateLastSignIn } from '../store/subjects.js';
import { transact } from '../store/transact.js';
import { accessFault } from './access.js';
import { codeLifespan, issueCode } from './authorize/issue-code.js';
import { readTarget } from './authorize/target.js';
import { validate } from './authorize/validate.js';
import { type DeviceCodes, issueDeviceCodes } from './device/issue-codes.js';
import { invalidGrant, OAuthError, tooManyAttempts, wrongCredentials } from './errors.js';
import { readParams } from './request.js';
import { passwordAcr } from './rules/acr.js';
import { chooseResource } from './rules/resource.js';
import { openIdScopes, readScope } from './rules/scope.js';
import { redeemCode } from './token/authorization-code.js';
import { redeemDeviceCode } from './token/device-code.js';
import { firstRefreshToken, issueTokens } from './token/issue.js';
import type { Check, TokenResponse } from './token/request.js';

/** One run of the console's token generator: the rooms of the public endpoints, on an admin's authority. */
export interface LabRun {
  suite: Suite;
  client: Client;
  /** The admin; stands in the token as `act` (RFC 8693 §4.1). */
  adminSubject: string;
  address: string;
  checks: Check[];
  audit(tx: Tx): Promise<void>;
}

/** Issues tokens for a user without a password: the admin's own session is the authority (manual M4a). */
export function issueForUser(
  deps: Deps,
  run: LabRun,
  subject: Subject,
  params: URLSearchParams,
): Promise<TokenResponse> {
  const { suite, client, checks } = run;
  const read = readParams(params.toString());
  const audience = chooseResource(read.resources, client.resources);
  const scope = readScope(read.get('scope'), openIdScopes, [audience]).join(' ');
  checks.push({ rule: 'scope', detail: scope ? `The application may ask for ${scope}.` : 'No scope was asked for.' });
  checks.push({ rule: 'resource', detail: `The audience is ${audience.identifier}.` });
  return issueTokens(deps, {
    suite,
    client,
    person: subject,
    grant: {
      id: newOrderedId(),
      accountId: subject.id,
      sessionId: null,
      scope,
      resource: audience.identifier,
      authTime: null,
      acr: null,
      amr: [],
      nonce: null,
      actSubject: run.adminSubject,
      claims: null,
    },
    audience,
    scope,
    newGrant: true,
    refreshToken: firstRefreshToken(client, scope),
    secretId: null,
    dpopJkt: null,
    uses: null,
    alongside: run.audit,
  });
}

/** Signs a user in by e-mail and password and issues a code, as the authorization endpoint and its page do (manual M4b, M4c). */
export async function issueCodeFor(
  deps: Deps,
  run: LabRun,
  credentials: { email: string; password: string },
  params: URLSearchParams,
): Promise<{ code: string; expiresIn: number; redirectUri: string }> {
  const { suite, client, checks } = run;
  const read = readParams(params.toString());
  const target = await readTarget(deps, suite, read);
  checks.push(
    { rule: 'client', detail: 'The application is known and active.' },
    { rule: 'redirect', detail: 'The redirect URL is registered.' },
  );
  const request = validate(target, read);
  checks.push({
    rule: 'pkce',
    detail: request.challenge
      ? `A ${request.challenge.method} challenge was sent.`
      : 'No challenge was sent, none is needed.',
  });
  const attempt = await signIn(deps, {
    suiteId: suite.id,
    applicationId: client.id,
    ...credentials,
    address: run.address,
  });
  if (attempt.outcome === 'throttled') throw tooManyAttempts(attempt.retryAt - deps.clock.now());
  if (attempt.outcome === 'wrong-credentials') throw wrongCredentials();
  checks.push({ rule: 'user.credentials', detail: 'E-mail and password are right.' });
  const fault = accessFault(client, attempt.subject);
  if (fault) throw invalidGrant('The user may not use this application', fault);
  checks.push({ rule: 'user', detail: 'The user may use the application.' });
  const code = await transact(deps.db, async (tx) => {
    if (!(await updateLastSignIn(tx, attempt.subject, deps.clock.now()))) throw wrongCredentials();
    await run.audit(tx);
    return issueCode({ ...deps, db: tx }, suite, request, {
      accountId: attempt.subject.id,
      sessionId: null,
      authTime: deps.clock.now(),
      acr: passwordAcr,
      amr: ['pwd'],
      actSubject: run.adminSubject,
    });
  });
  return { code, expiresIn: codeLifespan, redirectUri: request.redirectUri };
}

/** Swaps a code for tokens, as the token endpoint does; only a code of the lab, since no client secret is asked for. */
export async function swapCode(deps: Deps, run: LabRun, params: URLSearchParams): Promise<TokenResponse> {
  const { suite, client, address, checks } = run;
  const read = readParams(params.toString());
  const code = await findCode(deps.db, sha256(read.get('code') ?? ''));
  if (code && code.actSubject === null)
    throw invalidGrant('The code is not valid', {
      rule: 'code.not_from_lab',
      reason: 'The code was issued to the application itself; only codes made in the console can be swapped here.',
    });
  checks.push({ rule: 'client', detail: 'The admin stands in for the client secret.' });
  return redeemCode(deps, {
    suite,
    client,
    params: read,
    address,
    checks,
    secretId: null,
    dpopJkt: null,
    audit: run.audit,
  });
}

/** Gives the lab the codes of a device, as the device authorization endpoint does (RFC 8628 §3.2). */
export async function startDevice(deps: Deps, run: LabRun, params: URLSearchParams): Promise<DeviceCodes> {
  const codes = await issueDeviceCodes(deps, run.suite, run.client, readParams(params.toString()), {
    actSubject: run.adminSubject,
    audit: run.audit,
  });
  run.checks.push({ rule: 'scope', detail: 'The application may ask for this scope and resource.' });
  return codes;
}

/** Asks as a device does; answers why it has to go on asking, or the tokens (RFC 8628 §3.4, §3.5). Only for a device of the lab. */
export async function pollDevice(
  deps: Deps,
  run: LabRun,
  params: URLSearchParams,
): Promise<TokenResponse | 'authorization_pending' | 'slow_down'> {
  const { suite, client, address, checks } = run;
  const read = readParams(params.toString());
  const device = await findDeviceCode(deps.db, sha256(read.get('device_code') ?? ''));
  if (device && device.actSubject === null)
    throw invalidGrant('The device code is not valid', {
      rule: 'device_code.not_from_lab',
      reason: 'The code was issued to a device; only device codes made in the console can be used here.',
    });
  try {
    return await redeemDeviceCode(deps, {
      suite,
      client,
      params: read,
      address,
      checks,
      secretId: null,
      dpopJkt: null,
      audit: run.audit,
    });
  } catch (error) {
    const wire = error instanceof OAuthError ? error.error : null;
    if (wire !== 'authorization_pending' && wire !== 'slow_down') throw error;
    return wire;
  }
}
