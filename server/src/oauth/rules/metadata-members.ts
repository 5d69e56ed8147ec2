import { invalidClientMetadata } from '../errors.js';
import { type HttpAllowed, isWebUrl } from './web-url.js';

/** A registration as it came: what is null counts as left out (RFC 7592 §2.2). */
export type Document = Readonly<Record<string, unknown>>;

/** Refuses a member: `must` is fixed ASCII text that goes on after the member's name. */
export function refuse(member: string, must: string, received: unknown): never {
  throw invalidClientMetadata(`${member} must be ${must}`, {
    rule: `registration.${member}`,
    reason: `${member} must be ${must}.`,
    received: (JSON.stringify(received) ?? '(none)').slice(0, 500),
  });
}

/** What no text of ours has: control characters, halves of pairs, and what lets a name be read in another order than it is written. */
const unprintable = /[\p{Cc}\p{Surrogate}\p{Bidi_Control}]/u;

/** A text of 1 to `max` characters without control characters; null where there is none. */
export function readText(document: Document, member: string, max: number): string | null {
  const value = document[member] ?? null;
  if (value === null) return null;
  if (typeof value !== 'string' || value.trim() === '' || value.length > max || unprintable.test(value))
    refuse(member, `text of at most ${max} characters`, value);
  return value;
}

/** The address of something on the web; null where there is none. */
export function readUrl(
  document: Document,
  member: string,
  { http, fragment = false }: { http: HttpAllowed; fragment?: boolean },
): string | null {
  const value = document[member] ?? null;
  if (value === null) return null;
  if (typeof value !== 'string' || !isWebUrl(value, http) || (!fragment && value.includes('#')))
    refuse(member, http === 'nowhere' ? 'a full URL with https' : 'a full URL', value);
  return value;
}

/** A list of texts, each once; null where there is none. */
export function readTexts(
  document: Document,
  member: string,
  { maxItems = 50, maxLength = 2000 } = {},
): string[] | null {
  const value = document[member] ?? null;
  if (value === null) return null;
  if (!Array.isArray(value) || value.length > maxItems) refuse(member, `a list of at most ${maxItems} texts`, value);
  const items: unknown[] = value;
  for (const item of items)
    if (typeof item !== 'string' || item === '' || item.length > maxLength || unprintable.test(item))
      refuse(member, `a list of texts of at most ${maxLength} characters`, value);
  return [...new Set(items as string[])];
}

/** True or false; false where there is none. */
export function readBoolean(document: Document, member: string): boolean {
  const value = document[member] ?? false;
  if (typeof value !== 'boolean') refuse(member, 'true or false', value);
  return value;
}

/** One of some values; `otherwise` where there is none. */
export function readChoice<T extends string, O extends T | null>(
  document: Document,
  member: string,
  choices: readonly T[],
  otherwise: O,
): T | O {
  const value = document[member] ?? null;
  if (value === null) return otherwise;
  return choices.find((choice) => choice === value) ?? refuse(member, `one of ${choices.join(' ')}`, value);
}

/** Whole seconds from 0 on; null where there is none. */
export function readSeconds(document: Document, member: string): number | null {
  const value = document[member] ?? null;
  if (value === null) return null;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > 315_360_000)
    refuse(member, 'a number of seconds', value);
  return value;
}
