import { z } from 'zod';
import { originFaults } from './origin.js';
import { redirectUriFaults, type ValueFault } from './redirect-uri.js';

/** Puts a fault of one of the plain rule functions into zod, with its code as `params.code`. */
export function addFault(ctx: z.RefinementCtx, fault: ValueFault, path: PropertyKey[] = []) {
  ctx.addIssue({ code: 'custom', message: fault.message, params: { code: fault.code }, path });
}

/** Lets a rule about several fields run although some field has a fault: a form shows all faults at once. */
export const evenWithFaults = {
  when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

export const id = z.uuid('Not an id of this server.');

/** Unix time in whole seconds. */
export const at = z.int().meta({ description: 'Unix time in whole seconds' });

/** How many there are; counting stops at 10,000. */
export const counted = z.int().meta({ description: 'Stops at 10,000' });

/** A name a person reads: trimmed, no control characters. */
export function name(emptyText: string, { min = 1, max = 80 } = {}) {
  return z
    .string({ error: (issue) => (issue.input === undefined ? emptyText : 'Must be text.') })
    .trim()
    .min(1, emptyText)
    .min(min, `Use at least ${min} characters.`)
    .max(max, `Use at most ${max} characters.`)
    .regex(/^[^\p{Cc}]*$/u, 'Remove the control characters.');
}

export const description = z.string('Must be text.').trim().max(500, 'Use at most 500 characters.');

/** The key of a suite or project in URLs. */
export const slug = z
  .string('Must be text.')
  .min(2, 'Use at least 2 characters.')
  .max(40, 'Use at most 40 characters.')
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use a–z, 0–9 and single hyphens.');

const emailSyntax = z.email();

export const email = z
  .string({
    error: (issue) =>
      issue.input === undefined ? 'Enter an e-mail address such as ana@example.com.' : 'Must be text.',
  })
  .trim()
  .max(254, 'Use at most 254 characters.')
  .check((ctx) => {
    if (!emailSyntax.safeParse(ctx.value).success)
      ctx.issues.push({
        code: 'custom',
        message: 'Enter an e-mail address such as ana@example.com.',
        params: { code: 'email_invalid' },
        input: ctx.value,
        // The other fields are checked all the same.
        continue: true,
      });
  });

export const password = z.string({
  error: (issue) => (issue.input === undefined ? 'Enter a password.' : 'Must be text.'),
});

export const redirectUris = z
  .array(z.string('Must be text.'), 'Must be a list of URLs.')
  .max(50, 'At most 50 URLs.')
  .superRefine((values, ctx) => {
    for (const { index, fault } of redirectUriFaults(values)) addFault(ctx, fault, [index]);
  });

export const allowedOrigins = z
  .array(z.string('Must be text.'), 'Must be a list of origins.')
  .max(50, 'At most 50 origins.')
  .superRefine((values, ctx) => {
    for (const { index, fault } of originFaults(values)) addFault(ctx, fault, [index]);
  });
