export const units = ['seconds', 'minutes', 'hours', 'days'] as const;
export type Unit = (typeof units)[number];

const sizes: Record<Unit, number> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };

/** A life span as it is typed. */
export interface LifeSpan {
  amount: string;
  unit: Unit;
}

/** Seconds in the largest unit that divides them: 900 is 15 minutes. */
export function toLifeSpan(seconds: number): LifeSpan {
  const unit = units.findLast((each) => seconds % sizes[each] === 0) ?? 'seconds';
  return { amount: String(seconds / sizes[unit]), unit };
}

/** Whole seconds; NaN for what is no whole number. */
export function toSeconds({ amount, unit }: LifeSpan): number {
  return /^\d{1,12}$/.test(amount.trim()) ? Number(amount.trim()) * sizes[unit] : Number.NaN;
}

export function isUnit(value: string): value is Unit {
  return units.some((unit) => unit === value);
}
