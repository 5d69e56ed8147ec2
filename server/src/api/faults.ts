import { paths } from '@tessera/contract/paths';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { OverloadedError } from '../platform/overload.js';
import { isUnavailable } from '../store/transact.js';
import { ProblemError, problem, sendProblem } from './problem.js';

const patterns = Object.values(paths).map(([method, path]) => ({
  method,
  pattern: new RegExp(`^/api/v1${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Answers whatever goes wrong below `/api/v1` as problem+json. */
export function answerFaults(api: FastifyInstance, deps: Deps): void {
  // Before a body is read, so that an unknown path is 404 whatever its content type.
  api.addHook('onRequest', async (request) => {
    if (request.is404) throw noRoute(request);
  });
  api.setNotFoundHandler((request, reply) => sendProblem(request, reply, noRoute(request)));
  api.setErrorHandler((error: FastifyError, request, reply) => sendFault(deps, request, reply, error));
}

/** Answers one error as problem+json. */
export function sendFault(deps: Deps, request: FastifyRequest, reply: FastifyReply, error: FastifyError): FastifyReply {
  return sendProblem(request, reply, asProblem(deps, request, error));
}

/** The problem that an error is; what nobody foresaw is logged in full and told to nobody. */
function asProblem(deps: Deps, request: FastifyRequest, error: FastifyError): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof OverloadedError)
    return problem('unavailable', 'The server has too much to do. Try again.', {}, { 'retry-after': '1' });
  const status = error.statusCode ?? 500;
  if (status === 413) return problem('body_too_large', 'A body has at most 256 KB.');
  if (status === 415) return problem('unsupported_media_type', 'Send the body as application/json.');
  if (status >= 400 && status < 500) return problem('malformed_request', 'The request could not be read.');
  deps.log.error(
    { requestId: request.id, method: request.method, route: request.routeOptions.url, err: error },
    'unexpected error',
  );
  if (isUnavailable(error))
    return problem('unavailable', 'The database cannot be reached. Try again.', {}, { 'retry-after': '5' });
  return problem('internal_error', 'The server could not finish this. Nothing was changed.');
}

function noRoute(request: FastifyRequest): ProblemError {
  const path = request.url.split('?', 1)[0] ?? '';
  const methods: string[] = patterns.filter((one) => one.pattern.test(path)).map((one) => one.method);
  if (methods.length === 0 || methods.includes(request.method))
    return problem('not_found', 'There is nothing at this path.');
  const allow = [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(', ');
  return problem('method_not_allowed', `This path takes ${allow}.`, {}, { allow });
}
