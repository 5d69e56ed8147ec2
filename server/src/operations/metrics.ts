import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { equalInConstantTime } from '../platform/hash.js';
import { counted, requestDuration } from '../platform/metrics.js';
import { createScrape } from './scrape-workers.js';
import { createScrapedGauges } from './scraped-gauges.js';

/**
 * Measures every request and answers `/metrics` to who has the token (RFC 6750 §2.1). Without a token there is neither:
 * how many sign in, and how many fail to, is nobody else's business.
 */
export function registerMetrics(app: FastifyInstance, deps: Deps, countInFlight: () => number): void {
  const { metricsToken } = deps.config;
  if (metricsToken === null) return;
  measureRequests(app);
  const scrape = createScrape([counted, createScrapedGauges(deps, countInFlight)]);
  app.get('/metrics', async (request, reply) => {
    if (!equalInConstantTime(request.headers.authorization ?? '', `Bearer ${metricsToken}`))
      return reply
        .code(401)
        .headers({ 'www-authenticate': 'Bearer realm="metrics"', 'cache-control': 'no-store' })
        .type('text/plain; charset=utf-8')
        .send('Send the token of TESSERA_METRICS_TOKEN as a bearer token.\n');
    return reply
      .header('cache-control', 'no-store')
      .type(counted.contentType)
      .send(await scrape());
  });
}

/** The observer of each route is found when the route is made, and of each outcome when it is first seen. */
function measureRequests(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const observe = observerOf(route.url);
    const own = [route.onResponse ?? []].flat();
    route.onResponse = [
      ...own,
      (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
        observe(request.method, reply);
        done();
      },
    ];
  });
  const observeUnknown = observerOf('(none)');
  app.addHook('onResponse', (request, reply, done) => {
    if (request.is404) observeUnknown(request.method, reply);
    done();
  });
}

function observerOf(route: string) {
  const outcomes = new Map<string, { observe(seconds: number): void }[]>();
  return (method: string, reply: FastifyReply) => {
    const classOfStatus = Math.floor(reply.statusCode / 100);
    const ofMethod = outcomes.get(method) ?? [];
    if (ofMethod.length === 0) outcomes.set(method, ofMethod);
    ofMethod[classOfStatus] ??= requestDuration.labels(route, method, `${classOfStatus}xx`);
    ofMethod[classOfStatus].observe(reply.elapsedTime / 1_000);
  };
}
