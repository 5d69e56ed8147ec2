import { z } from 'zod';
import { addFault, at, counted, email, evenWithFaults, id, name, password } from './fields.js';
import { listQuery } from './list.js';
import { passwordFault } from './password.js';

const firstName = name('Enter a first name.');
const lastName = z.string('Must be text.').trim().max(80, 'Use at most 80 characters.');
export const accountStatus = z.enum(['active', 'disabled']);

export const account = z
  .object({
    id: id.meta({ description: '`sub` in tokens, stable for ever' }),
    suiteId: id,
    email: z.string(),
    emailVerified: z.boolean(),
    firstName: z.string(),
    lastName: z.string(),
    status: accountStatus,
    applicationCount: counted,
    lastSignInAt: at.nullable(),
    createdAt: at,
    updatedAt: at,
    version: z.int(),
  })
  .meta({ id: 'Account' });
export type Account = z.infer<typeof account>;

export const accountListQuery = listQuery(['email', 'createdAt', 'updatedAt'], 'email', {
  suiteId: id.optional(),
  status: accountStatus.optional(),
});

const person = { firstName, lastName: lastName.default(''), email, password, confirmPassword: z.string().optional() };

function checkPassword(
  value: { email?: string | undefined; password?: string | undefined; confirmPassword?: string | undefined },
  ctx: z.RefinementCtx,
) {
  if (typeof value.password === 'string') {
    const fault = passwordFault(value.password, typeof value.email === 'string' ? value.email : undefined);
    if (fault) addFault(ctx, fault, ['password']);
  }
  if (value.confirmPassword !== undefined && value.confirmPassword !== value.password)
    addFault(ctx, { code: 'password_mismatch', message: 'The passwords are not the same.' }, ['confirmPassword']);
}

export const createAccount = z
  .strictObject({ suiteId: z.uuid('Select a suite.'), ...person, emailVerified: z.boolean().default(false) })
  .superRefine((value, ctx) => checkPassword(value, ctx), evenWithFaults);
export type CreateAccount = z.input<typeof createAccount>;

export const updateAccount = z
  .strictObject({
    firstName: firstName.optional(),
    lastName: lastName.nullable().optional(),
    emailVerified: z.boolean('Must be true or false.').optional(),
    status: accountStatus.optional(),
    password: password.optional(),
    confirmPassword: z.string().optional(),
  })
  .superRefine((value, ctx) => checkPassword(value, ctx), evenWithFaults);
export type UpdateAccount = z.input<typeof updateAccount>;

export const applicationUser = z
  .object({
    id,
    accountId: id,
    firstName: z.string(),
    lastName: z.string(),
    email: z.string(),
    enabled: z.boolean(),
    accountStatus,
    lastTokenAt: at.nullable(),
    createdAt: at,
    updatedAt: at,
    version: z.int(),
  })
  .meta({ id: 'ApplicationUser' });
export type ApplicationUser = z.infer<typeof applicationUser>;

export const applicationUserListQuery = listQuery(['email', 'firstName', 'createdAt', 'lastTokenAt'], 'email', {
  enabled: z.enum(['true', 'false']).optional(),
});

/** A new person of the suite. */
export const createApplicationUser = z
  .strictObject(person)
  .superRefine((value, ctx) => checkPassword(value, ctx), evenWithFaults);
/** An account the suite already has: the second, explicit call after 409 `email_in_directory`. */
export const addApplicationUser = z.strictObject({ accountId: id });
export type CreateApplicationUser = z.input<typeof createApplicationUser>;
export type AddApplicationUser = z.input<typeof addApplicationUser>;

export const updateApplicationUser = z.strictObject({ enabled: z.boolean('Must be true or false.') });
export type UpdateApplicationUser = z.input<typeof updateApplicationUser>;
