import type { Application } from '@tessera/contract/applications';
import type { Resource, Scope } from '@tessera/contract/resources';
import type { RoleWithScopes } from '@tessera/contract/roles';
import { type Api, type Place, unique } from './api.js';

/** An API resource of the project, with an identifier of its own. */
export function givenResource(api: Api, { project }: Place, fields: Partial<Resource> = {}): Promise<Resource> {
  const name = fields.name ?? unique('Orders');
  const identifier = `https://api.example.com/${name.toLowerCase().replace(/\W+/g, '-')}`;
  return api.done('POST', '/resources', { projectId: project.id, name, identifier, ...fields });
}

/** Scopes by name, each with the sentence of the consent page. */
export async function givenScopes(
  api: Api,
  resource: Resource,
  sentences: Record<string, string>,
): Promise<Record<string, Scope>> {
  const scopes: Record<string, Scope> = {};
  for (const [name, description] of Object.entries(sentences))
    scopes[name] = await api.done<Scope>('POST', `/resources/${resource.id}/scopes`, { name, description });
  return scopes;
}

export function givenRole(api: Api, { project }: Place, name: string, scopes: Scope[]): Promise<RoleWithScopes> {
  return api.done('POST', '/roles', { projectId: project.id, name, scopeIds: scopes.map(({ id }) => id) });
}

/** Lets the application ask for the scopes. */
export function allowScopes(api: Api, application: Application, scopes: Scope[]): Promise<unknown> {
  return api.done('PUT', `/applications/${application.id}/scopes`, { scopeIds: scopes.map(({ id }) => id) });
}
