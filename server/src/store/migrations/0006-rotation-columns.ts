import { type Kysely, PostgresAdapter, sql } from 'kysely';

/**
 * A column for each of the two rotations that are kept, in place of one list: a rotation moves the one to the other's place
 * and reads neither. A grant that goes with its refresh tokens needs no entry among those that are swept by themselves.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const alter = () => db.schema.alterTable('refresh_tokens');
  await alter().addColumn('last_rotation', 'text').execute();
  await alter().addColumn('rotation_before', 'text').execute();
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const fromEnd = (place: number) =>
    isPostgres
      ? sql`rotations::jsonb ->> ${sql.lit(-place)}`
      : sql`json_extract(rotations, ${sql.lit(`$[#-${place}]`)})`;
  await sql`update refresh_tokens set last_rotation = ${fromEnd(1)}, rotation_before = ${fromEnd(2)}
    where rotations <> '[]'`.execute(db);
  await alter().dropColumn('rotations').execute();
  await db.schema.dropIndex('grants_kept_until').execute();
  await sql`create index grants_kept_until on grants (kept_until) where kept_until is not null`.execute(db);
}
