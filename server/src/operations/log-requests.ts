import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../platform/log.js';

/**
 * Logs one line for each request: which route, what came of it and how long it took. No URL, since codes and hints stand
 * in queries, and no headers. At level debug only: a line costs about as much as a tenth of a token.
 */
export function logRequests(app: FastifyInstance, log: Log): void {
  if (!log.isLevelEnabled('debug')) return;
  const write = (request: FastifyRequest, reply: FastifyReply, message: string) =>
    log.debug(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? '(none)',
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        address: request.ip,
      },
      message,
    );
  app.addHook('onResponse', (request, reply, done) => {
    write(request, reply, 'answered');
    done();
  });
  app.addHook('onRequestAbort', (request, done) => {
    log.debug(
      { requestId: request.id, method: request.method, route: request.routeOptions.url },
      'the client went away',
    );
    done();
  });
}
