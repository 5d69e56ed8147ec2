import { z } from 'zod';
import { authenticatorType } from './applications.js';
import { addFault, at, counted, description, id, name } from './fields.js';
import { listQuery } from './list.js';
import { resourceIdentifierFault } from './resource-identifier.js';
import { scopeNameFault } from './scope-name.js';

/** How many of each a parent may have; the server answers 409 `limit_reached`. */
export const maxResourcesOfProject = 50;
export const maxScopesOfResource = 200;
/** How many scopes one application may be allowed, and one role may carry. */
export const maxScopesListed = 500;

const isDefault = z.boolean('Must be true or false.').meta({
  description: 'Audience of access tokens of the project when no resource is asked for; one of a project',
});

export const resource = z
  .object({
    id,
    suiteId: id,
    suiteName: z.string(),
    projectId: id,
    projectName: z.string(),
    identifier: z
      .string()
      .meta({ description: '`aud` of access tokens for it (RFC 8707); unique in the suite, fixed' }),
    name: z.string(),
    description: z.string(),
    isDefault,
    scopeCount: counted,
    createdAt: at,
    updatedAt: at,
    version: z.int(),
  })
  .meta({ id: 'Resource' });
export type Resource = z.infer<typeof resource>;

export const resourceListQuery = listQuery(['name', 'createdAt', 'updatedAt'], 'name', {
  suiteId: id.optional(),
  projectId: id.optional(),
});

const identifier = z
  .string({ error: (issue) => (issue.input === undefined ? 'Enter an identifier.' : 'Must be text.') })
  .superRefine((value, ctx) => {
    const fault = resourceIdentifierFault(value);
    if (fault) addFault(ctx, fault);
  });

export const createResource = z.strictObject({
  projectId: z.uuid('Select a project.'),
  identifier,
  name: name('Enter a name.'),
  description: description.default(''),
  isDefault: isDefault.default(false),
});
export type CreateResource = z.input<typeof createResource>;

export const updateResource = z.strictObject({
  name: name('Enter a name.').optional(),
  description: description.nullable().optional(),
  isDefault: isDefault.optional(),
});
export type UpdateResource = z.input<typeof updateResource>;

/** An application that is allowed scopes of a resource. */
export const resourceApplication = z
  .object({
    id,
    clientId: z.string(),
    name: z.string(),
    projectId: id,
    projectName: z.string(),
    authenticatorType,
    scopes: z.array(z.string()).meta({ description: 'What of the resource it may ask for, by name' }),
  })
  .meta({ id: 'ResourceApplication' });
export type ResourceApplication = z.infer<typeof resourceApplication>;

export const resourceApplicationListQuery = listQuery(['name'], 'name', {
  scopeId: id.optional().meta({ description: 'Only those that are allowed this scope' }),
});

export const scope = z
  .object({
    id,
    resourceId: id,
    resourceName: z.string(),
    identifier: z.string().meta({ description: 'Of its resource' }),
    projectId: id,
    projectName: z.string(),
    name: z.string().meta({ description: 'As it stands in `scope` (RFC 6749 §3.3); unique in the resource, fixed' }),
    description: z.string().meta({ description: 'The sentence that a person reads on the consent page' }),
    roleCount: counted.meta({
      description: 'Roles of the project that carry it: a person needs one of them; with 0 everybody has the scope',
    }),
    applicationCount: counted.meta({ description: 'Applications that are allowed it' }),
    createdAt: at,
    updatedAt: at,
    version: z.int(),
  })
  .meta({ id: 'Scope' });
export type Scope = z.infer<typeof scope>;

const scopeSorts = ['name', 'createdAt'] as const;
export const resourceScopeListQuery = listQuery(scopeSorts, 'name');
export const scopeListQuery = listQuery(scopeSorts, 'name', {
  suiteId: id.optional(),
  projectId: id.optional(),
  exceptProjectId: id.optional().meta({ description: 'Only those of other projects' }),
});

const scopeName = z
  .string({ error: (issue) => (issue.input === undefined ? 'Enter a scope.' : 'Must be text.') })
  .superRefine((value, ctx) => {
    const fault = scopeNameFault(value);
    if (fault) addFault(ctx, fault);
  });
const sentence = name('Enter the sentence of the consent page.', { max: 200 });

export const createScope = z.strictObject({ name: scopeName, description: sentence });
export type CreateScope = z.input<typeof createScope>;

export const updateScope = z.strictObject({ description: sentence.optional() });
export type UpdateScope = z.input<typeof updateScope>;

/** Ids of scopes, each once. */
export const scopeIds = z
  .array(z.uuid('Select a scope.'), 'Must be a list of ids.')
  .max(maxScopesListed, `At most ${maxScopesListed} scopes.`)
  .transform((ids) => [...new Set(ids)]);

/** What an application may ask for; `version` changes with the list. */
export const applicationScopes = z
  .object({
    scopeIds: z.array(id),
    scopes: z.array(scope.omit({ roleCount: true, applicationCount: true })),
    version: z.int(),
  })
  .meta({ id: 'ApplicationScopes' });
export type ApplicationScopes = z.infer<typeof applicationScopes>;

export const setApplicationScopes = z.strictObject({ scopeIds });
export type SetApplicationScopes = z.input<typeof setApplicationScopes>;
