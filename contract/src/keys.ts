import { z } from 'zod';
import { addFault, at, id } from './fields.js';
import { listQuery } from './list.js';
import { rotationDays, rotationDaysFault, signingAlgorithms } from './signing.js';

export const signingAlgorithm = z.enum(signingAlgorithms, 'Choose RS256, ES256, PS256 or EdDSA.');
export type SigningAlgorithm = z.infer<typeof signingAlgorithm>;

export const signingKeyStatus = z.enum(['next', 'signing', 'retired', 'revoked']);
export type SigningKeyStatus = z.infer<typeof signingKeyStatus>;

/** A kid: the RFC 7638 thumbprint of the key. */
export const kid = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'Not a key ID of this server.');

export const keyRotationDays = z
  .number('Enter a whole number.')
  .superRefine((days, ctx) => {
    const fault = rotationDaysFault(days);
    if (fault) addFault(ctx, fault);
  })
  .meta({ description: `Days between rotations of the signing keys, ${rotationDays.min} to 3 650` });

export const signingKey = z
  .object({
    kid: z.string(),
    suiteId: id,
    suiteName: z.string(),
    alg: signingAlgorithm,
    status: signingKeyStatus.meta({
      description: '`next`: published ahead; `signing`; `retired`: only verifies, until `removedAt`; `revoked`',
    }),
    createdAt: at.meta({ description: 'Published since; Unix time in whole seconds' }),
    signsFrom: at.nullable().meta({ description: 'Of a next key: the planned time. Null where it never signed' }),
    signsUntil: at.nullable().meta({ description: 'Of a signing key: the planned time' }),
    removedAt: at.nullable().meta({ description: 'Leaves, or left, the JWKS' }),
    tokensValidUntil: at.nullable().meta({ description: 'Of a retired key: by then its last token has expired' }),
    publicJwk: z.record(z.string(), z.string()).meta({ description: 'As in the JWKS (RFC 7517 section 4)' }),
    pem: z.string().meta({ description: 'The public key as SubjectPublicKeyInfo' }),
  })
  .meta({ id: 'SigningKey' });
export type SigningKey = z.infer<typeof signingKey>;

export const keyListQuery = listQuery(['createdAt'], '-createdAt', {
  suiteId: id.optional(),
  alg: signingAlgorithm.optional(),
  status: signingKeyStatus.optional(),
});

export const rotateKeys = z.strictObject({
  alg: signingAlgorithm.optional().meta({ description: 'Left out: the keys of every algorithm' }),
  from: z
    .array(kid, 'Must be a list of key IDs.')
    .max(signingAlgorithms.length)
    .optional()
    .meta({ description: 'The kids that sign as far as the caller knows; where another one does, nothing is rotated' }),
});
export type RotateKeys = z.input<typeof rotateKeys>;

/** Something that went through, but may be felt. */
export const keyWarning = z
  .object({
    alg: signingAlgorithm,
    code: z.enum(['published_recently']),
    message: z.string(),
    until: at.meta({ description: 'From then on nobody keeps a JWKS without the new key' }),
  })
  .meta({ id: 'KeyWarning' });
export type KeyWarning = z.infer<typeof keyWarning>;

export const keyChange = z
  .object({
    changed: z.array(
      z.object({
        alg: signingAlgorithm,
        from: z.string().meta({ description: 'The kid that signed before' }),
        to: z.string().meta({ description: 'The kid that signs now' }),
      }),
    ),
    warnings: z.array(keyWarning),
    items: z.array(signingKey).meta({ description: 'Every key of the suite afterwards' }),
  })
  .meta({ id: 'KeyChange' });
export type KeyChange = z.infer<typeof keyChange>;
