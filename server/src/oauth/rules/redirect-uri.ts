/**
 * True when the requested redirect URI is a registered one: the same string (RFC 9700 §2.1);
 * for native clients the port of a loopback IP may differ (RFC 8252 §7.3).
 */
export function isRegisteredRedirectUri(registered: readonly string[], requested: string, native: boolean): boolean {
  if (registered.includes(requested)) return true;
  if (!native) return false;
  const port = /^http:\/\/(127\.0\.0\.1|\[::1\])(:\d{1,5})?(?=[/?]|$)/;
  const loopback = port.exec(requested);
  if (!loopback || Number(loopback[2]?.slice(1) ?? 80) > 65_535) return false;
  const withoutPort = requested.replace(port, 'http://$1');
  return registered.some((uri) => port.test(uri) && uri.replace(port, 'http://$1') === withoutPort);
}

/** The registered URI nearest to a refused one and in what they differ, for the explanation. */
export function explainMismatch(
  registered: readonly string[],
  requested: string,
): { nearest: string | null; differs: string } {
  let best: { nearest: string | null; differs: string; parts: number } = {
    nearest: null,
    differs: 'none is registered',
    parts: 99,
  };
  for (const uri of registered) {
    const parts = differingParts(uri, requested);
    if (parts.length < best.parts) best = { nearest: uri, differs: parts.join(', '), parts: parts.length };
  }
  return { nearest: best.nearest, differs: best.differs };
}

function differingParts(registered: string, requested: string): string[] {
  if (!URL.canParse(requested)) return ['it is not a URL'];
  const [a, b] = [new URL(registered), new URL(requested)];
  const parts: string[] = [];
  if (a.protocol !== b.protocol) parts.push('scheme');
  if (a.hostname !== b.hostname) parts.push('host');
  if (a.port !== b.port) parts.push('port');
  if (a.pathname !== b.pathname)
    parts.push(a.pathname.replace(/\/$/, '') === b.pathname.replace(/\/$/, '') ? 'trailing slash' : 'path');
  if (a.search !== b.search) parts.push('query');
  if (a.hash !== b.hash) parts.push('fragment');
  return parts.length > 0 ? parts : ['spelling'];
}
