import type { FastifyRequest } from 'fastify';
import type { JWK } from 'jose';
import { JwksError, readPublicJwks } from '../../keys/public-jwks.js';
import { invalidClientMetadata, invalidRequest } from '../errors.js';
import { type ClientRegistration, readClientMetadata } from '../rules/client-metadata.js';
import type { Document } from '../rules/metadata-members.js';

const maxDepth = 32;
const maxKeys = 20;

/** A registration whose keys were checked, too. */
export type CheckedRegistration = Omit<ClientRegistration, 'metadata'> & {
  metadata: Omit<ClientRegistration['metadata'], 'jwks'> & { jwks: { keys: Record<string, unknown>[] } | null };
};

/** Reads the JSON object of a registration (RFC 7591 §3.1). Throws `invalid_request` or `invalid_client_metadata`. */
export function readDocument(request: FastifyRequest): Document {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw invalidRequest('The body must be application/json', {
      rule: 'param.content_type',
      reason: 'A registration is a JSON document (RFC 7591 section 3.1).',
      expected: 'application/json',
      received: (request.headers['content-type'] ?? '(no content type)').slice(0, 200),
    });
  const document = parse(typeof request.body === 'string' ? request.body : '');
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw malformed();
  return document as Document;
}

function parse(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return isShallow(document) ? document : null;
  } catch {
    return null;
  }
}

/** What is nested without end would end the stack of who writes it down again. */
function isShallow(document: unknown): boolean {
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return false;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return true;
}

function malformed() {
  return invalidClientMetadata('The body must be a JSON object', {
    rule: 'registration.malformed',
    reason: 'The body is not a JSON object, or is nested too deeply.',
  });
}

/** Reads the metadata and the keys in it; what the client publishes elsewhere is not looked at here. */
export function readRegistration(document: Document): CheckedRegistration {
  const registration = readClientMetadata(document);
  return { ...registration, metadata: { ...registration.metadata, jwks: readJwks(registration.metadata.jwks) } };
}

function readJwks(jwks: unknown): { keys: Record<string, unknown>[] } | null {
  if (jwks === null) return null;
  const refused = (reason: string) =>
    invalidClientMetadata('jwks must be a JWKS of public keys', { rule: 'registration.jwks', reason });
  try {
    readPublicJwks(jwks);
  } catch (error) {
    throw refused(error instanceof JwksError ? error.message : 'jwks is no JWKS.');
  }
  const { keys } = jwks as { keys: JWK[] };
  if (keys.length === 0 || keys.length > maxKeys || keys.some((key) => typeof key.kty !== 'string'))
    throw refused(`A JWKS has 1 to ${maxKeys} keys, each with its kty.`);
  // Halves of surrogate pairs and NUL cannot be stored.
  if (/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(keys))) throw refused('The keys have characters that are no text.');
  return { keys: keys.map((key) => ({ ...key })) };
}
