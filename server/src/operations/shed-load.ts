import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../platform/log.js';
import { countShed } from '../platform/metrics.js';
import { OverloadedError } from '../platform/overload.js';

/** Milliseconds of one look at the event loop, and how late it may run on the average meanwhile. */
const lookEvery = 1_000;
const maxDelay = 1_000;

/** Looks in a row that find it late: one may have met a pause that is over. */
const looks = 2;

/** Milliseconds between two lines in the log about it. */
const tellEvery = 10_000;

/** What tells whether the server lives is answered always. */
const neverShed = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Turns requests away, before anything is done for them, while the event loop runs late or more than `maxInFlight` are
 * being answered: those that are taken on are finished in time. Answers what counts the requests in flight.
 */
export function shedLoad(app: FastifyInstance, log: Log, maxInFlight: number): () => number {
  let inFlight = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  const isLate = watchEventLoop(app);
  // With fewer, it is not the requests that keep the event loop.
  const some = maxInFlight / 10;
  const leave = () => {
    inFlight -= 1;
  };
  app.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
    inFlight += 1;
    // `close` comes once, and also where the client went away.
    reply.raw.on('close', leave);
    const reason = inFlight > maxInFlight ? 'in_flight' : inFlight > some && isLate() ? 'event_loop' : null;
    if (reason === null || neverShed.has(request.routeOptions.url ?? '')) return done();
    countShed(reason);
    // A line for each would be more to do.
    if (performance.now() - toldAt > tellEvery) {
      toldAt = performance.now();
      log.warn({ reason, inFlight }, 'there is too much to do: requests are turned away');
    }
    reply.header('retry-after', '1');
    done(new OverloadedError());
  });
  return () => inFlight;
}

function watchEventLoop(app: FastifyInstance): () => boolean {
  let lateLooks = 0;
  const delays = monitorEventLoopDelay({ resolution: 20 });
  delays.enable();
  const timer = setInterval(() => {
    // Without a sample it has not turned once meanwhile.
    const isLate = delays.count === 0 || delays.mean / 1e6 > maxDelay;
    lateLooks = isLate ? lateLooks + 1 : 0;
    delays.reset();
  }, lookEvery).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    delays.disable();
  });
  return () => lateLooks >= looks;
}
