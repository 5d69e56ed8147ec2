import { z } from 'zod';
import { at, id } from './fields.js';
import { listQuery } from './list.js';

export const logoutDeliveryStatus = z.enum(['waiting', 'delivered', 'failed']);

/** A logout token on its way to an application (OpenID Connect Back-Channel Logout §2.5). */
export const logoutDelivery = z
  .object({
    id,
    applicationId: id,
    accountId: id,
    accountEmail: z.string().nullable().meta({ description: 'Null once the account is deleted' }),
    sessionId: id,
    status: logoutDeliveryStatus,
    attempts: z.int(),
    nextAt: at.nullable().meta({ description: 'Next attempt; null once it is delivered or given up' }),
    lastError: z.string().nullable(),
    createdAt: at,
    deliveredAt: at.nullable(),
  })
  .meta({ id: 'LogoutDelivery' });
export type LogoutDelivery = z.infer<typeof logoutDelivery>;

export const logoutDeliveryListQuery = listQuery(['createdAt'], '-createdAt', { applicationId: id.optional() });
