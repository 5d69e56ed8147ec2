import { originFault } from '@tessera/contract/origin';

export type OriginPart = 'scheme' | 'host' | 'port';

export type OriginAnswer =
  | { outcome: 'faulty'; message: string }
  /** `entry` counts from 1. */
  | { outcome: 'allowed'; origin: string; entry: number; any: boolean }
  | { outcome: 'refused'; origin: string; nearest: { entry: string; differs: OriginPart[] } | null };

function differences(a: URL, b: URL): OriginPart[] {
  const parts: [OriginPart, boolean][] = [
    ['scheme', a.protocol !== b.protocol],
    ['host', a.hostname !== b.hostname],
    ['port', portOf(a) !== portOf(b)],
  ];
  return parts.flatMap(([part, differs]) => (differs ? [part] : []));
}

/** The default ports of two schemes are no difference of their own. */
function portOf(url: URL): string {
  return url.port || 'default';
}

/** Says whether a browser on this page may call the token endpoints (domain rule 4). A URL is taken by its origin. */
export function checkOrigin(entries: readonly string[], input: string): OriginAnswer {
  const text = input.trim();
  const origin = URL.canParse(text) ? new URL(text).origin : text;
  const fault = origin === '*' || origin === 'null' ? originFault('') : originFault(origin);
  if (fault) return { outcome: 'faulty', message: fault.message };
  if (entries.includes('*')) return { outcome: 'allowed', origin, entry: entries.indexOf('*') + 1, any: true };
  const index = entries.indexOf(origin);
  if (index >= 0) return { outcome: 'allowed', origin, entry: index + 1, any: false };
  return { outcome: 'refused', origin, nearest: nearestOf(entries, new URL(origin)) };
}

/** The entry that differs least; null when nothing but the scheme is alike. */
function nearestOf(entries: readonly string[], wanted: URL): { entry: string; differs: OriginPart[] } | null {
  const known = entries.filter((entry) => originFault(entry) === null);
  const [nearest] = known
    .map((entry) => ({ entry, differs: differences(wanted, new URL(entry)) }))
    .sort(
      (a, b) =>
        Number(a.differs.includes('host')) - Number(b.differs.includes('host')) || a.differs.length - b.differs.length,
    );
  return nearest ?? null;
}
