import { maxRolesOfProject, type Role, type RoleWithScopes } from '@tessera/contract/roles';
import type { Deps } from '../deps.js';
import { newId } from '../platform/random.js';
import type { Db, Tx } from '../store/db.js';
import { nameKey } from '../store/name-key.js';
import { findProject, lockProject } from '../store/projects.js';
import {
  type CarriedScope,
  countRoles,
  deleteRole,
  findRole,
  insertRole,
  listRoles,
  listScopesOfRole,
  type RoleView,
  updateRole,
  updateRoleScopes,
} from '../store/roles.js';
import { audit, change, checkWritten, differences, type Target } from './change.js';
import { checkIfMatch } from './if-match.js';
import { readList } from './lists.js';
import type { Call, Result } from './operation.js';
import { invalidField, notFound, type ProblemError, problem } from './problem.js';
import { noProject } from './resources.js';
import { requireScopes } from './scopes.js';

function presentRole(role: RoleView): Role {
  return {
    id: role.id,
    suiteId: role.suiteId,
    suiteName: role.suiteName,
    projectId: role.projectId,
    projectName: role.projectName,
    name: role.name,
    description: role.description,
    scopeCount: role.scopeCount,
    userCount: role.userCount,
    createdAt: role.createdAt,
    updatedAt: role.updatedAt,
    version: role.version,
  };
}

const target = (role: { id: string; name: string }): Target => ({ type: 'role', id: role.id, name: role.name });

async function requireRole(db: Db, id: string): Promise<RoleView> {
  const role = await findRole(db, id);
  if (!role) throw notFound('role_not_found');
  return role;
}

async function readRole(db: Db, id: string): Promise<RoleWithScopes> {
  const role = await requireRole(db, id);
  const scopes = await listScopesOfRole(db, id);
  return {
    ...presentRole(role),
    scopes: scopes.map(({ otherRoles, ...scope }) => ({ ...scope, onlyRole: otherRoles === 0 })),
  };
}

function taken(name: string, projectName: string): ProblemError {
  return problem('name_taken', `“${name}” already exists in ${projectName}. Choose another name.`);
}

function scopeGone(): ProblemError {
  return invalidField('scopeIds', 'scope_not_found', 'A scope does not exist any more. Reload the list.');
}

/** One page of roles. */
export async function listAllRoles(deps: Deps, call: Call<'listRoles'>): Promise<Result<'listRoles'>> {
  return readList(listRoles(deps.db, call.query), presentRole);
}

/** One role with the scopes it carries. */
export function getRole(deps: Deps, call: Call<'getRole'>): Promise<RoleWithScopes> {
  return readRole(deps.db, call.params.id);
}

/** Adds a role to a project, with scopes of the project's APIs. */
export async function createRole(deps: Deps, call: Call<'createRole'>): Promise<RoleWithScopes> {
  const { now, body } = call;
  const { projectId, name, description, scopeIds } = body;
  let projectName = '';
  const id = await change(
    deps,
    async (tx) => {
      const project = (await lockProject(tx, projectId)) ? await findProject(tx, projectId) : undefined;
      if (!project) throw noProject();
      projectName = project.name;
      if ((await countRoles(tx, projectId)) >= maxRolesOfProject)
        throw problem('limit_reached', `A project has at most ${maxRolesOfProject} roles.`);
      const scopes = await requireOwnScopes(tx, project, scopeIds);
      const row = {
        id: newId(),
        projectId,
        name,
        nameKey: nameKey(name),
        description,
        createdAt: now,
        updatedAt: now,
        version: 1,
      };
      await insertRole(tx, row);
      await updateRoleScopes(tx, row.id, scopeIds);
      const changes = differences({}, { name, description, scopes }, ['name', 'description', 'scopes']);
      await audit(tx, now, call.actor, 'role.created', target(row), changes);
      return row.id;
    },
    { unique: () => taken(name, projectName), foreignKey: scopeGone },
  );
  return readRole(deps.db, id);
}

/** The names of the scopes, which must be of an API of the role's own project. */
async function requireOwnScopes(tx: Tx, project: { id: string; name: string }, scopeIds: string[]): Promise<string[]> {
  const scopes = await requireScopes(tx, scopeIds, (scope) =>
    scope.projectId === project.id
      ? null
      : { code: 'scope_not_in_project', message: `“${scope.name}” is not a scope of ${project.name}.` },
  );
  return namesOf(scopes);
}

function namesOf(scopes: Pick<CarriedScope, 'name' | 'identifier'>[]): string[] {
  return scopes.map(({ name, identifier }) => `${name} (${identifier})`).sort();
}

/** Changes a role; tokens and refreshes from then on follow it. Its project stays. */
export async function changeRole(deps: Deps, call: Call<'updateRole'>): Promise<RoleWithScopes> {
  const { params, body, now } = call;
  let projectName = '';
  await change(
    deps,
    async (tx) => {
      const before = await requireRole(tx, params.id);
      projectName = before.projectName;
      await checkIfMatch(tx, call.ifMatch, 'role', before, now);
      const name = body.name ?? before.name;
      const description = body.description === undefined ? before.description : (body.description ?? '');
      const carried = namesOf(await listScopesOfRole(tx, before.id));
      const scopes = body.scopeIds
        ? await requireOwnScopes(tx, { id: before.projectId, name: projectName }, body.scopeIds)
        : carried;
      const changes = differences({ ...before, scopes: carried }, { ...before, name, description, scopes }, [
        'name',
        'description',
        'scopes',
      ]);
      if (Object.keys(changes).length === 0) return;
      // The version decides who writes; the scopes follow in the same transaction.
      checkWritten(await updateRole(tx, { ...before, name, nameKey: nameKey(name), description }, now));
      if (body.scopeIds) await updateRoleScopes(tx, before.id, body.scopeIds);
      await audit(tx, now, call.actor, 'role.updated', target({ id: before.id, name }), changes);
    },
    { unique: () => taken(body.name ?? '', projectName), foreignKey: scopeGone },
  );
  return readRole(deps.db, params.id);
}

/** Deletes a role; its users lose it with their next token. */
export async function removeRole(deps: Deps, call: Call<'deleteRole'>): Promise<void> {
  const { params, now } = call;
  await change(deps, async (tx) => {
    const role = await requireRole(tx, params.id);
    await checkIfMatch(tx, call.ifMatch, 'role', role, now);
    checkWritten(await deleteRole(tx, role));
    const changes = { name: { from: role.name, to: null }, users: { from: role.userCount, to: 0 } };
    await audit(tx, now, call.actor, 'role.deleted', target(role), changes);
  });
}
