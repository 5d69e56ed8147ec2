import type { Trace, WireRequest } from '@tessera/contract/lab';
import type { Deps } from '../deps.js';
import { OAuthError } from '../oauth/errors.js';
import { issuerOf } from '../oauth/issuer.js';
import { issueCodeFor, issueForUser, type LabRun, pollDevice, startDevice, swapCode } from '../oauth/lab.js';
import { deviceCodeGrant, isConfidential } from '../oauth/rules/grants.js';
import { findApplication } from '../store/applications.js';
import { insertRefusal } from '../store/refusals.js';
import type { Client } from '../store/registry.js';
import { findSubject, type Subject } from '../store/subjects.js';
import { audit } from './change.js';
import type { Call, Result } from './operation.js';
import { notFound, type ProblemError, problem } from './problem.js';

type LabCall = Call<'labToken' | 'labAuthorize' | 'labExchange' | 'labDevice' | 'labDeviceToken'>;

/** A token for a user on the admin's own authority (manual M4a). */
export async function labToken(deps: Deps, call: Call<'labToken'>): Promise<Result<'labToken'>> {
  const { body } = call;
  const run = await startRun(deps, call, ['user_credentials'], 'lab.token_issued', body.email);
  const subject = await findUser(deps, run, body.email);
  run.checks.push({ rule: 'user', detail: 'The user may use the application.' });
  const params = form({
    grant_type: 'password',
    username: body.email,
    password: '$PASSWORD',
    scope: body.scope,
    resource: body.resource,
  });
  const token = await answered(deps, call, run, () => issueForUser(deps, run, subject, params));
  return { token, trace: traceOf(run, tokenRequest(deps, run, params)) };
}

/** A code for e-mail and password (manual M4b, M4c). */
export async function labAuthorize(deps: Deps, call: Call<'labAuthorize'>): Promise<Result<'labAuthorize'>> {
  const { body } = call;
  const run = await startRun(
    deps,
    call,
    ['authorization_flow', 'authorization_pkce_flow'],
    'lab.code_issued',
    body.email,
  );
  const params = form({
    response_type: 'code',
    client_id: run.client.clientId,
    redirect_uri: body.redirectUri ?? run.client.redirectUris[0],
    scope: body.scope,
    nonce: body.nonce,
    code_challenge: body.codeChallenge,
    code_challenge_method: body.codeChallengeMethod,
  });
  const issued = await answered(deps, call, run, () => issueCodeFor(deps, run, body, params));
  const url = `${issuerOf(deps.config.url, run.suite)}/authorize?${params.toString()}`;
  return { ...issued, trace: traceOf(run, { method: 'GET', url, headers: {}, body: null }) };
}

/** Tokens for a code of the lab (manual M4b, M4c). */
export async function labExchange(deps: Deps, call: Call<'labExchange'>): Promise<Result<'labExchange'>> {
  const { body } = call;
  const run = await startRun(deps, call, ['authorization_flow', 'authorization_pkce_flow'], 'lab.token_issued', null);
  const params = form({
    grant_type: 'authorization_code',
    code: body.code,
    redirect_uri: body.redirectUri ?? run.client.redirectUris[0],
    code_verifier: body.codeVerifier,
  });
  const token = await answered(deps, call, run, () => swapCode(deps, run, params));
  return { token, trace: traceOf(run, tokenRequest(deps, run, params)) };
}

/** The codes of a device that the console plays (RFC 8628 §3.2). */
export async function labDevice(deps: Deps, call: Call<'labDevice'>): Promise<Result<'labDevice'>> {
  const { body } = call;
  const run = await startRun(deps, call, ['device_flow'], 'lab.device_started', null);
  const params = form({ scope: body.scope, resource: body.resource });
  const codes = await answered(deps, call, run, () => startDevice(deps, run, params));
  return {
    deviceCode: codes.device_code,
    userCode: codes.user_code,
    verificationUri: codes.verification_uri,
    verificationUriComplete: codes.verification_uri_complete,
    expiresIn: codes.expires_in,
    interval: codes.interval,
    trace: traceOf(run, clientRequest(deps, run, '/device_authorization', params)),
  };
}

/** Asks for the tokens of that device, as it does every few seconds (RFC 8628 §3.4). */
export async function labDeviceToken(deps: Deps, call: Call<'labDeviceToken'>): Promise<Result<'labDeviceToken'>> {
  const run = await startRun(deps, call, ['device_flow'], 'lab.token_issued', null);
  const params = form({ grant_type: deviceCodeGrant, device_code: call.body.deviceCode });
  const answer = await answered(deps, call, run, () => pollDevice(deps, run, params));
  const trace = traceOf(run, tokenRequest(deps, run, params));
  return typeof answer === 'string' ? { token: null, pending: answer, trace } : { token: answer, pending: null, trace };
}

async function startRun(
  deps: Deps,
  call: LabCall,
  types: Client['authenticatorType'][],
  action: string,
  email: string | null,
): Promise<LabRun> {
  const application = await findApplication(deps.db, call.params.id);
  const suite = application && (await deps.registry.findSuite(application.suiteSlug));
  const client = application && (await deps.registry.findClient(application.suiteId, application.clientId));
  if (!application || !suite || !client) throw notFound('application_not_found');
  if (!types.includes(client.authenticatorType))
    throw problem('lab_flow_not_available', 'The authenticator type of this application has no such flow.');
  if (client.disabled) throw problem('application_disabled', `${client.name} is disabled. New tokens are refused.`);
  return {
    suite,
    client,
    adminSubject: call.admin.id,
    address: call.actor.address ?? '',
    checks: [{ rule: 'client', detail: 'The application is known and active.' }],
    audit: (tx) =>
      audit(
        tx,
        call.now,
        call.actor,
        action,
        { type: 'application', id: client.id, name: client.name },
        email === null ? {} : { email: { from: null, to: email } },
      ),
  };
}

/** The application user with this e-mail; each reason to refuse has its own code, so that the console can offer the fix. */
async function findUser(deps: Deps, run: LabRun, email: string): Promise<Subject> {
  const { client } = run;
  const subject = await findSubject(deps.db, run.suite.id, client.id, { email });
  if (!subject || (subject.assignment === 'none' && client.access === 'assigned'))
    throw problem('user_not_in_application', `${email} is not a user of ${client.name}.`);
  if (subject.disabled) throw problem('account_disabled', `The account ${subject.email} is disabled.`);
  if (subject.assignment === 'disabled')
    throw problem('user_disabled', `${subject.email} is disabled in ${client.name}.`);
  return subject;
}

/** Tells an admin in full what the protocol tells a client in brief. */
async function answered<T>(deps: Deps, call: LabCall, run: LabRun, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const { rule, reason, expected, received } = error.refused;
    await insertRefusal(deps.db, {
      at: call.now,
      suiteId: run.suite.id,
      applicationId: run.client.id,
      endpoint: 'lab',
      error: error.error,
      rule,
      reason,
      expected: expected ?? null,
      received: received ?? null,
      origin: null,
      address: call.actor.address,
      requestId: call.actor.requestId,
    });
    throw labProblem(error);
  }
}

function labProblem(error: OAuthError): ProblemError {
  if (error.retryAfter !== null)
    return problem(
      'too_many_requests',
      'Too many tries.',
      {},
      { 'retry-after': String(Math.max(1, error.retryAfter)) },
    );
  const { rule, reason } = error.refused;
  return problem('lab_refused', reason, {
    oauthError: { error: error.error, error_description: error.description, rule },
  });
}

function form(values: Record<string, string | undefined>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

function tokenRequest(deps: Deps, run: LabRun, params: URLSearchParams): WireRequest {
  return clientRequest(deps, run, '/token', params);
}

/** The request a client would send below the issuer; its secret and the user's password stand as variables. */
function clientRequest(deps: Deps, run: LabRun, path: string, params: URLSearchParams): WireRequest {
  const body = new URLSearchParams(params);
  body.set('client_id', run.client.clientId);
  if (isConfidential(run.client)) body.set('client_secret', '$CLIENT_SECRET');
  return {
    method: 'POST',
    url: `${issuerOf(deps.config.url, run.suite)}${path}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  };
}

function traceOf(run: LabRun, request: WireRequest): Trace {
  return { checks: run.checks.map((check) => ({ ...check, ok: true })), request, curl: curlOf(request) };
}

/** The request as a shell command: values in single quotes, variables in double quotes so that the shell fills them in. */
function curlOf(request: WireRequest): string {
  if (request.body === null) return `curl --get ${quote(request.url)}`;
  const fields = [...new URLSearchParams(request.body)].map(([name, value]) => {
    const variable = /^\$[A-Z_]+$/.test(value);
    return `  --data-urlencode ${variable ? `"${name}=${value}"` : quote(`${name}=${value}`)}`;
  });
  return [`curl ${quote(request.url)}`, ...fields].join(' \\\n');
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
