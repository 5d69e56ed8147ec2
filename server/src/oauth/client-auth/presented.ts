import type { FastifyRequest } from 'fastify';
import { invalidClient, invalidRequest } from '../errors.js';
import type { Params } from '../request.js';
import { assertionType, readAssertedClient } from './assertion.js';

/** What came with a request to say who the client is; nothing of it is believed yet. */
export type Presented =
  | { clientId: string; method: 'client_secret_basic' | 'client_secret_post'; secret: string | null }
  | { clientId: string; method: 'client_assertion'; assertion: string }
  | { clientId: string; method: 'none' };

/** Reads header and form. Throws `invalid_request` where more than one method is used (RFC 6749 §2.3). */
export function readPresented(request: FastifyRequest, params: Params): Presented {
  const header = request.headers.authorization;
  const basic = header !== undefined && /^basic /i.test(header) ? header : null;
  const bodySecret = params.get('client_secret');
  const assertion = readAssertion(params);
  if ([basic, bodySecret, assertion].filter((one) => one !== null && one !== undefined).length > 1)
    throw invalidRequest('Use one method of client authentication', {
      rule: 'client.auth_twice',
      reason: 'Of a Basic header, client_secret and client_assertion more than one came.',
    });
  const bodyId = params.get('client_id');
  if (assertion !== null)
    return named(
      { clientId: readAssertedClient(assertion), method: 'client_assertion', assertion },
      bodyId,
      'the assertion',
    );
  if (basic !== null) {
    const { clientId, secret } = readBasic(basic);
    return named(
      { clientId, method: 'client_secret_basic', secret: secret === '' ? null : secret },
      bodyId,
      'the Authorization header',
    );
  }
  if (bodyId === undefined)
    throw invalidClient('The client did not say who it is', {
      rule: 'client.auth_missing',
      reason: 'Neither an Authorization header nor client_id nor an assertion was sent.',
      expected: 'client_secret_basic, client_secret_post, private_key_jwt, client_secret_jwt or client_id',
    });
  if (bodySecret === undefined) return { clientId: bodyId, method: 'none' };
  return { clientId: bodyId, method: 'client_secret_post', secret: bodySecret };
}

/** RFC 7521 §4.2: client_id is optional beside an assertion or a header, but names the same client. */
function named(presented: Presented, clientId: string | undefined, source: string): Presented {
  if (clientId === undefined || clientId === presented.clientId) return presented;
  throw invalidRequest(`client_id is not that of ${source}`, {
    rule: 'client.auth_twice',
    reason: `${source} and the body name different clients.`,
    expected: presented.clientId,
    received: clientId,
  });
}

/** RFC 7521 §4.2: the assertion and its type go together. */
function readAssertion(params: Params): string | null {
  const [assertion, type] = [params.get('client_assertion'), params.get('client_assertion_type')];
  if (assertion === undefined && type === undefined) return null;
  if (assertion === undefined || type === undefined)
    throw invalidRequest('client_assertion and client_assertion_type go together', {
      rule: 'param.missing',
      reason: 'One of client_assertion and client_assertion_type came without the other.',
      expected: assertion === undefined ? 'client_assertion' : 'client_assertion_type',
    });
  if (type === assertionType) return assertion;
  throw invalidClient('The client_assertion_type is not supported', {
    rule: 'assertion.type',
    reason: 'Only JWTs are taken as client assertions (RFC 7523 section 2.2).',
    expected: assertionType,
    received: type.slice(0, 200),
  });
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before base64. */
function readBasic(header: string): { clientId: string; secret: string } {
  const malformed = () =>
    invalidClient('The Authorization header is malformed', {
      rule: 'client.auth_malformed',
      reason: 'Basic credentials are base64 of the form-encoded id and secret with a colon between.',
    });
  const text = Buffer.from(header.slice('basic '.length).trim(), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0 || text.includes('\0')) throw malformed();
  try {
    const [clientId = '', secret = ''] = [text.slice(0, colon), text.slice(colon + 1)].map((part) =>
      decodeURIComponent(part.replaceAll('+', ' ')),
    );
    if (clientId === '' || clientId.includes('\0')) throw malformed();
    return { clientId, secret };
  } catch {
    throw malformed();
  }
}
