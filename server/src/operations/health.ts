import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { isReady } from '../store/ready.js';

/** `/healthz`: the process is up. `/readyz`: the database answers with the right schema, and the server is not stopping. */
export function registerHealth(app: FastifyInstance, deps: Deps, isDraining: () => boolean): void {
  app.get('/healthz', async () => ({ status: 'up' }));
  app.get('/readyz', async (_request, reply) => {
    if (isDraining()) return reply.code(503).send({ status: 'stopping' });
    if (await isReady(deps.db)) return { status: 'ready' };
    return reply.code(503).header('retry-after', '1').send({ status: 'not ready' });
  });
}
