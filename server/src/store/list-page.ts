import { type SelectQueryBuilder, sql } from 'kysely';
import type { Db } from './db.js';
import type { Schema } from './schema.js';

/** What every list is asked for. `sort` is a name, with `-` in front for descending. */
export interface ListRequest {
  q?: string | undefined;
  sort: string;
  limit: number;
  cursor?: string | undefined;
  page?: number | undefined;
}

/** One page of a list. `total` stops counting at `maxCounted`. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total: number;
  totalCapped: boolean;
}

/** The column behind a sort. It never holds null, and an index starts with it. */
export interface SortColumn {
  ref: string;
  type: 'text' | 'number';
  /** Id that follows the column in its index, where that is not the id of the list. */
  id?: string;
}

export const maxCounted = 10_000;

/** A cursor or page that cannot be followed. */
export class ListRequestError extends Error {
  constructor(
    readonly field: 'cursor' | 'page' | 'sort',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads one page by keyset: the sort column, then the id, so that rows with equal values are neither skipped nor
 * repeated. `page` jumps by offset within the first `maxCounted` rows.
 */
export async function listPage<TB extends keyof Schema, O extends object>(
  db: Db,
  rows: SelectQueryBuilder<Schema, TB, O>,
  columns: Record<string, SortColumn>,
  idRef: string,
  request: ListRequest,
): Promise<Page<O>> {
  const direction = request.sort.startsWith('-') ? 'desc' : 'asc';
  const name = request.sort.replace(/^-/, '');
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (!column) throw new ListRequestError('sort', 'Choose one of the listed sorts.');
  const [sortRef, id] = [sql.ref<string | number>(column.ref), sql.ref<string>(column.id ?? idRef)];

  let page = rows
    .select([sortRef.as('sortValue'), id.as('sortId')])
    .orderBy(sortRef, direction)
    .orderBy(id, direction)
    .limit(request.limit + 1);
  if (request.cursor !== undefined) {
    if (request.page !== undefined) throw new ListRequestError('page', 'Send cursor or page, not both.');
    const after = readCursor(request.cursor, request.sort, column.type);
    const further = direction === 'asc' ? sql`>` : sql`<`;
    page = page.where(sql<boolean>`(${sortRef}, ${id}) ${further} (${after.value}, ${after.id})`);
  } else if (request.page !== undefined) {
    const offset = (request.page - 1) * request.limit;
    if (offset >= maxCounted)
      throw new ListRequestError('page', 'Pages go through the first 10,000 only; narrow the search.');
    page = page.offset(offset);
  }
  const counted = rows
    .clearSelect()
    .select(sql<number>`1`.as('one'))
    .limit(maxCounted + 1);
  const found = await page.execute();
  const { count } = await db
    .selectFrom(counted.as('counted'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();

  const items = found.slice(0, request.limit);
  const last = found.length > request.limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last ? writeCursor(request.sort, last.sortValue, last.sortId) : null,
    total: Math.min(Number(count), maxCounted),
    totalCapped: Number(count) > maxCounted,
  };
}

function writeCursor(sort: string, value: string | number, id: string): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');
}

function readCursor(cursor: string, sort: string, type: 'text' | 'number'): { value: string | number; id: string } {
  const parts = parseCursor(cursor);
  if (parts?.length !== 3) throw new ListRequestError('cursor', 'Not a cursor of this list.');
  const [cursorSort, value, id] = parts;
  if (cursorSort !== sort) throw new ListRequestError('cursor', 'The cursor belongs to another sort.');
  const isValue = type === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && !value.includes('\0');
  if (!isValue || typeof id !== 'string' || !/^[\w-]{36,43}$/.test(id))
    throw new ListRequestError('cursor', 'Not a cursor of this list.');
  return { value: value as string | number, id };
}

function parseCursor(cursor: string): unknown[] | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : null;
  } catch {
    return null;
  }
}

/** Rows in their order, each with its details; what was deleted in between is left out. */
export function joinById<T extends { id: string }, D extends { id: string }>(
  rows: readonly T[],
  details: readonly D[],
): (T & D)[] {
  const byId = new Map(details.map((detail) => [detail.id, detail]));
  return rows.flatMap((row) => {
    const detail = byId.get(row.id);
    return detail ? [{ ...row, ...detail }] : [];
  });
}
