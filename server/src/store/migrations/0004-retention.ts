import { type Kysely, sql } from 'kysely';

/** When a grant that has no refresh token can be swept; the others go with their last refresh token. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('grants').addColumn('kept_until', 'bigint').execute();
  await sql`update grants set kept_until = created_at + 172800 where not exists (
    select 1 from refresh_tokens where refresh_tokens.grant_id = grants.id)`.execute(db);
  await db.schema.createIndex('grants_kept_until').on('grants').columns(['kept_until']).execute();
}
