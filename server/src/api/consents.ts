import type { Deps } from '../deps.js';
import { deleteConsent, listConsentsOf } from '../store/consents.js';
import { endGrantsOf } from '../store/grants.js';
import { accountTarget, requireAccount } from './accounts.js';
import { requireApplication } from './applications.js';
import { audit, change } from './change.js';
import { readList } from './lists.js';
import type { Call, Result } from './operation.js';
import { notFound } from './problem.js';

/** One page of what a person has agreed to, application by application. */
export async function listConsents(deps: Deps, call: Call<'listConsents'>): Promise<Result<'listConsents'>> {
  const account = await requireAccount(deps.db, call.params.id);
  return readList(
    listConsentsOf(deps.db, { ...call.query, accountId: account.id }),
    ({ applicationId, applicationName, scope, grantedAt }) => ({
      applicationId,
      applicationName,
      scopes: scope.split(' ').filter(Boolean),
      grantedAt,
    }),
  );
}

/** Takes back what a person has agreed to: they are asked again, and what the application got for them ends. */
export async function withdrawConsent(deps: Deps, call: Call<'withdrawConsent'>): Promise<void> {
  const { params, actor, now } = call;
  await change(deps, async (tx) => {
    const account = await requireAccount(tx, params.id);
    if (!(await deleteConsent(tx, account.id, params.applicationId))) throw notFound('consent_not_found');
    const { name } = await requireApplication(tx, params.applicationId);
    const where = { accountId: account.id, applicationId: params.applicationId };
    const grantsEnded = await endGrantsOf(tx, where, now, 'revoked');
    await audit(tx, now, actor, 'account.consent_withdrawn', accountTarget(account), {
      application: name,
      grantsEnded,
    });
  });
}
