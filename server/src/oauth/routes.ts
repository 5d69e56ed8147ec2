import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Deps } from '../deps.js';
import type { Suite } from '../store/registry.js';
import { authorize } from './authorize/endpoint.js';
import { pushRequest } from './authorize/par.js';
import { answerPreflight } from './cors.js';
import { authorizeDevice } from './device/endpoint.js';
import { methodNotAllowed } from './errors.js';
import { introspect } from './introspect.js';
import { jwks } from './jwks.js';
import { metadata } from './metadata.js';
import { readClient, registerClient, removeClient, replaceClient } from './register/endpoint.js';
import { revoke } from './revoke.js';
import { token } from './token/endpoint.js';
import { userinfo } from './userinfo.js';

export type SuiteHandler = (deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply) => Promise<void>;
type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';

interface Endpoint {
  path: string;
  methods: Partial<Record<Method, SuiteHandler>>;
}

/** The protocol's endpoints below an issuer that answer with JSON, errors included. */
const jsonEndpoints: Endpoint[] = [
  { path: '/.well-known/openid-configuration', methods: { GET: metadata, HEAD: metadata } },
  { path: '/jwks', methods: { GET: jwks, HEAD: jwks } },
  { path: '/token', methods: { POST: token, OPTIONS: answerPreflight } },
  { path: '/par', methods: { POST: pushRequest, OPTIONS: answerPreflight } },
  { path: '/introspect', methods: { POST: introspect, OPTIONS: answerPreflight } },
  { path: '/revoke', methods: { POST: revoke, OPTIONS: answerPreflight } },
  { path: '/device_authorization', methods: { POST: authorizeDevice, OPTIONS: answerPreflight } },
  { path: '/register', methods: { POST: registerClient, OPTIONS: answerPreflight } },
  {
    path: '/register/:clientId',
    methods: { GET: readClient, PUT: replaceClient, DELETE: removeClient, OPTIONS: answerPreflight },
  },
  { path: '/userinfo', methods: { GET: userinfo, POST: userinfo, OPTIONS: answerPreflight } },
];

/** The endpoint a browser is sent to; what it throws is shown as a page. */
const pageEndpoints: Endpoint[] = [{ path: '/authorize', methods: { GET: authorize, POST: authorize } }];

type OnSuite = (handler: SuiteHandler) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Registers the JSON endpoints; `onSuite` finds the suite of the path. */
export function registerJsonEndpoints(app: FastifyInstance, onSuite: OnSuite): void {
  for (const { path, methods } of jsonEndpoints) register(app, `/suites/:slug${path}`, methods, onSuite);
  register(app, '/.well-known/oauth-authorization-server/suites/:slug', { GET: metadata, HEAD: metadata }, onSuite);
}

/** Registers the endpoints whose errors are pages. */
export function registerPageEndpoints(app: FastifyInstance, onSuite: OnSuite): void {
  for (const { path, methods } of pageEndpoints) register(app, `/suites/:slug${path}`, methods, onSuite);
}

const allMethods: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function register(app: FastifyInstance, url: string, methods: Endpoint['methods'], onSuite: OnSuite): void {
  for (const [method, handler] of Object.entries(methods))
    app.route({ method, url, exposeHeadRoute: false, handler: onSuite(handler) });
  const allowed = Object.keys(methods);
  app.route({
    method: allMethods.filter((method) => !allowed.includes(method)),
    url,
    handler: async (request, reply) => {
      reply.header('allow', allowed.join(', '));
      throw methodNotAllowed(request.method, allowed);
    },
  });
}
