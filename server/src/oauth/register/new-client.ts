import type { Deps } from '../../deps.js';
import { sha256 } from '../../platform/hash.js';
import { newClientId, newCredential, newId } from '../../platform/random.js';
import { insertApplication } from '../../store/applications.js';
import { type Actor, insertAuditEvent } from '../../store/audit-events.js';
import { transactAnnounced } from '../../store/cache-version.js';
import { findInitialAccessToken } from '../../store/initial-access-tokens.js';
import type { Suite } from '../../store/registry.js';
import type { ApplicationRow } from '../../store/schema.js';
import { findRegistrationPlace } from '../../store/suites.js';
import { invalidRequest } from '../errors.js';
import { wrongInitialToken } from './admission.js';
import { registeredColumns } from './columns.js';
import type { CheckedRegistration } from './document.js';
import { presentMetadata } from './present.js';
import { provideSecret } from './secret.js';

/** Seconds (domain rule 5). */
const lifespans = { accessTokenLifespan: 900, refreshTokenLifespan: 2_592_000 };

/** Where a registration came from, for the audit log. */
export type Origin = Pick<Actor, 'address' | 'requestId'>;

export interface NewClient {
  application: ApplicationRow;
  registrationToken: string;
  secret: string | null;
}

/** Adds a client that registers itself: a third party, which asks people for consent (RFC 7591 §3.2.1). */
export async function addClient(
  deps: Deps,
  suite: Suite,
  registration: CheckedRegistration,
  admittedBy: { tokenHash: string; name: string } | null,
  origin: Origin,
): Promise<NewClient> {
  const now = deps.clock.now();
  const registrationToken = newCredential('tes_ra_');
  const clientId = newClientId();
  const made = await transactAnnounced(deps.db, async (tx) => {
    // Once more, now that it counts: the token may have been revoked meanwhile.
    if (admittedBy && !(await findInitialAccessToken(tx, suite.id, admittedBy.tokenHash, now)))
      throw wrongInitialToken();
    const application: ApplicationRow = {
      id: newId(),
      suiteId: suite.id,
      projectId: (await findRegistrationPlace(tx, suite.id)) ?? throwNoPlace(),
      clientId,
      ...registeredColumns(clientId, registration, null),
      description: '',
      ...lifespans,
      accessTokenFormat: 'jwt',
      access: 'everyone',
      allowPlainPkce: 0,
      status: 'active',
      builtIn: 0,
      firstParty: 0,
      registrationTokenHash: sha256(registrationToken),
      lastTokenAt: 0,
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    await insertApplication(tx, application);
    const secret = await provideSecret(deps, tx, application, registration);
    await insertAuditEvent(tx, now, clientActor(application, origin), {
      action: 'application.registered',
      ...clientTarget(application),
      changes: { ...presentMetadata(application), initialAccessToken: admittedBy?.name ?? null },
    });
    return { application, secret };
  });
  deps.registry.clear();
  return { ...made, registrationToken };
}

/** The client itself, as the one who acts. */
export function clientActor({ id, name }: Pick<ApplicationRow, 'id' | 'name'>, origin: Origin): Actor {
  return { type: 'application', id, name, ...origin };
}

/** The client as the target of an audit event. */
export function clientTarget({ id, name }: Pick<ApplicationRow, 'id' | 'name'>) {
  return { targetType: 'application', targetId: id, targetName: name };
}

function throwNoPlace(): never {
  throw invalidRequest('This issuer has no project for clients yet', {
    rule: 'registration.project',
    reason: 'The suite has no project that a registered client could belong to.',
  });
}
