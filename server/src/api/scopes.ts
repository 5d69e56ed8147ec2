import type { FieldError } from '@tessera/contract/problems';
import { maxScopesOfResource, type Scope } from '@tessera/contract/resources';
import type { Deps } from '../deps.js';
import { newId } from '../platform/random.js';
import type { Db, Tx } from '../store/db.js';
import { lockResource } from '../store/resources.js';
import {
  countScopes,
  deleteScope,
  findScope,
  findScopes,
  insertScope,
  listScopes,
  type ScopeView,
  updateScope,
} from '../store/scopes.js';
import { audit, change, checkWritten, differences, type Target } from './change.js';
import { checkIfMatch } from './if-match.js';
import { readList } from './lists.js';
import type { Call, Result } from './operation.js';
import { invalidFields, notFound, problem } from './problem.js';
import { requireResource } from './resources.js';

/** A scope as the contract describes it. */
export function presentScope(scope: ScopeView): Scope {
  return {
    id: scope.id,
    resourceId: scope.resourceId,
    resourceName: scope.resourceName,
    identifier: scope.identifier,
    projectId: scope.projectId,
    projectName: scope.projectName,
    name: scope.name,
    description: scope.description,
    roleCount: scope.roleCount,
    applicationCount: scope.applicationCount,
    createdAt: scope.createdAt,
    updatedAt: scope.updatedAt,
    version: scope.version,
  };
}

const target = (scope: { id: string; name: string }, resource: string): Target => ({
  type: 'scope',
  id: scope.id,
  name: `${scope.name} of ${resource}`,
});

async function requireScope(db: Db, params: { id: string; scopeId: string }): Promise<ScopeView> {
  await requireResource(db, params.id);
  const scope = await findScope(db, params.id, params.scopeId);
  if (!scope) throw notFound('scope_not_found');
  return scope;
}

/** One page of the scopes of an API resource. */
export async function listScopesOfResource(
  deps: Deps,
  call: Call<'listResourceScopes'>,
): Promise<Result<'listResourceScopes'>> {
  const { id: resourceId } = await requireResource(deps.db, call.params.id);
  return readList(listScopes(deps.db, { ...call.query, resourceId }), presentScope);
}

/** One page of the scopes of every API resource. */
export async function listAllScopes(deps: Deps, call: Call<'listScopes'>): Promise<Result<'listScopes'>> {
  return readList(listScopes(deps.db, call.query), presentScope);
}

/** One scope. */
export async function getScope(deps: Deps, call: Call<'getScope'>): Promise<Scope> {
  return presentScope(await requireScope(deps.db, call.params));
}

/** Adds a scope to an API resource. */
export async function createScope(deps: Deps, call: Call<'createScope'>): Promise<Scope> {
  const { params, body, now } = call;
  let resourceName = '';
  const scopeId = await change(
    deps,
    async (tx) => {
      if (!(await lockResource(tx, params.id))) throw notFound('resource_not_found');
      resourceName = (await requireResource(tx, params.id)).name;
      if ((await countScopes(tx, params.id)) >= maxScopesOfResource)
        throw problem('limit_reached', `An API resource has at most ${maxScopesOfResource} scopes.`);
      const row = { id: newId(), resourceId: params.id, ...body, createdAt: now, updatedAt: now, version: 1 };
      await insertScope(tx, row);
      const changes = differences({}, body, ['name', 'description']);
      await audit(tx, now, call.actor, 'scope.created', target(row, resourceName), changes);
      return row.id;
    },
    {
      unique: () => problem('scope_taken', `${resourceName} already has the scope “${body.name}”. Choose another.`),
      foreignKey: () => notFound('resource_not_found'),
    },
  );
  return presentScope(await requireScope(deps.db, { id: params.id, scopeId }));
}

/** Changes the sentence of a scope; programs ask for it by name, so the name stays. */
export async function changeScope(deps: Deps, call: Call<'updateScope'>): Promise<Scope> {
  const { params, body, now } = call;
  await change(deps, async (tx) => {
    const before = await requireScope(tx, params);
    await checkIfMatch(tx, call.ifMatch, 'scope', before, now);
    const after = { ...before, description: body.description ?? before.description };
    const changes = differences(before, after, ['description']);
    if (Object.keys(changes).length === 0) return;
    checkWritten(await updateScope(tx, after, now));
    await audit(tx, now, call.actor, 'scope.updated', target(after, before.resourceName), changes);
  });
  return presentScope(await requireScope(deps.db, params));
}

/** Deletes a scope; roles and applications lose it, and refreshes narrow. What was issued lives to its end. */
export async function removeScope(deps: Deps, call: Call<'deleteScope'>): Promise<void> {
  const { params, now } = call;
  await change(deps, async (tx) => {
    const scope = await requireScope(tx, params);
    await checkIfMatch(tx, call.ifMatch, 'scope', scope, now);
    checkWritten(await deleteScope(tx, scope));
    await audit(tx, now, call.actor, 'scope.deleted', target(scope, scope.resourceName), {
      name: { from: scope.name, to: null },
      roles: { from: scope.roleCount, to: 0 },
      applications: { from: scope.applicationCount, to: 0 },
    });
  });
}

/** The scopes of `scopeIds` in a body; what is gone, or does not fit, is a fault at its place in the list. */
export async function requireScopes(
  tx: Tx,
  scopeIds: readonly string[],
  faultOf: (scope: ScopeView) => Omit<FieldError, 'field'> | null,
): Promise<ScopeView[]> {
  const scopes = new Map((await findScopes(tx, scopeIds)).map((scope) => [scope.id, scope]));
  const errors = scopeIds.flatMap((id, index): FieldError[] => {
    const scope = scopes.get(id);
    const fault = scope
      ? faultOf(scope)
      : { code: 'scope_not_found' as const, message: 'This scope does not exist any more. Select another.' };
    return fault ? [{ field: `scopeIds.${index}`, ...fault }] : [];
  });
  if (errors.length > 0) throw invalidFields(errors);
  return [...scopes.values()];
}
