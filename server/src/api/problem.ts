import { type FieldCode, type FieldError, type Problem, type ProblemCode, problems } from '@tessera/contract/problems';
import type { FastifyReply, FastifyRequest } from 'fastify';

type Members = Pick<Problem, 'errors' | 'count' | 'accountId' | 'oauthError' | 'retryAt'>;

/** The one error of the management API; everything a caller is told is in it. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly members: Members = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(`${code}: ${detail}`);
  }
}

/** Makes a problem by its code; `detail` is one sentence for the person at the console. */
export function problem(
  code: ProblemCode,
  detail: string,
  members: Members = {},
  headers: Record<string, string> = {},
): ProblemError {
  return new ProblemError(code, detail, members, headers);
}

/** The 422 for fields, which a form shows beside them. */
export function invalidFields(errors: FieldError[]): ProblemError {
  const detail = errors.length === 1 ? '1 field needs attention.' : `${errors.length} fields need attention.`;
  return new ProblemError('validation_failed', detail, { errors });
}

/** The 422 for one field. */
export function invalidField(field: string, code: FieldCode, message: string): ProblemError {
  return invalidFields([{ field, code, message }]);
}

const things = {
  suite_not_found: 'suite',
  project_not_found: 'project',
  application_not_found: 'application',
  key_not_found: 'signing key',
  secret_not_found: 'secret',
  registration_token_not_found: 'initial access token',
  account_not_found: 'account',
  consent_not_found: 'consent',
  application_user_not_found: 'application user',
  resource_not_found: 'API resource',
  scope_not_found: 'scope',
  role_not_found: 'role',
} as const;

export type NotFoundCode = keyof typeof things;

/** The 404 for an id that names nothing. */
export function notFound(code: NotFoundCode): ProblemError {
  return new ProblemError(code, `No ${things[code]} has this id; it may have been deleted.`);
}

/** Sends a problem as RFC 9457 describes it. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: ProblemError): FastifyReply {
  const { status, title } = problems[error.code];
  const body: Problem = {
    type: `urn:tessera:problem:${error.code}`,
    title,
    status,
    detail: error.detail,
    code: error.code,
    requestId: request.id,
    ...error.members,
  };
  return reply
    .code(status)
    .headers({
      'cache-control': 'no-store',
      'content-type': 'application/problem+json; charset=utf-8',
      ...error.headers,
    })
    .send(JSON.stringify(body));
}
