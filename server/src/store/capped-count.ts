import { type RawBuilder, sql } from 'kysely';
import { maxCounted } from './list-page.js';

/** Counts the rows of a table that point to a row of another, as a column of the outer query; stops at `maxCounted`. */
export function countOf(table: string, column: string, outer: string): RawBuilder<number> {
  const from = sql.table(table);
  return sql<number>`(select count(*) from (select 1 as one from ${from} where ${sql.ref(`${table}.${column}`)} = ${sql.ref(outer)} limit ${sql.lit(maxCounted)}) as counted)`;
}
