import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  /** As `DATABASE_URL` takes it. */
  url: string;
  drop(): Promise<void>;
}

/** The database the running test project is for. */
export const databaseKind = process.env.TEST_DATABASE === 'postgres' ? 'postgres' : 'sqlite';

/** A fresh, empty database: a file in a temporary folder, or one of its own on the PostgreSQL server of the run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return databaseKind === 'postgres' ? createPostgresDatabase() : createSqliteDatabase();
}

/** A fresh file, whichever database the tests are for. */
export function createSqliteDatabase(): TestDatabase {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-test-'));
  return {
    url: `file:${join(directory, 'tessera.db')}`,
    drop: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function createPostgresDatabase(): Promise<TestDatabase> {
  const url = new URL(inject('postgresUrl'));
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runOn(url, `CREATE DATABASE ${name} TEMPLATE template0`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => runOn(url, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function runOn(url: URL, sql: string) {
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
