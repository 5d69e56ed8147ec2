import type { ApplicationUser } from '@tessera/contract/accounts';
import type { ApplicationScopes, CreateResource, Resource, Scope } from '@tessera/contract/resources';
import type { CreateRole, RoleWithScopes } from '@tessera/contract/roles';
import type { Admin } from './admin.js';

let made = 0;
function next(): number {
  made += 1;
  return made;
}

async function done<T>(answer: { status: number; body: unknown }, status: number): Promise<T> {
  if (answer.status !== status) throw new Error(`Answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

/** An API resource of a project. */
export async function givenResource(
  admin: Admin,
  projectId: string,
  fields: Partial<CreateResource> = {},
): Promise<Resource> {
  const n = next();
  const body = { projectId, name: `API ${n}`, identifier: `https://api.example.com/${n}`, ...fields };
  return done(await admin.api('POST', '/resources', body), 201);
}

/** The default API resource that a project starts with. */
export async function defaultResourceOf(admin: Admin, projectId: string): Promise<Resource> {
  const list = await admin.api<{ items: Resource[] }>('GET', `/resources?projectId=${projectId}&limit=100`);
  const resource = list.body.items.find(({ isDefault }) => isDefault);
  if (!resource) throw new Error('The project has no default resource');
  return resource;
}

/** Scopes of a resource, by their names; each says itself on the consent page. */
export async function givenScopes<N extends string>(
  admin: Admin,
  resource: { id: string },
  ...names: N[]
): Promise<Record<N, Scope>> {
  const scopes: Partial<Record<N, Scope>> = {};
  for (const name of names) {
    const body = { name, description: `May ${name}` };
    scopes[name] = await done(await admin.api('POST', `/resources/${resource.id}/scopes`, body), 201);
  }
  return scopes as Record<N, Scope>;
}

/** A role of a project that carries scopes. */
export async function givenRole(
  admin: Admin,
  projectId: string,
  scopes: { id: string }[] = [],
  fields: Partial<CreateRole> = {},
): Promise<RoleWithScopes> {
  const body = { projectId, name: `Role ${next()}`, scopeIds: scopes.map(({ id }) => id), ...fields };
  return done(await admin.api('POST', '/roles', body), 201);
}

/** Allows an application these scopes and no others. */
export async function allowScopes(
  admin: Admin,
  application: { id: string },
  ...scopes: { id: string }[]
): Promise<ApplicationScopes> {
  const body = { scopeIds: scopes.map(({ id }) => id) };
  return done(await admin.api('PUT', `/applications/${application.id}/scopes`, body), 200);
}

/** Gives an application user these roles and no others. */
export async function giveRoles(
  admin: Admin,
  application: { id: string },
  user: { id: string },
  ...roles: { id: string }[]
): Promise<ApplicationUser> {
  const body = { roleIds: roles.map(({ id }) => id) };
  return done(await admin.api('PATCH', `/applications/${application.id}/users/${user.id}`, body), 200);
}
