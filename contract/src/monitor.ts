import { z } from 'zod';
import { at, id } from './fields.js';
import { listQuery } from './list.js';

export const auditEvent = z
  .object({
    id,
    at,
    actorType: z.enum(['admin', 'application', 'account', 'system']),
    actorId: z.string().nullable(),
    actorName: z.string(),
    action: z.string().meta({ description: 'Such as `application.created`' }),
    targetType: z.string(),
    targetId: z.string(),
    targetName: z.string(),
    changes: z.record(z.string(), z.unknown()).meta({ description: 'Field → { from, to }; never a secret' }),
    address: z.string().nullable(),
    requestId: z.string(),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof auditEvent>;
export const auditListQuery = listQuery(['at'], '-at', {
  targetId: z.string().max(100).optional(),
  action: z.string().max(100).optional(),
});

export const refusal = z
  .object({
    id,
    at,
    suiteId: id.nullable(),
    applicationId: id.nullable(),
    applicationName: z.string().nullable(),
    endpoint: z.string(),
    error: z.string().meta({ description: 'The OAuth error that was answered' }),
    rule: z.string().meta({ description: 'The rule that was broken, such as `redirect.mismatch`' }),
    reason: z.string(),
    expected: z.string().nullable(),
    received: z.string().nullable(),
    origin: z.string().nullable(),
    address: z.string().nullable(),
    requestId: z.string(),
  })
  .meta({ id: 'Refusal' });
export type Refusal = z.infer<typeof refusal>;
export const refusalListQuery = listQuery(['at'], '-at', {
  suiteId: id.optional(),
  applicationId: id.optional(),
  rule: z.string().max(100).optional(),
  requestId: z.string().max(100).optional(),
});

/** Numbers and first steps of the Overview page. */
export const overview = z
  .object({
    suites: z.int(),
    projects: z.int(),
    applications: z.int(),
    users: z.int(),
    tokensIssued: z.int().meta({ description: 'In the last 24 hours' }),
    refusedRequests: z.int().meta({ description: 'In the last 24 hours' }),
    steps: z.object({
      suite: z.boolean(),
      project: z.boolean(),
      application: z.boolean(),
      user: z.boolean(),
      token: z.boolean(),
      connected: z.boolean().meta({ description: 'A token was issued outside the console' }),
    }),
    attention: z.array(
      z.object({
        kind: z.enum(['any_origin', 'secret_expires', 'refusals', 'no_second_admin']),
        applicationId: id.nullable(),
        applicationName: z.string().nullable(),
        count: z.int().nullable(),
        at: at.nullable(),
      }),
    ),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof overview>;
