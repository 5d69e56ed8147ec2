import { z } from 'zod';
import { at, counted, description, id, name, slug } from './fields.js';
import { listQuery } from './list.js';

export const environment = z.enum(['development', 'staging', 'production'], 'Select an environment.');

export const project = z
  .object({
    id,
    suiteId: id,
    suiteName: z.string(),
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    environment,
    defaultResource: z.string().meta({ description: 'Audience of access tokens when no resource is asked for' }),
    applicationCount: counted,
    createdAt: at,
    updatedAt: at,
    version: z.int(),
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof project>;

export const projectListQuery = listQuery(['name', 'createdAt', 'updatedAt'], 'name', { suiteId: id.optional() });

export const createProject = z.strictObject({
  suiteId: z.uuid('Select a suite.'),
  name: name('Enter a project name.', { min: 2 }),
  description: description.default(''),
  environment: environment.default('development'),
  slug: slug.optional(),
});
export type CreateProject = z.input<typeof createProject>;

export const updateProject = z.strictObject({
  name: name('Enter a project name.', { min: 2 }).optional(),
  description: description.nullable().optional(),
  environment: environment.optional(),
});
export type UpdateProject = z.input<typeof updateProject>;
