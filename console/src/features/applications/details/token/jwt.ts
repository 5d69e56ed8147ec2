export interface DecodedJwt {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
}

function decodePart(part: string): Record<string, unknown> {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0));
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('no JSON object');
  return value as Record<string, unknown>;
}

/** Reads a signed JWT without checking its signature (RFC 7519 §7.2); null for a token that is none, so an opaque one. */
export function decodeJwt(token: string): DecodedJwt | null {
  const [header, payload, signature, ...more] = token.split('.');
  if (!header || !payload || !signature || more.length > 0) return null;
  try {
    return { header: decodePart(header), payload: decodePart(payload) };
  } catch {
    return null;
  }
}
