import type { LogoutDelivery } from '@tessera/contract/logout-deliveries';
import type { Deps } from '../deps.js';
import { type LogoutDeliveryView, listLogoutDeliveries } from '../store/logout-deliveries.js';
import { readList } from './lists.js';
import type { Call, Result } from './operation.js';

function presentDelivery(delivery: LogoutDeliveryView): LogoutDelivery {
  return {
    id: delivery.id,
    applicationId: delivery.applicationId,
    accountId: delivery.accountId,
    accountEmail: delivery.accountEmail,
    sessionId: delivery.sessionId,
    status: delivery.status,
    attempts: delivery.attempts,
    nextAt: delivery.status === 'waiting' ? delivery.nextAt : null,
    lastError: delivery.lastError,
    createdAt: delivery.createdAt,
    deliveredAt: delivery.deliveredAt,
  };
}

/** One page of logout tokens on their way, newest first. */
export async function listDeliveries(
  deps: Deps,
  call: Call<'listLogoutDeliveries'>,
): Promise<Result<'listLogoutDeliveries'>> {
  return readList(listLogoutDeliveries(deps.db, call.query), presentDelivery);
}
