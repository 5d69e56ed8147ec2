import type { ApplicationScopes } from '@tessera/contract/resources';
import type { Deps } from '../deps.js';
import { sha256 } from '../platform/hash.js';
import { listApplicationScopes, updateApplicationScopes } from '../store/application-scopes.js';
import { lockApplication } from '../store/applications.js';
import { findScopes, type ScopeView } from '../store/scopes.js';
import { applicationTarget, requireApplication } from './applications.js';
import { audit, change } from './change.js';
import { checkIfMatch } from './if-match.js';
import type { Call } from './operation.js';
import { invalidField, notFound, problem } from './problem.js';
import { presentScope, requireScopes } from './scopes.js';

/** The scopes an application may ask for. */
export async function getApplicationScopes(deps: Deps, call: Call<'getApplicationScopes'>): Promise<ApplicationScopes> {
  const { id } = await requireApplication(deps.db, call.params.id);
  const scopeIds = await listApplicationScopes(deps.db, id);
  return presentScopes(await findScopes(deps.db, scopeIds));
}

function presentScopes(scopes: ScopeView[]): ApplicationScopes {
  const scopeIds = scopes.map((scope) => scope.id);
  return { scopeIds, scopes: scopes.map(presentScope), version: versionOf(scopeIds) };
}

/** A number that is the same for the same scopes: the list has no row of its own that could count its versions. */
function versionOf(scopeIds: readonly string[]): number {
  return Number.parseInt(Buffer.from(sha256([...scopeIds].sort().join(' ')), 'base64url').toString('hex', 0, 6), 16);
}

/** Sets what an application may ask for: scopes of its own project's APIs and of others of the same suite. */
export async function setApplicationScopes(deps: Deps, call: Call<'setApplicationScopes'>): Promise<ApplicationScopes> {
  const { params, body, now } = call;
  const scopes = await change(
    deps,
    async (tx) => {
      if (!(await lockApplication(tx, params.id))) throw notFound('application_not_found');
      const application = await requireApplication(tx, params.id);
      const before = await findScopes(tx, await listApplicationScopes(tx, params.id));
      const version = versionOf(before.map((scope) => scope.id));
      await checkIfMatch(tx, call.ifMatch, 'application', { id: application.id, version }, now);
      const after = await requireScopes(tx, body.scopeIds, (scope) =>
        scope.suiteId === application.suiteId
          ? null
          : { code: 'scope_not_in_suite', message: `“${scope.name}” is a scope of another suite.` },
      );
      const allowed = namesOf(after, before);
      const withdrawn = namesOf(before, after);
      if (allowed.length + withdrawn.length === 0) return after;
      if (application.builtIn === 1)
        throw problem('built_in', `${application.name} is built in: it asks for no scope of an API.`);
      await updateApplicationScopes(tx, application.id, body.scopeIds);
      await audit(tx, now, call.actor, 'application.scopes_updated', applicationTarget(application), {
        ...(allowed.length > 0 ? { allowed: { from: null, to: allowed } } : {}),
        ...(withdrawn.length > 0 ? { withdrawn: { from: withdrawn, to: null } } : {}),
      });
      return after;
    },
    {
      foreignKey: () =>
        invalidField('scopeIds', 'scope_not_found', 'A scope does not exist any more. Reload the list.'),
    },
  );
  return presentScopes(scopes);
}

/** What is in one list and not in the other, as `scope (API)`. */
function namesOf(scopes: ScopeView[], without: ScopeView[]): string[] {
  const known = new Set(without.map((scope) => scope.id));
  return scopes.filter(({ id }) => !known.has(id)).map(({ name, identifier }) => `${name} (${identifier})`);
}
