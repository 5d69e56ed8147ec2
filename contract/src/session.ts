import { z } from 'zod';
import { addFault, email, evenWithFaults, id, name, password } from './fields.js';
import { passwordFault } from './password.js';

/** The only role for now; each route names the right it needs, and one place decides. */
export const role = z.enum(['owner']);
export type Role = z.infer<typeof role>;

export const me = z
  .object({
    subject: z.string(),
    kind: z.enum(['account', 'application']),
    name: z.string(),
    email: z.string().nullable(),
    role,
    accountId: id.nullable(),
    productName: z.string(),
    consoleIssuer: z.url(),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof me>;

/** What the console needs before anybody has signed in. */
export const consoleConfig = z
  .object({
    productName: z.string(),
    issuer: z.url().meta({ description: 'Issuer of the suite `system`, where admins sign in' }),
    clientId: z.string(),
    setupOpen: z.boolean().meta({ description: 'No admin exists yet' }),
  })
  .meta({ id: 'ConsoleConfig' });
export type ConsoleConfig = z.infer<typeof consoleConfig>;

/** First-run set-up, guarded by the one-time link of the terminal. */
export const setupRequest = z
  .strictObject({
    setupToken: z.string('Must be text.').min(1).max(200),
    name: name('Enter your name.'),
    email,
    password,
    confirmPassword: z.string({ error: 'Repeat the password.' }),
    productName: name('Enter a product name.').default('Tessera'),
    sampleData: z
      .boolean()
      .default(false)
      .meta({ description: 'Also make a sample suite with a project, three applications and two users' }),
  })
  .superRefine((value, ctx) => {
    if (typeof value.password !== 'string') return;
    const fault = passwordFault(value.password, typeof value.email === 'string' ? value.email : undefined);
    if (fault) addFault(ctx, fault, ['password']);
    if (value.confirmPassword !== value.password)
      addFault(ctx, { code: 'password_mismatch', message: 'The passwords are not the same.' }, ['confirmPassword']);
  }, evenWithFaults);
export type SetupRequest = z.input<typeof setupRequest>;
export const setupCheck = z.strictObject({ setupToken: z.string('Must be text.').min(1).max(200) });
export type SetupCheck = z.input<typeof setupCheck>;
