import type { IncomingMessage } from 'node:http';
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
import { registerHealth } from './operations/health.js';
import { logRequests } from './operations/log-requests.js';
import { registerMetrics } from './operations/metrics.js';
import { shedLoad } from './operations/shed-load.js';
import { createTrust, requestIdOf } from './operations/trusted-requests.js';
import { sendErrorPage, sendNotFoundPage } from './pages/error.js';
import { registerPages } from './pages/routes.js';
import { shipped } from './shipped-files.js';
import type { Suite } from './store/registry.js';

/** Largest body of a protocol request, and largest head of any, in bytes. */
const protocolBodyLimit = 64 * 1024;
const maxHeaderSize = 16 * 1024;

/** Milliseconds in which a head arrives, and after which a connection without a byte is closed. */
const headersFor = 10_000;
const quietFor = 60_000;

/** Then a client connects anew, perhaps to another process. */
const maxRequestsPerSocket = 10_000;

/** Puts the rooms behind one HTTP server; nothing listens yet. While `isDraining`, it says so to balancers and clients. */
export function createApp(deps: Deps, isDraining: () => boolean = () => false): FastifyInstance {
  const { trustedProxies, limits, tracesUrl } = deps.config;
  const isTrusted = createTrust(trustedProxies);
  const app = Fastify({
    logger: false,
    genReqId: (request: IncomingMessage) => requestIdOf(request, isTrusted),
    bodyLimit: protocolBodyLimit,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => sendMalformed(deps, error, request, reply),
    requestTimeout: limits.requestSeconds * 1_000,
    connectionTimeout: quietFor,
    maxRequestsPerSocket,
    // What arrives on a connection that is still open is answered like everything before it.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
    ...serverOptions(deps),
  }) as unknown as FastifyInstance;
  app.server.maxConnections = limits.connections;
  const headers = everyAnswersHeaders(deps);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id);
    if (isDraining()) reply.header('connection', 'close');
    done();
  });
  const countInFlight = shedLoad(app, deps.log, limits.inFlight);
  if (tracesUrl !== null)
    app.register(
      inWholeApp(async () => {
        const { traceRequests } = await import('./operations/trace-requests.js');
        traceRequests(app, { url: tracesUrl, log: deps.log, isTrusted });
      }),
    );
  logRequests(app, deps.log);
  registerMetrics(app, deps, countInFlight);
  app.register(async (scope) => registerJsonScope(scope, deps));
  app.register(async (scope) => registerPageScope(scope, deps));
  app.register(async (scope) => registerApi(scope, deps));
  registerDocs(app);
  app.register(async (scope) => registerConsole(scope, deps));
  app.register(serveStatic, {
    root: shipped.assets,
    prefix: '/assets/',
    index: false,
    maxAge: '1h',
  });
  registerHealth(app, deps, isDraining);
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

/** A plugin whose hooks are those of the whole server. */
function inWholeApp(plugin: () => Promise<void>): () => Promise<void> {
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}

function everyAnswersHeaders({ config }: Deps): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    ...(config.url.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}

/** Limits of connections that are slow on purpose, and of TLS. */
function serverOptions({ config }: Deps) {
  const requestTimeout = config.limits.requestSeconds * 1_000;
  const http = {
    requestTimeout,
    headersTimeout: Math.min(requestTimeout, headersFor),
    connectionsCheckingInterval: 1_000,
    maxHeaderSize,
  };
  if (config.tls === null) return { http };
  const ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', ...tls12Ciphers];
  return { https: { ...http, ...config.tls, minVersion: 'TLSv1.2' as const, ciphers: ciphers.join(':') } };
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
  scope.register(cookies);
  readBodiesAsText(scope);
  const find = (handler: SuiteHandler) => onSuite(deps, handler, (request, reply) => sendNotFoundPage(request, reply));
  registerPageEndpoints(scope, find);
  registerPages(scope, find);
  scope.setErrorHandler(async (error: FastifyError, request, reply) => {
    const clientId = new URL(request.url, deps.config.url).searchParams.get('client_id');
    const { refused } = await recordUnread(deps, request, error);
    if (refused.retryAfter !== null) reply.header('retry-after', String(refused.retryAfter));
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
  if (request.raw.url?.startsWith('/api/')) return void sendFault(deps, request, reply, error);
  const refused = fromFramework(deps, request, error);
  // A person who opens the console while the server has too much to do.
  if (refused.status === 503 && request.headers.accept?.includes('text/html'))
    sendErrorPage(request, reply, refused, null);
  else sendOAuthError(request, reply, refused);
}
