import { z } from 'zod';
import { accountClaims, accountClaimsPatch } from './account-claims.js';
import { addFault, at, counted, email, evenWithFaults, id, name, password } from './fields.js';
import { listQuery } from './list.js';
import { passwordFault } from './password.js';
import { roleIds, userRole } from './roles.js';

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
    claims: accountClaims,
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
  .strictObject({
    suiteId: z.uuid('Select a suite.'),
    ...person,
    emailVerified: z.boolean('Must be true or false.').default(false),
    claims: accountClaimsPatch.default({}),
  })
  .superRefine((value, ctx) => checkPassword(value, ctx), evenWithFaults);
export type CreateAccount = z.input<typeof createAccount>;

export const updateAccount = z
  .strictObject({
    firstName: firstName.optional(),
    lastName: lastName.nullable().optional(),
    email: email.optional().meta({ description: 'What people sign in with; a new one is not verified' }),
    emailVerified: z.boolean('Must be true or false.').optional(),
    claims: accountClaimsPatch.optional(),
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
    roles: z.array(userRole).meta({ description: 'Stand in `roles` of access tokens for an API of their project' }),
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

export const updateApplicationUser = z
  .strictObject({ enabled: z.boolean('Must be true or false.').optional(), roleIds: roleIds.optional() })
  .refine((body) => Object.keys(body).length > 0, 'Send enabled, roleIds or both.');
export type UpdateApplicationUser = z.input<typeof updateApplicationUser>;

/** What a person has agreed to for an application (OpenID Connect Core §3.1.2.4). */
export const consent = z
  .object({
    applicationId: id,
    applicationName: z.string(),
    scopes: z.array(z.string()).meta({ description: 'Those of an API have its identifier and `#` in front' }),
    grantedAt: at,
  })
  .meta({ id: 'Consent' });
export type Consent = z.infer<typeof consent>;
export const consentListQuery = listQuery(['grantedAt'], '-grantedAt');

/** What ended with a sign-out everywhere. */
export const signedOut = z
  .object({
    sessions: z.int().meta({ description: 'Sessions that ended, or that the application was told about' }),
    grants: z.int().meta({ description: 'Grants that ended, with their refresh tokens' }),
  })
  .meta({ id: 'SignedOut' });
export type SignedOut = z.infer<typeof signedOut>;
