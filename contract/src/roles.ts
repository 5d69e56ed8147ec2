import { z } from 'zod';
import { at, counted, description, id, name } from './fields.js';
import { listQuery } from './list.js';
import { scopeIds } from './resources.js';

/** How many roles a project may have; the server answers 409 `limit_reached`. */
export const maxRolesOfProject = 200;
/** How many roles one application user may have. */
export const maxRolesOfUser = 50;

export const role = z
  .object({
    id,
    suiteId: id,
    suiteName: z.string(),
    projectId: id,
    projectName: z.string(),
    name: z.string().meta({ description: 'As it stands in `roles` of access tokens (RFC 9068 §2.2.3.1)' }),
    description: z.string(),
    scopeCount: counted,
    userCount: counted.meta({ description: 'Application users that have it' }),
    createdAt: at,
    updatedAt: at,
    version: z.int(),
  })
  .meta({ id: 'Role' });
export type Role = z.infer<typeof role>;

/** A scope as a role carries it. */
export const roleScope = z
  .object({
    id,
    name: z.string(),
    resourceId: id,
    resourceName: z.string(),
    identifier: z.string(),
    onlyRole: z.boolean().meta({ description: 'No other role carries it: without this role everybody has the scope' }),
  })
  .meta({ id: 'RoleScope' });
export type RoleScope = z.infer<typeof roleScope>;

export const roleWithScopes = role.extend({ scopes: z.array(roleScope) }).meta({ id: 'RoleWithScopes' });
export type RoleWithScopes = z.infer<typeof roleWithScopes>;

export const roleListQuery = listQuery(['name', 'createdAt', 'updatedAt'], 'name', {
  suiteId: id.optional(),
  projectId: id.optional(),
  resourceId: id.optional().meta({ description: 'Only those that carry a scope of this resource' }),
  scopeId: id.optional().meta({ description: 'Only those that carry this scope' }),
});

export const createRole = z.strictObject({
  projectId: z.uuid('Select a project.'),
  name: name('Enter a role name.'),
  description: description.default(''),
  scopeIds: scopeIds.default([]),
});
export type CreateRole = z.input<typeof createRole>;

export const updateRole = z.strictObject({
  name: name('Enter a role name.').optional(),
  description: description.nullable().optional(),
  scopeIds: scopeIds.optional(),
});
export type UpdateRole = z.input<typeof updateRole>;

/** A role as an application user has it. */
export const userRole = z
  .object({ id, name: z.string(), projectId: id, projectName: z.string() })
  .meta({ id: 'UserRole' });
export type UserRole = z.infer<typeof userRole>;

/** Ids of roles, each once. */
export const roleIds = z
  .array(z.uuid('Select a role.'), 'Must be a list of ids.')
  .max(maxRolesOfUser, `At most ${maxRolesOfUser} roles.`)
  .transform((ids) => [...new Set(ids)]);
