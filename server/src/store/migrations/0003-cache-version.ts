import type { Kysely } from 'kysely';

/** One row that says how often something changed that processes keep in memory. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cache_version')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('version', 'bigint', (c) => c.notNull())
    .execute();
  await db
    .insertInto('cache_version' as never)
    .values({ id: 1, version: 1 } as never)
    .execute();
}
