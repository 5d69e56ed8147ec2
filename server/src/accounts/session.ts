import type { Config } from '../config.js';
import type { Clock } from '../platform/clock.js';
import { sha256 } from '../platform/hash.js';
import { newCredential, newId } from '../platform/random.js';
import type { Db, Tx } from '../store/db.js';
import { endGrantsOfSession } from '../store/grants.js';
import { endSession, findLiveSession, insertSession, renewSession } from '../store/sessions.js';
import { updateLastSignIn } from '../store/subjects.js';
import { transact } from '../store/transact.js';

interface SessionDeps {
  db: Db;
  clock: Clock;
  config: Config;
}

/** A person signed in to a suite in one browser. */
export interface Session {
  /** `sid` in ID tokens. */
  id: string;
  accountId: string;
  email: string;
  name: string;
  /** Unix seconds. */
  authTime: number;
  amr: string[];
}

/** Seconds after which a session ends whatever happens. */
const sessionLifespan = 12 * 3600;

/** Name of the session cookie; its path is the suite, so that suites do not see each other's. */
export const sessionCookie = 'tessera_session';

/**
 * Starts a session for who has just signed in; answers it and the cookie's value. Where the browser has a session of the
 * same person, that one goes on with a new cookie and a new `authTime`; one of somebody else is signed out.
 * Undefined when the account was changed since the password was checked.
 */
export async function startSession(
  deps: SessionDeps,
  suiteId: string,
  person: { id: string; email: string; givenName: string; familyName: string; passwordHash: string },
  browser: { before: Session | undefined; userAgent: string; address: string },
): Promise<{ session: Session; cookie: string } | undefined> {
  const now = deps.clock.now();
  const cookie = newCredential('');
  const renewed = browser.before?.accountId === person.id ? browser.before.id : undefined;
  const session: Session = {
    id: renewed ?? newId(),
    accountId: person.id,
    email: person.email,
    name: `${person.givenName} ${person.familyName}`.trim(),
    authTime: now,
    amr: ['pwd'],
  };
  const renewal = { tokenHash: sha256(cookie), authTime: now, expiresAt: now + sessionLifespan };
  return transact(deps.db, async (tx) => {
    if (!(await updateLastSignIn(tx, person, now))) return undefined;
    if (renewed !== undefined) {
      await renewSession(tx, renewed, renewal);
      return { session, cookie };
    }
    if (browser.before) await endSessionAndGrants(tx, browser.before.id, now);
    await insertSession(tx, {
      id: session.id,
      ...renewal,
      suiteId,
      accountId: person.id,
      amr: JSON.stringify(session.amr),
      userAgent: browser.userAgent.slice(0, 500),
      address: browser.address,
      createdAt: now,
      lastSeenAt: now,
    });
    return { session, cookie };
  });
}

/** The live session of a cookie, or undefined. */
export async function readSession(
  deps: SessionDeps,
  suiteId: string,
  cookie: string | undefined,
): Promise<Session | undefined> {
  if (!cookie) return undefined;
  const row = await findLiveSession(deps.db, suiteId, sha256(cookie), deps.clock.now());
  if (!row) return undefined;
  return {
    id: row.id,
    accountId: row.accountId,
    email: row.email,
    name: `${row.givenName} ${row.familyName}`.trim(),
    authTime: row.authTime,
    amr: JSON.parse(row.amr) as string[],
  };
}

/** Ends a session with the grants that lived in it; `offline_access` outlives it (OpenID Connect Core §11). */
export async function signOut(deps: SessionDeps, sessionId: string): Promise<void> {
  await transact(deps.db, (tx) => endSessionAndGrants(tx, sessionId, deps.clock.now()));
}

async function endSessionAndGrants(tx: Tx, sessionId: string, now: number): Promise<void> {
  await endSession(tx, sessionId, now);
  await endGrantsOfSession(tx, sessionId, now);
}
