import cookies from '@fastify/cookie';
import serveStatic from '@fastify/static';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { registerDocs } from './api/docs.js';
import { sendFault } from './api/faults.js';
import { registerApi } from './api/routes.js';
import { registerConsole } from './console.js';
import type { Deps } from './deps.js';
import { grantSuiteOrigin } from './oauth/cors.js';
import { OAuthError } from './oauth/errors.js';
import { asOAuthError, recordRefusal, sendOAuthError } from './oauth/reply.js';
import { registerJsonEndpoints, registerPageEndpoints, type SuiteHandler } from './oauth/routes.js';
import { sendErrorPage, sendNotFoundPage } from './pages/error.js';
import { registerPages } from './pages/routes.js';
import { newId } from './platform/random.js';
import { isReady } from './store/ready.js';
import type { Suite } from './store/registry.js';

/** Largest body of a protocol request, in bytes. */
const protocolBodyLimit = 64 * 1024;

/** Puts the rooms behind one HTTP server; nothing listens yet. */
export function createApp(deps: Deps): FastifyInstance {
  const app = Fastify({
    logger: false,
    genReqId: newId,
    bodyLimit: protocolBodyLimit,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => sendMalformed(deps, error, request, reply),
    requestTimeout: 30_000,
    return503OnClosing: true,
    trustProxy: deps.config.trustedProxies.length > 0 ? deps.config.trustedProxies : false,
    ...tlsOptions(deps),
  }) as unknown as FastifyInstance;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    });
    if (deps.config.url.startsWith('https:')) reply.header('strict-transport-security', 'max-age=31536000');
  });
  app.register(cookies);
  app.register(async (scope) => registerJsonScope(scope, deps));
  app.register(async (scope) => registerPageScope(scope, deps));
  app.register(async (scope) => registerApi(scope, deps));
  registerDocs(app);
  app.register(async (scope) => registerConsole(scope, deps));
  app.register(serveStatic, {
    root: new URL('../assets/', import.meta.url).pathname,
    prefix: '/assets/',
    index: false,
    maxAge: '1h',
  });
  registerHealth(app, deps);
  app.setErrorHandler((error: FastifyError, request, reply) => sendMalformed(deps, error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    sendNotFoundPage(request, reply);
  });
  return app;
}

/** What RFC 9325 §4.2 leaves of TLS 1.2, beside TLS 1.3. */
const tls12Ciphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];

function tlsOptions({ config }: Deps) {
  if (config.tls === null) return {};
  const ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', ...tls12Ciphers];
  return { https: { ...config.tls, minVersion: 'TLSv1.2' as const, ciphers: ciphers.join(':') } };
}

function registerHealth(app: FastifyInstance, deps: Deps): void {
  app.get('/healthz', async () => ({ status: 'up' }));
  app.get('/readyz', async (_request, reply) => {
    if (await isReady(deps.db)) return { status: 'ready' };
    return reply.code(503).header('retry-after', '1').send({ status: 'not ready' });
  });
}

function registerJsonScope(scope: FastifyInstance, deps: Deps): void {
  readBodiesAsText(scope);
  registerJsonEndpoints(scope, (handler) => onSuite(deps, handler, sendOAuthError));
  scope.setErrorHandler(async (error: FastifyError, request, reply) => {
    const { refused, suite } = await recordUnread(deps, request, error);
    if (suite) await grantSuiteOrigin(deps, suite, request, reply).catch(() => false);
    sendOAuthError(request, reply, refused);
    return reply;
  });
}

function registerPageScope(scope: FastifyInstance, deps: Deps): void {
  readBodiesAsText(scope);
  const find = (handler: SuiteHandler) => onSuite(deps, handler, (request, reply) => sendNotFoundPage(request, reply));
  registerPageEndpoints(scope, find);
  registerPages(scope, find);
  scope.setErrorHandler(async (error: FastifyError, request, reply) => {
    const clientId = new URL(request.url, deps.config.url).searchParams.get('client_id');
    const { refused } = await recordUnread(deps, request, error);
    sendErrorPage(request, reply, refused, clientId);
    return reply;
  });
}

/** What no room has answered, such as a body that could not be read: written down like every refusal (domain rule 14). */
async function recordUnread(
  deps: Deps,
  request: FastifyRequest,
  error: FastifyError,
): Promise<{ refused: OAuthError; suite: Suite | undefined }> {
  const refused = fromFramework(deps, request, error);
  const suite = await findSuite(deps, request).catch(() => undefined);
  const endpoint = request.routeOptions.url?.split('/')[3] ?? '';
  if (suite) await recordRefusal(deps, request, refused, { endpoint, suiteId: suite.id, applicationId: null });
  return { refused, suite };
}

/** The protocol reads its parameters itself: order and duplicates matter, and a wrong content type gets an OAuth error. */
function readBodiesAsText(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

/** Runs a handler for the suite of the path, or answers that there is none. */
function onSuite(
  deps: Deps,
  handler: SuiteHandler,
  refuse: (request: FastifyRequest, reply: FastifyReply, error: OAuthError) => void,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const suite = await findSuite(deps, request);
    if (suite) await handler(deps, suite, request, reply);
    else refuse(request, reply, noSuite());
    return reply;
  };
}

async function findSuite(deps: Deps, request: FastifyRequest): Promise<Suite | undefined> {
  const { slug } = request.params as { slug: string };
  return /^[a-z0-9-]{1,100}$/.test(slug) ? deps.registry.findSuite(slug) : undefined;
}

function noSuite(): OAuthError {
  return new OAuthError('invalid_request', 'There is no such issuer', 404, {
    rule: 'suite.unknown',
    reason: 'No suite has this key.',
  });
}

function fromFramework(deps: Deps, request: FastifyRequest, error: FastifyError): OAuthError {
  const status = error.statusCode ?? 500;
  if (error instanceof OAuthError || status >= 500) return asOAuthError(deps, request, error);
  const [description, answered, refused] = unread[status] ?? malformed(status);
  return new OAuthError('invalid_request', description, answered, refused);
}

type Unread = [description: string, status: number, refused: { rule: string; reason: string }];

/** Why the framework read no body, by its own status. */
const unread: Record<number, Unread> = {
  413: [
    'The body is too large',
    413,
    { rule: 'param.too_large', reason: `A body has at most ${protocolBodyLimit} bytes.` },
  ],
  // RFC 6749 §5.2: like every other type that is not read.
  415: [
    'The content type of the body is malformed',
    400,
    { rule: 'param.content_type', reason: 'The Content-Type header is no media type.' },
  ],
};

function malformed(status: number): Unread {
  const refused = { rule: 'param.malformed', reason: 'The request is not well-formed HTTP.' };
  return ['The request could not be read', status, refused];
}

/** What is left: a URL that cannot be decoded, or a fault outside every room. */
function sendMalformed(deps: Deps, error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  if (request.raw.url?.startsWith('/api/')) sendFault(deps, request, reply, error);
  else sendOAuthError(request, reply, fromFramework(deps, request, error));
}
