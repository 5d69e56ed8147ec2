import type { TFunction } from 'i18next';

const sizes = [
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
  ['seconds', 1],
] as const;

/** “14 min 58 s”: the two largest units of a number of seconds, rounded to the smaller. */
export function durationInWords(seconds: number, t: TFunction<'application-details'>): string {
  const largest = sizes.findIndex(([, size]) => seconds >= size);
  const [, grain] = sizes[largest + 1] ?? ['seconds', 1];
  let rest = Math.max(0, largest < 0 ? 0 : Math.round(seconds / grain) * grain);
  const parts = sizes.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { unit, count };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2).filter(({ count }) => count > 0);
  return shown.map(({ unit, count }) => t(`duration.${unit}`, { count })).join(' ');
}

/** “14:32:10” today, with the date on another day. */
export function clockTime(seconds: number, language: string): string {
  const time = new Date(seconds * 1000);
  const isToday = time.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language, { timeStyle: 'medium', ...(!isToday && { dateStyle: 'medium' }) }).format(
    time,
  );
}
