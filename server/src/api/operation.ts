import { type OperationId, paths } from '@tessera/contract/paths';
import { type Answer, type Body, type Params, type Query, type Route, routes } from '@tessera/contract/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Deps } from '../deps.js';
import type { Admin } from '../store/admins.js';
import type { Actor } from '../store/audit-events.js';
import { authorize, type Caller, type OpenOperationId } from './auth.js';
import { type IfMatch, readIfMatch, writeETag } from './if-match.js';
import { readIssues } from './issues.js';
import { invalidFields, type NotFoundCode, notFound } from './problem.js';
import { bodyLimit, checkSingle, checkStorable } from './wire-input.js';

/** A request after every check that needs no database but that of its right. */
export interface Call<O extends OperationId> {
  params: Params<O>;
  query: Query<O>;
  body: Body<O>;
  /** Null where no access token is needed. */
  admin: O extends OpenOperationId ? null : Admin;
  actor: Actor;
  /** For what gives away the rights of an admin: throws where a person signed in too long ago (RFC 9470 §3). */
  checkSignedInLately(): void;
  ifMatch: IfMatch;
  /** Unix seconds. */
  now: number;
}

/** What an operation answers: the object of the contract, or nothing. */
export type Result<O extends OperationId> = [Answer<O>] extends [never] ? unknown : Answer<O>;

/**
 * Mounts one operation of the contract: right, then input by the contract's schemas, then the work, then the answer
 * stripped by the contract's schema.
 */
export function operation<O extends OperationId>(
  api: FastifyInstance,
  deps: Deps,
  id: O,
  work: (deps: Deps, call: Call<O>) => Promise<Result<O>>,
): void {
  const [method, path] = paths[id];
  const route: Route = routes[id];
  const callers = new WeakMap<FastifyRequest, Caller>();
  api.route({
    method,
    url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit,
    // Before the body is read: strangers are refused early.
    onRequest: async (request, reply) => {
      if (route.open) return;
      const caller = await authorize(deps, request, reply, id as Exclude<OperationId, OpenOperationId>);
      if (route.stepUp) caller.checkSignedInLately();
      callers.set(request, caller);
    },
    handler: async (request, reply) => {
      const { admin = null, checkSignedInLately = () => undefined } = callers.get(request) ?? {};
      const call = {
        params: readParams(route, request.params),
        query: readQuery(route, request.query as Record<string, unknown>),
        body: readBody(route, request.body),
        admin,
        actor: actorOf(request, admin),
        checkSignedInLately,
        ifMatch: readIfMatch(request.headers['if-match']),
        now: deps.clock.now(),
      };
      const result = await work(deps, call as Call<O>);
      return sendAnswer(reply, route, `${deps.config.url}/api/v1${fill(path, request.params)}`, result);
    },
  });
}

/** An id that is none names nothing: 404, not 422. */
function readParams(route: Route, input: unknown): unknown {
  const parsed = route.params?.safeParse(input);
  if (!parsed || parsed.success) return parsed?.data;
  const own: Record<string, NotFoundCode> = {
    kid: 'key_not_found',
    secretId: 'secret_not_found',
    scopeId: 'scope_not_found',
    tokenId: 'registration_token_not_found',
    userId: 'application_user_not_found',
  };
  const owner = route.problems?.find((code) => code.endsWith('_not_found')) as NotFoundCode;
  throw notFound(own[String(parsed.error.issues[0]?.path[0])] ?? owner);
}

function readQuery(route: Route, input: Record<string, unknown>): unknown {
  checkSingle(input);
  if (!route.query) return undefined;
  checkStorable(input);
  return parse(route.query, input);
}

function readBody(route: Route, input: unknown): unknown {
  if (!route.body) return undefined;
  checkStorable(input);
  return parse(route.body, input);
}

function parse(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidFields(readIssues(parsed.error.issues, input));
}

function actorOf(request: FastifyRequest, admin: Admin | null): Actor {
  const who = admin
    ? { type: admin.kind === 'account' ? ('admin' as const) : ('application' as const), id: admin.id, name: admin.name }
    : { type: 'system' as const, id: null, name: 'Tessera' };
  return { ...who, address: request.ip, requestId: request.id };
}

function fill(path: string, params: unknown): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (params as Record<string, string>)[name] ?? '');
}

function sendAnswer(reply: FastifyReply, route: Route, url: string, result: unknown): FastifyReply {
  reply.code(route.status).header('cache-control', 'no-store');
  if (!route.answer) return reply.send();
  const answer = route.answer.parse(result) as Record<string, unknown>;
  if (route.etag) reply.header('etag', writeETag(answer.version as number));
  if (route.status === 201) reply.header('location', `${url}/${answer.id}`);
  return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(answer));
}
