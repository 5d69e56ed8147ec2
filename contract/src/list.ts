import { z } from 'zod';

/**
 * Query of every list. `sort` is a field, with `-` in front for descending.
 * `cursor` continues after the last item of an earlier answer; `page` (from 1) jumps, within the first 10,000 items.
 */
export function listQuery<S extends string, F extends z.ZodRawShape = Record<never, never>>(
  sorts: readonly [S, ...S[]],
  fallback: S | `-${S}`,
  filters: F = {} as F,
) {
  const allowed = sorts.flatMap((sort) => [sort, `-${sort}`]);
  return z.strictObject({
    q: z.string().trim().max(200, 'Use at most 200 characters.').optional(),
    sort: z.enum(allowed as [string, ...string[]]).default(fallback),
    limit: z.coerce.number().int().min(1).max(100).default(20),
    cursor: z.string().max(5000).optional(),
    page: z.coerce.number().int().min(1).max(10_000).optional(),
    ...filters,
  });
}

/** Answer of every list. `total` stops counting at 10,000 and `totalCapped` says so. */
export function listAnswer<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    total: z.int(),
    totalCapped: z.boolean(),
  });
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total: number;
  totalCapped: boolean;
}
