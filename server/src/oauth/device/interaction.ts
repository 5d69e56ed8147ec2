import type { FastifyReply, FastifyRequest } from 'fastify';
import { readSession, type Session, sessionCookie, startSession } from '../../accounts/session.js';
import { signIn } from '../../accounts/sign-in.js';
import type { Deps } from '../../deps.js';
import { equalInConstantTime, hmac, sha256 } from '../../platform/hash.js';
import { deriveKey } from '../../platform/seal.js';
import { type DeviceCodeRow, decideDevice, findPendingDevice } from '../../store/device-codes.js';
import type { Client, Suite } from '../../store/registry.js';
import { updateSessionUse } from '../../store/sessions.js';
import { findSubject } from '../../store/subjects.js';
import { releaseThrottle, updateThrottle } from '../../store/throttles.js';
import { transact } from '../../store/transact.js';
import { accessFault } from '../access.js';
import { browserCookie, ensureBrowserCookie, suiteCookie } from '../cookies.js';
import { type Params, readForm, readQuery } from '../request.js';
import { namedResources } from '../rules/resource.js';
import { scopeSentences } from '../rules/scope.js';
import { userCodeHash } from './issue-codes.js';

/** What the device page has to show. `formKey` is the hidden field that binds the form to this browser. */
export type DeviceStep =
  | { page: 'code'; status: number; formKey: string; userCode: string; alert: string | null }
  | {
      page: 'sign-in';
      status: number;
      formKey: string;
      userCode: string;
      alert: string | null;
      email: string;
      name: string;
    }
  /** `confirmation` binds the decision to who was asked for it. */
  | {
      page: 'confirm';
      formKey: string;
      confirmation: string;
      userCode: string;
      name: string;
      email: string;
      sentences: string[];
    }
  | { page: 'done'; allowed: boolean; name: string };

interface Pending {
  device: DeviceCodeRow;
  client: Client;
}

const wrongCode = 'That code is wrong or has expired.';

/** Reads what the device page (GET) shows: the field for the code, filled in from `verification_uri_complete` (RFC 8628 §3.3.1). */
export function readDevice(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): DeviceStep {
  const formKey = formKeyOf(deps, ensureBrowserCookie(deps, suite, request, reply));
  return { page: 'code', status: 200, formKey, userCode: readQuery(request).get('user_code') ?? '', alert: null };
}

/** Takes a form of the device page (POST): the code, then a sign-in where there is no session, then the decision. */
export async function submitDevice(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<DeviceStep> {
  const form = readForm(request);
  const browser = ensureBrowserCookie(deps, suite, request, reply);
  const formKey = formKeyOf(deps, browser);
  const userCode = form.get('user_code') ?? '';
  const again = (status: number, alert: string): DeviceStep => ({ page: 'code', status, formKey, userCode, alert });
  // Another site's form comes without the cookie, and so without the key that belongs to it.
  if (request.cookies[browserCookie] !== browser || !equalInConstantTime(form.get('form_key') ?? '', formKey))
    return again(400, 'This page was open too long. Enter the code again.');
  const found = await findPending(deps, suite, request, userCode);
  if (found === 'throttled') return again(429, 'Too many tries. Try again later.');
  if (!found) return again(400, wrongCode);
  const page = { formKey, userCode, name: found.client.name };

  const known = await readSession(deps, suite.id, request.cookies[sessionCookie]);
  const session =
    form.get('password') === undefined ? known : await signInHere(deps, suite, request, reply, form, found, known);
  if (session === undefined) return { page: 'sign-in', status: 200, alert: null, email: '', ...page };
  if (typeof session === 'string')
    return { page: 'sign-in', status: 401, alert: session, email: form.get('email') ?? '', ...page };
  const subject = await findSubject(deps.db, suite.id, found.client.id, { accountId: session.accountId });
  if (!subject || accessFault(found.client, subject))
    return {
      page: 'sign-in',
      status: 403,
      alert: `You don't have access to ${found.client.name}.`,
      email: session.email,
      ...page,
    };
  const decision = form.get('decision');
  const confirmation = confirmationOf(deps, formKey, found, session);
  if (decision === undefined || !equalInConstantTime(form.get('confirmation') ?? '', confirmation))
    return { page: 'confirm', confirmation, email: session.email, sentences: sentencesOf(found), ...page };
  return (await writeDecision(deps, found, session, decision === 'allow'))
    ? { page: 'done', allowed: decision === 'allow', name: found.client.name }
    : again(400, wrongCode);
}

/** Looks the code up; wrong ones count against the address, so that 34 bits are enough (RFC 8628 §5.1). */
async function findPending(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  userCode: string,
): Promise<Pending | 'throttled' | undefined> {
  const now = deps.clock.now();
  const { addressFailures, windowSeconds } = deps.config.throttle;
  const key = sha256(`device ${request.ip}`);
  const { failures } = await updateThrottle(deps.db, key, now, windowSeconds);
  if (failures > addressFailures) return 'throttled';
  const device = await findPendingDevice(deps.db, suite.id, userCodeHash(suite.id, userCode), now);
  const client = device && (await deps.registry.findClient(suite.id, device.clientId));
  if (!device || !client || client.disabled) return undefined;
  await releaseThrottle(deps.db, key);
  return { device, client };
}

/** Signs in on the device page itself; answers the session, or what to say. */
async function signInHere(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  form: Params,
  { client }: Pending,
  before: Session | undefined,
): Promise<Session | string> {
  const attempt = await signIn(deps, {
    suiteId: suite.id,
    applicationId: client.id,
    email: form.get('email') ?? '',
    password: form.get('password') ?? '',
    address: request.ip,
  });
  if (attempt.outcome === 'throttled') return 'Too many tries. Try again later.';
  if (attempt.outcome === 'account-disabled')
    return 'Your account is disabled. Contact the people who run this service.';
  if (attempt.outcome === 'wrong-credentials') return 'Email or password is not correct.';
  const browser = { before, userAgent: request.headers['user-agent'] ?? '', address: request.ip };
  const started = await startSession(deps, suite.id, attempt.subject, browser);
  if (!started) return 'Email or password is not correct.';
  const { session, cookie } = started;
  reply.setCookie(sessionCookie, cookie, suiteCookie(deps.config, suite));
  return session;
}

/** True for the one decision that counts; to allow, the session must still be there. */
function writeDecision(deps: Deps, { device }: Pending, session: Session, allowed: boolean): Promise<boolean> {
  if (!allowed) return decideDevice(deps.db, device.deviceCodeHash, { status: 'denied' });
  return transact(deps.db, async (tx) => {
    if (!(await updateSessionUse(tx, session.id, deps.clock.now()))) return false;
    return decideDevice(tx, device.deviceCodeHash, {
      status: 'approved',
      accountId: session.accountId,
      sessionId: session.id,
      authTime: session.authTime,
      amr: JSON.stringify(session.amr),
    });
  });
}

function sentencesOf({ device, client }: Pending): string[] {
  return scopeSentences(device.scope, namedResources(device.resource, client.resources));
}

/** Somebody else who signed in meanwhile, or another code, is asked anew. */
function confirmationOf(deps: Deps, formKey: string, { device }: Pending, session: Session): string {
  const asked = `${formKey} ${device.deviceCodeHash} ${session.id}`;
  return hmac(deriveKey(deps.config.masterKey, 'device decision'), asked);
}

function formKeyOf(deps: Deps, browser: string): string {
  return hmac(deriveKey(deps.config.masterKey, 'device form'), browser);
}
