import type { Deps } from '../deps.js';
import { makeLogoutToken } from '../oauth/tokens/logout-token.js';
import { consumeDeliveryAttempt, listDueDeliveries, updateDelivery } from '../store/logout-deliveries.js';

/**
 * Seconds until the next try, after the first, second, … one; the try after the last of them is the last. Longer than a
 * try takes, so that nobody starts the next one meanwhile.
 */
const delays = [10, 30, 120, 600, 3_600];
const longest = 3_600;

type Due = Awaited<ReturnType<typeof listDueDeliveries>>[number];

/** Delivers the logout tokens that are due (OpenID Connect Back-Channel Logout §2.5); one process makes each attempt. */
export async function deliverLogouts(deps: Deps): Promise<void> {
  const due = await listDueDeliveries(deps.db, deps.clock.now(), 20);
  await Promise.all(due.map((delivery) => deliver(deps, delivery)));
}

async function deliver(deps: Deps, delivery: Due): Promise<void> {
  const now = deps.clock.now();
  const last = delivery.attempts >= delays.length;
  if (!(await consumeDeliveryAttempt(deps.db, delivery, now + (delays[delivery.attempts] ?? longest)))) return;
  const lastError = await attempt(deps, delivery);
  if (lastError === null)
    await updateDelivery(deps.db, delivery, { status: 'delivered', lastError: null, deliveredAt: now });
  else await updateDelivery(deps.db, delivery, { status: last ? 'failed' : 'waiting', lastError, deliveredAt: null });
}

/** One attempt; answers what went wrong, or null. */
async function attempt(deps: Deps, delivery: Due): Promise<string | null> {
  try {
    const suite = await deps.registry.findSuite(delivery.suiteSlug);
    const client = await deps.registry.findClient(delivery.suiteId, delivery.clientId);
    const uri = client?.metadata.backchannelLogoutUri;
    if (!suite || !client || !uri) return 'The application has no back-channel logout URL any more.';
    const { status } = await deps.fetch.post(uri, {
      logout_token: await makeLogoutToken(deps, suite, client, delivery),
    });
    return status === 200 || status === 204 ? null : `The application answered ${status}.`;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 300) : 'The application could not be reached.';
  }
}
