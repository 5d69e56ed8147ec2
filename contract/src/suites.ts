import { z } from 'zod';
import { at, counted, description, id, name, slug } from './fields.js';
import { listQuery } from './list.js';

export const suite = z
  .object({
    id,
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    issuer: z.url(),
    builtIn: z.boolean().meta({ description: 'The suite `system`, whose accounts are admins; it cannot be deleted' }),
    projectCount: counted,
    applicationCount: counted,
    accountCount: counted,
    createdAt: at,
    updatedAt: at,
    version: z.int(),
  })
  .meta({ id: 'Suite' });
export type Suite = z.infer<typeof suite>;

export const suiteListQuery = listQuery(['name', 'createdAt', 'updatedAt'], 'name');

export const createSuite = z.strictObject({
  name: name('Enter a suite name.', { min: 2 }),
  description: description.default(''),
  slug: slug
    .optional()
    .meta({ description: 'Key in the issuer URL; made from the name when left out; fixed afterwards' }),
});
export type CreateSuite = z.input<typeof createSuite>;

export const updateSuite = z.strictObject({
  name: name('Enter a suite name.', { min: 2 }).optional(),
  description: description.nullable().optional(),
});
export type UpdateSuite = z.input<typeof updateSuite>;
