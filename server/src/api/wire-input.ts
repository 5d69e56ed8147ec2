import type { FastifyInstance } from 'fastify';
import { invalidField, problem } from './problem.js';

/** Bytes of a request body. */
export const bodyLimit = 256 * 1024;
const maxDepth = 32;

/** Makes the scope read JSON and nothing else. */
export function readJsonOnly(api: FastifyInstance): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string', bodyLimit },
    async (_request: unknown, text: string | Buffer) => parseJson(String(text)),
  );
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw problem('malformed_request', 'The body is not JSON.');
  }
}

/** Refuses what no table can hold as it was sent: NUL characters and halves of surrogate pairs, in values and names. */
export function checkStorable(input: unknown): void {
  const left: { value: unknown; path: string; depth: number }[] = [{ value: input, path: '', depth: 0 }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path, depth } = next;
    if (typeof value === 'string' && !isStorable(value))
      throw invalidField(path, 'invalid', 'Remove the characters that are not text.');
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= maxDepth) throw problem('malformed_request', 'The body is nested too deeply.');
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key)) throw invalidField(path, 'unknown_field', 'Unknown field.');
      left.push({ value: inner, path: path ? `${path}.${key.slice(0, 100)}` : key.slice(0, 100), depth: depth + 1 });
    }
  }
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/** Refuses a query parameter that comes twice: two readers could take different ones. */
export function checkSingle(query: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(query))
    if (Array.isArray(value)) throw invalidField(name.slice(0, 100), 'invalid', 'Send this parameter once.');
}
