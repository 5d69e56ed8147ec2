import type { Db } from './db.js';

/** An API resource as one application sees it. */
export interface ClientResource {
  identifier: string;
  /** The project that owns it; roles of that project stand in its tokens. */
  projectId: string;
  /** What the application may ask for. */
  scopes: ClientScope[];
  /** Names of the scopes that the application is not allowed; known of its own project's resources only. */
  otherScopes: string[];
}

export interface ClientScope {
  name: string;
  /** The sentence of the consent page. */
  description: string;
  /** The roles that carry it, of which a person needs one; where there are none, everybody has it. */
  roleIds: string[];
}

interface Found {
  identifier: string;
  projectId: string;
  scopeId: string | null;
  name: string | null;
  description: string | null;
  allowed: string | null;
}

/** The API resources an application may name: its project's, the default first, then others of which it is allowed a scope. */
export async function findClientResources(
  db: Db,
  client: { id: string; suiteId: string; projectId: string },
): Promise<ClientResource[]> {
  const own = await findOwn(db, client);
  const others = await findOthers(db, client);
  const roleIds = await findRoleIds(db, client.id);
  const resources = new Map<string, ClientResource>();
  for (const { identifier, projectId, scopeId, name, description, allowed } of [...own, ...others]) {
    const resource = resources.get(identifier) ?? { identifier, projectId, scopes: [], otherScopes: [] };
    resources.set(identifier, resource);
    if (scopeId === null || name === null) continue;
    if (allowed === null) resource.otherScopes.push(name);
    else resource.scopes.push({ name, description: description ?? '', roleIds: roleIds.get(scopeId) ?? [] });
  }
  return [...resources.values()];
}

function findOwn(db: Db, client: { id: string; projectId: string }): Promise<Found[]> {
  return db
    .selectFrom('resources')
    .leftJoin('scopes', 'scopes.resourceId', 'resources.id')
    .leftJoin('applicationScopes', (join) =>
      join.onRef('applicationScopes.scopeId', '=', 'scopes.id').on('applicationScopes.applicationId', '=', client.id),
    )
    .select([
      'resources.identifier',
      'resources.projectId',
      'scopes.id as scopeId',
      'scopes.name',
      'scopes.description',
      'applicationScopes.scopeId as allowed',
    ])
    .where('resources.projectId', '=', client.projectId)
    .orderBy('resources.isDefault', 'desc')
    .orderBy('resources.createdAt')
    .orderBy('resources.id')
    .orderBy('scopes.name')
    .execute();
}

function findOthers(db: Db, client: { id: string; suiteId: string; projectId: string }): Promise<Found[]> {
  return db
    .selectFrom('applicationScopes')
    .innerJoin('scopes', 'scopes.id', 'applicationScopes.scopeId')
    .innerJoin('resources', 'resources.id', 'scopes.resourceId')
    .select([
      'resources.identifier',
      'resources.projectId',
      'scopes.id as scopeId',
      'scopes.name',
      'scopes.description',
      'applicationScopes.scopeId as allowed',
    ])
    .where('applicationScopes.applicationId', '=', client.id)
    .where('resources.suiteId', '=', client.suiteId)
    .where('resources.projectId', '!=', client.projectId)
    .orderBy('resources.createdAt')
    .orderBy('resources.id')
    .orderBy('scopes.name')
    .execute();
}

/** Scope → the roles that carry it, of the scopes an application is allowed. */
async function findRoleIds(db: Db, applicationId: string): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('applicationScopes')
    .innerJoin('roleScopes', 'roleScopes.scopeId', 'applicationScopes.scopeId')
    .select(['roleScopes.scopeId', 'roleScopes.roleId'])
    .where('applicationScopes.applicationId', '=', applicationId)
    .execute();
  const roleIds = new Map<string, string[]>();
  for (const { scopeId, roleId } of rows) roleIds.set(scopeId, [...(roleIds.get(scopeId) ?? []), roleId]);
  return roleIds;
}
