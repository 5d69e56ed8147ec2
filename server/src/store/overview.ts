import { type RawBuilder, sql } from 'kysely';
import type { Db } from './db.js';

/** Above this the Overview page needs no exact figure, and the database no long count. */
const maxFigure = 100_000;
const maxListed = 5;
/** Refusals looked at to tell which applications fail; the newest ones. */
const maxExamined = 10_000;

/** The console's own suite; what is in it is nobody's work and is not counted. */
async function findOwnSuiteId(db: Db): Promise<string> {
  return (await db.selectFrom('suites').select('id').where('slug', '=', 'system').executeTakeFirst())?.id ?? '';
}

/** How much there is, the console's own suite left out; each figure stops at 100,000. */
export async function countObjects(db: Db) {
  const own = await findOwnSuiteId(db);
  return {
    suites: await countUpTo(db, sql`from suites where id <> ${own}`),
    projects: await countUpTo(db, sql`from projects where suite_id <> ${own}`),
    applications: await countUpTo(db, sql`from applications where suite_id <> ${own}`),
    users: await countUpTo(db, sql`from accounts where suite_id <> ${own}`),
  };
}

async function countUpTo(db: Db, from: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from (select 1 as one ${from} limit ${maxFigure}) as counted`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** Tokens issued and requests refused from `since` on; tokens by the whole hour, the console's own left out. */
export async function countTraffic(db: Db, since: number): Promise<{ tokensIssued: number; refusedRequests: number }> {
  const issued = await db
    .selectFrom('usageHours')
    .innerJoin('applications', 'applications.id', 'usageHours.applicationId')
    .select((eb) => eb.fn.sum<number | null>('usageHours.issued').as('issued'))
    .where('usageHours.hourAt', '>=', since - (since % 3600))
    .where('applications.suiteId', '!=', await findOwnSuiteId(db))
    .executeTakeFirst();
  return {
    tokensIssued: Number(issued?.issued ?? 0),
    refusedRequests: await countUpTo(db, sql`from refusals where at >= ${since}`),
  };
}

/** Whether any token was issued ever, and any outside the console. */
export async function findFirstTraffic(db: Db): Promise<{ token: boolean; connected: boolean }> {
  const own = await findOwnSuiteId(db);
  const token = await db
    .selectFrom('applications')
    .select('id')
    .where('lastTokenAt', '>', 0)
    .where('suiteId', '!=', own)
    .limit(1)
    .executeTakeFirst();
  const connected = await db
    .selectFrom('usageHours')
    .innerJoin('applications', 'applications.id', 'usageHours.applicationId')
    .select('usageHours.hourAt')
    .whereRef('usageHours.issued', '>', 'usageHours.issuedInLab')
    .where('applications.suiteId', '!=', own)
    .limit(1)
    .executeTakeFirst();
  return { token: token !== undefined, connected: connected !== undefined };
}

/** One thing that needs an admin's attention. */
export interface Attention {
  kind: 'any_origin' | 'secret_expires' | 'refusals' | 'no_second_admin';
  applicationId: string | null;
  applicationName: string | null;
  count: number | null;
  at: number | null;
}

/** What needs attention now, a few of each kind. */
export async function listAttention(db: Db, now: number): Promise<Attention[]> {
  return [
    ...(await listExpiringSecrets(db, now, now + 14 * 86_400)),
    ...(await listFailingApplications(db, now - 86_400)),
    ...(await listAnyOrigin(db)),
    ...(await listMissingAdmin(db)),
  ];
}

async function listAnyOrigin(db: Db): Promise<Attention[]> {
  const rows = await db
    .selectFrom('applications')
    .select(['id', 'name'])
    .where('anyOrigin', '=', 1)
    .where('status', '=', 'active')
    .orderBy('nameKey')
    .limit(maxListed)
    .execute();
  return rows.map((row) => ({
    kind: 'any_origin',
    applicationId: row.id,
    applicationName: row.name,
    count: null,
    at: null,
  }));
}

/** Secrets that expire before `until` while the application has none that lives longer. */
async function listExpiringSecrets(db: Db, now: number, until: number): Promise<Attention[]> {
  const rows = await db
    .selectFrom('clientSecrets')
    .innerJoin('applications', 'applications.id', 'clientSecrets.applicationId')
    .select(['applications.id', 'applications.name', 'clientSecrets.expiresAt'])
    .where('clientSecrets.expiresAt', '>', now)
    .where('clientSecrets.expiresAt', '<=', until)
    .where('clientSecrets.revokedAt', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('clientSecrets as other')
            .select('other.id')
            .whereRef('other.applicationId', '=', 'clientSecrets.applicationId')
            .where('other.revokedAt', 'is', null)
            .where((eb) =>
              eb.or([eb('other.expiresAt', 'is', null), eb('other.expiresAt', '>', eb.ref('clientSecrets.expiresAt'))]),
            ),
        ),
      ),
    )
    .orderBy('clientSecrets.expiresAt')
    .limit(maxListed)
    .execute();
  return rows.map((row) => ({
    kind: 'secret_expires',
    applicationId: row.id,
    applicationName: row.name,
    count: null,
    at: row.expiresAt,
  }));
}

async function listFailingApplications(db: Db, since: number): Promise<Attention[]> {
  const newest = db
    .selectFrom('refusals')
    .select(['applicationId', 'at'])
    .where('at', '>=', since)
    .where('applicationId', 'is not', null)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(maxExamined);
  const rows = await db
    .selectFrom(newest.as('newest'))
    .innerJoin('applications', 'applications.id', 'newest.applicationId')
    .select((eb) => [
      'applications.id',
      'applications.name',
      eb.fn.countAll<number>().as('count'),
      eb.fn.max('newest.at').as('at'),
    ])
    .groupBy(['applications.id', 'applications.name'])
    .orderBy('count', 'desc')
    .orderBy('applications.id')
    .limit(maxListed)
    .execute();
  return rows.map((row) => ({
    kind: 'refusals',
    applicationId: row.id,
    applicationName: row.name,
    count: Number(row.count),
    at: Number(row.at),
  }));
}

async function listMissingAdmin(db: Db): Promise<Attention[]> {
  const owners = await db
    .selectFrom('admins')
    .innerJoin('accounts', 'accounts.id', 'admins.subjectId')
    .select('admins.subjectId')
    .where('admins.kind', '=', 'account')
    .where('accounts.status', '=', 'active')
    .limit(2)
    .execute();
  return owners.length > 1
    ? []
    : [{ kind: 'no_second_admin', applicationId: null, applicationName: null, count: owners.length, at: null }];
}
