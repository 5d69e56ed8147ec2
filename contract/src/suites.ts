import { z } from 'zod';
import { at, counted, description, id, name, slug } from './fields.js';
import { keyRotationDays } from './keys.js';
import { listQuery } from './list.js';
import { registrationMode } from './registration.js';

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
    registration: registrationMode.meta({
      description: 'Who may register clients (RFC 7591): nobody, who has an initial access token, or everybody',
    }),
    registrationProjectId: id
      .nullable()
      .meta({ description: 'Project of registered clients; null: the first project of the suite' }),
    keyRotationDays: z.int().meta({ description: 'Days after which the signing keys are rotated by themselves' }),
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
  registration: registrationMode.optional(),
  registrationProjectId: z.uuid('Select a project.').nullable().optional(),
  keyRotationDays: keyRotationDays.optional(),
});
export type UpdateSuite = z.input<typeof updateSuite>;
