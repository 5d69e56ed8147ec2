import type { ValueFault } from './redirect-uri.js';

/** Says what is wrong with one allowed origin (`*` or scheme and host), or null (RFC 6454 §6.2). */
export function originFault(value: string): ValueFault | null {
  if (value === '*') return null;
  if (value.length > 300) return { code: 'origin_invalid', message: 'An origin has at most 300 characters.' };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
    return { code: 'origin_scheme', message: 'Write http:// or https:// in front.' };
  if (/\s|\\|\*/.test(value) || !URL.canParse(value))
    return { code: 'origin_invalid', message: 'Write an origin such as https://app.example.com.' };
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { code: 'origin_scheme', message: 'Write http:// or https:// in front.' };
  if (url.username || url.password)
    return { code: 'origin_invalid', message: 'Write an origin such as https://app.example.com.' };
  // A browser sends lower case, no default port, no path: only that form can ever match.
  if (value !== url.origin) return { code: 'origin_path', message: `An origin has no path. Use ${url.origin}?` };
  return null;
}

/** Says what is wrong with each entry of a list of origins, `*` beside others included. */
export function originFaults(values: readonly string[]): { index: number; fault: ValueFault }[] {
  const mixed = values.length > 1 && values.includes('*');
  return values.flatMap((value, index) => {
    const fault = originFault(value);
    if (fault) return [{ index, fault }];
    if (values.indexOf(value) < index)
      return [{ index, fault: { code: 'origin_duplicate', message: 'Already in the list.' } satisfies ValueFault }];
    if (mixed && value === '*') {
      const message = '* already allows every domain. Remove the others, or remove *.';
      return [{ index, fault: { code: 'origin_wildcard_mixed', message } satisfies ValueFault }];
    }
    return [];
  });
}

/** The origin meant by an entry that has a path, a trailing slash or capitals; null when there is none. */
export function suggestedOrigin(value: string): string | null {
  if (!URL.canParse(value)) return null;
  const { origin } = new URL(value);
  return origin === 'null' || origin === value ? null : origin;
}
