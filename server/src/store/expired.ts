import { sql } from 'kysely';
import type { Db } from './db.js';

/** Rows taken away in one go, so that a sweep never holds the database for long. */
const batch = 500;
/** How often in one sweep, for each table: more than a busy server leaves behind between two. */
const maxBatches = 400;

const day = 86_400;

/** Days that logs are kept; 0 keeps them for ever. */
export interface Retention {
  refusalDays: number;
  auditDays: number;
}

/** Rows of a table that are worthless some time after they expire: the column that says so and the seconds to wait. */
interface Expiring {
  table: string;
  key: string;
  column: string;
  after: number;
}

const expiring: readonly Expiring[] = [
  { table: 'codes', key: 'code_hash', column: 'expires_at', after: day },
  { table: 'access_tokens', key: 'token_hash', column: 'expires_at', after: 3_600 },
  { table: 'revoked_tokens', key: 'jti', column: 'expires_at', after: 3_600 },
  { table: 'device_codes', key: 'device_code_hash', column: 'expires_at', after: day },
  { table: 'signing_keys', key: 'kid', column: 'removed_at', after: 30 * day },
  { table: 'replays', key: 'id_hash', column: 'expires_at', after: 60 },
  // As long as a sign-in page that it led to can be used.
  { table: 'pushed_requests', key: 'uri_hash', column: 'expires_at', after: 7_200 },
  { table: 'interactions', key: 'id_hash', column: 'expires_at', after: day },
  { table: 'sessions', key: 'id', column: 'expires_at', after: day },
  { table: 'logout_deliveries', key: 'id', column: 'created_at', after: 30 * day },
  { table: 'throttles', key: 'subject', column: 'window_ends_at', after: 0 },
  { table: 'grants', key: 'id', column: 'kept_until', after: 0 },
];

/** Deletes what is worthless, batch by batch; answers how many rows went. */
export async function deleteExpired(db: Db, now: number, { refusalDays, auditDays }: Retention): Promise<number> {
  const logs: Expiring[] = [];
  if (refusalDays > 0) logs.push({ table: 'refusals', key: 'id', column: 'at', after: refusalDays * day });
  if (auditDays > 0) logs.push({ table: 'audit_events', key: 'id', column: 'at', after: auditDays * day });
  let deleted = await inBatches(() => deleteRefreshTokens(db, now));
  for (const one of [...expiring, ...logs]) deleted += await inBatches(() => deleteBatch(db, one, now));
  return deleted;
}

async function inBatches(deleteSome: () => Promise<number>): Promise<number> {
  let deleted = 0;
  for (let batches = 0; batches < maxBatches; batches += 1) {
    const gone = await deleteSome();
    deleted += gone;
    if (gone < batch) break;
  }
  return deleted;
}

async function deleteBatch(db: Db, { table, key, column, after }: Expiring, now: number): Promise<number> {
  const result = await sql`
    delete from ${sql.table(table)} where ${sql.ref(key)} in (
      select ${sql.ref(key)} from ${sql.table(table)} where ${sql.ref(column)} < ${now - after} limit ${batch}
    )`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** A family of refresh tokens is kept a day longer than its last one; a grant goes with its families. */
async function deleteRefreshTokens(db: Db, now: number): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const old = await tx
      .selectFrom('refreshTokens')
      .select(['familyHash', 'grantId'])
      .where('keptUntil', '<', now)
      .limit(batch)
      .execute();
    if (old.length === 0) return 0;
    const hashes = old.map(({ familyHash }) => familyHash);
    await tx.deleteFrom('refreshTokens').where('familyHash', 'in', hashes).execute();
    await tx
      .deleteFrom('grants')
      .where('id', 'in', [...new Set(old.map(({ grantId }) => grantId))])
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('refreshTokens')
              .select('refreshTokens.familyHash')
              .whereRef('refreshTokens.grantId', '=', 'grants.id'),
          ),
        ),
      )
      .execute();
    return old.length;
  });
}
