import type { FastifyRequest } from 'fastify';
import { invalidRequest } from './errors.js';

/** The parameters of a request. A parameter without a value counts as left out (RFC 6749 §3.1). */
export interface Params {
  get(name: string): string | undefined;
  /** All values of the one parameter that may be repeated, `resource` (RFC 8707 §2). */
  resources: readonly string[];
  entries(): [string, string][];
}

const maxValueLength = 8_192;

/** Reads query or form text. Throws `invalid_request` for a parameter that comes twice. */
export function readParams(text: string): Params {
  const values = new Map<string, string>();
  const resources: string[] = [];
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === '') continue;
    if (value.length > maxValueLength || value.includes('\0') || name.includes('\0'))
      throw invalidRequest('A parameter is too long or has characters that are not allowed', {
        rule: 'param.invalid',
        reason: `A parameter has a NUL character or more than ${maxValueLength} characters.`,
        received: name.slice(0, 100).replaceAll('\0', ''),
      });
    if (name === 'resource') resources.push(value);
    else if (values.has(name))
      throw invalidRequest('A parameter is included more than once', {
        rule: 'param.duplicate',
        reason: 'Each parameter may be sent once (RFC 6749 section 3.1).',
        received: name.slice(0, 100),
      });
    else values.set(name, value);
  }
  return {
    get: (name) => values.get(name),
    resources,
    entries: () => [...values, ...resources.map((value): [string, string] => ['resource', value])],
  };
}

/** Reads the query as sent, not as a framework folds it. */
export function readQuery(request: FastifyRequest): Params {
  const url = request.raw.url ?? '';
  const start = url.indexOf('?');
  return readParams(start < 0 ? '' : url.slice(start + 1));
}

const formType = 'application/x-www-form-urlencoded';

/** True for a request whose body says that it is a form. */
export function isForm(request: FastifyRequest): boolean {
  const type = request.headers['content-type'];
  return type === formType || type?.split(';')[0]?.trim().toLowerCase() === formType;
}

/** Reads a form body. Throws `invalid_request` when the body is anything else. */
export function readForm(request: FastifyRequest): Params {
  if (!isForm(request))
    throw invalidRequest('The body must be application/x-www-form-urlencoded', {
      rule: 'param.content_type',
      reason: 'The endpoint reads form encoding only (RFC 6749 section 3.2).',
      expected: formType,
      received: (request.headers['content-type'] ?? '(no content type)').slice(0, 200),
    });
  return readParams(typeof request.body === 'string' ? request.body : '');
}

/** The parameter, or `invalid_request` that names it. */
export function requireParam(params: Params, name: string): string {
  const value = params.get(name);
  if (value === undefined)
    throw invalidRequest(`The parameter ${name} is missing`, {
      rule: 'param.missing',
      reason: `${name} is required.`,
      expected: name,
    });
  return value;
}
