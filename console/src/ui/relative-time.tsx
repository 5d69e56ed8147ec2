import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

// One clock for the whole page.
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 30_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** “in 6 days” or “2 minutes ago”; null under a minute either way. `seconds` count from now, into the past below zero. */
export function relativeWords(seconds: number, language: string): string | null {
  const [unit, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? [];
  if (!unit || !size) return null;
  // A day from now is less than that a moment later, and still “in 24 hours”.
  const count = seconds > 0 ? Math.round(seconds / size) : Math.trunc(seconds / size);
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(count, unit);
}

export interface RelativeTimeProps {
  /** Unix seconds; null shows `never`. */
  at: number | null;
  /** Shown for null; “Never” when left out. */
  never?: string;
}

/** “2 minutes ago”, with the absolute time in UTC as its title. */
export function RelativeTime({ at, never }: RelativeTimeProps) {
  const { t, i18n } = useTranslation();
  const current = useSyncExternalStore(subscribe, () => now);
  if (at === null) return <span>{never ?? t('time.never')}</span>;
  // The page's clock ticks every 30 s; something newer than it is not in the future.
  const seconds = at - Math.max(current, Math.min(at * 1000, Date.now())) / 1000;
  const words = relativeWords(seconds, i18n.language) ?? t('time.now');
  const absolute = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'UTC',
  }).format(at * 1000);
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={`${absolute} UTC`}>
      {words}
    </time>
  );
}
