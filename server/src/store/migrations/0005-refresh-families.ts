import { type Kysely, sql } from 'kysely';

/**
 * One row for each family of refresh tokens, in place of one for each token: what was rotated takes no room. A token from
 * before is a family of its own, whose name is the whole token.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const alter = () => db.schema.alterTable('refresh_tokens');
  await db.schema.dropIndex('refresh_tokens_expiry').execute();
  await alter().renameColumn('token_hash', 'family_hash').execute();
  await alter()
    .addColumn('token_hash', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await alter()
    .addColumn('rotations', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute();
  await alter()
    .addColumn('kept_until', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`update refresh_tokens set
    token_hash = case when rotated_at is null then family_hash else '' end,
    kept_until = expires_at + 172800 - expires_at % 86400`.execute(db);
  for (const column of ['rotated_at', 'request_hash', 'answer_sealed']) await alter().dropColumn(column).execute();
  await db.schema.createIndex('refresh_tokens_kept_until').on('refresh_tokens').columns(['kept_until']).execute();
}
