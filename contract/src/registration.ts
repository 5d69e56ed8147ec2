import { z } from 'zod';
import { at, id, name } from './fields.js';

/** Who may register clients at a suite (RFC 7591). */
export const registrationMode = z.enum(['off', 'token', 'open'], 'Choose off, token or open.');
export type RegistrationMode = z.infer<typeof registrationMode>;

/** An initial access token (RFC 7591 §3): with it, clients register themselves. */
export const registrationToken = z
  .object({
    id,
    name: z.string(),
    hint: z.string().meta({ description: 'First and last characters, such as `tes_it_9f2a…k3Qd`' }),
    status: z.enum(['active', 'expired', 'revoked']),
    createdAt: at,
    expiresAt: at.nullable(),
  })
  .meta({ id: 'RegistrationToken' });
export type RegistrationToken = z.infer<typeof registrationToken>;

export const registrationTokenWithValue = registrationToken.extend({
  initialAccessToken: z.string().meta({ description: 'Shown this once; kept only as a hash' }),
});
export type RegistrationTokenWithValue = z.infer<typeof registrationTokenWithValue>;

export const createRegistrationToken = z.strictObject({
  name: name('Enter a name for the token.'),
  expiresIn: z
    .int('Enter a whole number.')
    .min(60, 'Must be at least 1 minute.')
    .max(94_608_000, 'Cannot exceed 3 years.')
    .nullable()
    .default(null)
    .meta({ description: 'Seconds from now; null never expires' }),
});
export type CreateRegistrationToken = z.input<typeof createRegistrationToken>;

export const maxActiveRegistrationTokens = 20;
