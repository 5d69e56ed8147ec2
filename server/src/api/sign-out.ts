import type { SignedOut } from '@tessera/contract/accounts';
import type { Deps } from '../deps.js';
import { endGrantsOf } from '../store/grants.js';
import { insertLogoutDeliveries } from '../store/logout-deliveries.js';
import { endSessionsOf, listSessionsWithGrant } from '../store/sessions.js';
import { accountTarget, requireAccount } from './accounts.js';
import { requireUser } from './application-users.js';
import { applicationTarget, requireApplication } from './applications.js';
import { audit, change } from './change.js';
import type { Call } from './operation.js';

/** Signs a person out everywhere: sessions and grants end, and the applications that listen are told. */
export async function signOutAccount(deps: Deps, call: Call<'signOutAccount'>): Promise<SignedOut> {
  const { params, actor, now } = call;
  return change(deps, async (tx) => {
    const account = await requireAccount(tx, params.id);
    const sessions = await endSessionsOf(tx, { accountId: account.id }, now);
    const grants = await endGrantsOf(tx, { accountId: account.id }, now, 'signed_out');
    await audit(tx, now, actor, 'account.signed_out', accountTarget(account), { sessions, grants });
    return { sessions, grants };
  });
}

/** Signs a person out of one application: its grants end, and it is told for each session; the sessions go on. */
export async function signOutUser(deps: Deps, call: Call<'signOutApplicationUser'>): Promise<SignedOut> {
  const { params, actor, now } = call;
  return change(deps, async (tx) => {
    const application = await requireApplication(tx, params.id);
    const { accountId, email } = await requireUser(tx, application.id, params.userId);
    const where = { applicationId: application.id, accountId };
    const told = await listSessionsWithGrant(tx, where, now);
    const grants = await endGrantsOf(tx, where, now, 'signed_out');
    for (const sessionId of told) await insertLogoutDeliveries(tx, sessionId, now, application.id);
    const changes = { user: email, sessions: told.length, grants };
    await audit(tx, now, actor, 'application_user.signed_out', applicationTarget(application), changes);
    return { sessions: told.length, grants };
  });
}
