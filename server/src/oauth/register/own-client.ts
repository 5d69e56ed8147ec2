import type { FastifyRequest } from 'fastify';
import type { Deps } from '../../deps.js';
import { equalInConstantTime, sha256 } from '../../platform/hash.js';
import {
  deleteApplication,
  findApplication,
  findApplicationByClientId,
  lockApplication,
  updateApplication,
} from '../../store/applications.js';
import { insertAuditEvent } from '../../store/audit-events.js';
import { transactAnnounced } from '../../store/cache-version.js';
import { deleteConsentsOf } from '../../store/consents.js';
import type { Db, Tx } from '../../store/db.js';
import { endGrantsOf } from '../../store/grants.js';
import type { Suite } from '../../store/registry.js';
import type { ApplicationRow } from '../../store/schema.js';
import { StaleRowError } from '../../store/transact.js';
import { accessDenied, invalidClientMetadata, invalidToken } from '../errors.js';
import type { Document } from '../rules/metadata-members.js';
import { readManagementToken } from './admission.js';
import { registeredColumns } from './columns.js';
import type { CheckedRegistration } from './document.js';
import { clientActor, clientTarget, type Origin } from './new-client.js';
import { presentMetadata } from './present.js';
import { isSecretOf, provideSecret } from './secret.js';

/** A client that proved itself by its registration access token (RFC 7592 §1.2). */
export interface OwnClient {
  application: ApplicationRow;
  registrationToken: string;
}

/**
 * The client of the path, if the token is its own. Throws 401 for every other, also where the client is gone. `seen` is
 * told its id, so that a refusal can be put down to it.
 */
export async function readOwnClient(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  seen: (applicationId: string) => void,
): Promise<OwnClient> {
  const registrationToken = readManagementToken(request, 'the registration access token');
  const { clientId } = request.params as { clientId: string };
  const application = await findOwn(deps.db, suite, clientId, registrationToken);
  seen(application.id);
  if (application.status === 'disabled')
    throw accessDenied('The client is disabled', {
      rule: 'client.disabled',
      reason: `${application.name} is disabled.`,
    });
  return { application, registrationToken };
}

async function findOwn(db: Db, suite: Suite, clientId: string, token: string): Promise<ApplicationRow> {
  // What no client ID can be is not looked for.
  const application = /^[\w.~-]{1,200}$/.test(clientId) ? await findApplicationByClientId(db, clientId) : undefined;
  const hash = application?.suiteId === suite.id ? application.registrationTokenHash : null;
  if (!application || hash === null || !equalInConstantTime(hash, sha256(token))) throw wrongToken();
  return application;
}

function wrongToken() {
  return invalidToken('The registration access token is not valid', {
    rule: 'registration.token',
    reason: 'The token is not that of the client in the path, or the client is gone.',
  });
}

/** RFC 7592 §2.2: the client names itself, and does not choose its own secret. */
async function checkIdentity(deps: Deps, tx: Tx, application: ApplicationRow, document: Document): Promise<void> {
  if (document.client_id !== application.clientId)
    throw invalidClientMetadata('client_id must be the one of this client', {
      rule: 'registration.client_id',
      reason: 'A replacement has the client_id in it (RFC 7592 section 2.2).',
      expected: application.clientId,
    });
  const secret = document.client_secret ?? null;
  if (secret !== null && (typeof secret !== 'string' || !(await isSecretOf(deps, tx, application.id, secret))))
    throw invalidClientMetadata('client_secret must be the one that was issued', {
      rule: 'registration.client_secret',
      reason: 'A client cannot choose its own secret (RFC 7592 section 2.2).',
    });
}

/** Replaces the whole registration (RFC 7592 §2.2); a kind that changes ends what was granted under the old one. */
export async function replaceRegistration(
  deps: Deps,
  suite: Suite,
  own: OwnClient,
  document: Document,
  registration: CheckedRegistration,
  origin: Origin,
): Promise<{ application: ApplicationRow; secret: string | null }> {
  const now = deps.clock.now();
  const replaced = await transactAnnounced(deps.db, async (tx) => {
    const before = await lockOwn(tx, suite, own);
    await checkIdentity(deps, tx, before, document);
    const after: ApplicationRow = { ...before, ...registeredColumns(before.clientId, registration, before) };
    const isElsewhere = after.redirectUris !== before.redirectUris;
    // Whoever vouched for it, or agreed to it, did so for the places that codes were sent to.
    if (isElsewhere) after.firstParty = 0;
    if (!(await updateApplication(tx, after, now))) throw new StaleRowError();
    if (isElsewhere) await deleteConsentsOf(tx, before.id);
    const isOtherKind = after.authenticatorType !== before.authenticatorType;
    if (isOtherKind) await endGrantsOf(tx, { applicationId: before.id }, now, 'type_changed');
    const secret = await provideSecret(deps, tx, after, registration);
    await insertAuditEvent(tx, now, clientActor(after, origin), {
      action: 'application.updated',
      ...clientTarget(after),
      changes: { ...differences(before, after), ...(secret === null ? {} : { secret: 'new' }) },
    });
    return { application: after, secret };
  });
  deps.registry.clear();
  return replaced;
}

/** Deletes the client with its secrets, grants and tokens (RFC 7592 §2.3). Throws 403 where an admin gave it users. */
export async function deleteRegistration(deps: Deps, suite: Suite, own: OwnClient, origin: Origin): Promise<void> {
  const now = deps.clock.now();
  await transactAnnounced(deps.db, async (tx) => {
    const application = await lockOwn(tx, suite, own);
    const userCount = (await findApplication(tx, application.id))?.userCount ?? 0;
    if (userCount > 0)
      throw accessDenied('The client has users that an administrator assigned', {
        rule: 'registration.users',
        reason: `${application.name} still has application users; an admin deletes it.`,
      });
    if (!(await deleteApplication(tx, application))) throw new StaleRowError();
    const target = { action: 'application.deleted', ...clientTarget(application) };
    await insertAuditEvent(tx, now, clientActor(application, origin), target);
  });
  deps.registry.clear();
}

/** The client as it is now, with nobody else changing it; its token may have died with it. */
async function lockOwn(tx: Tx, suite: Suite, own: OwnClient): Promise<ApplicationRow> {
  if (!(await lockApplication(tx, own.application.id))) throw wrongToken();
  return findOwn(tx, suite, own.application.clientId, own.registrationToken);
}

function differences(before: ApplicationRow, after: ApplicationRow): Record<string, unknown> {
  const [had, has] = [presentMetadata(before), presentMetadata(after)];
  const members = [...new Set([...Object.keys(had), ...Object.keys(has)])];
  return Object.fromEntries(
    members
      .filter((member) => JSON.stringify(had[member]) !== JSON.stringify(has[member]))
      .map((member) => [member, { from: had[member] ?? null, to: has[member] ?? null }]),
  );
}
