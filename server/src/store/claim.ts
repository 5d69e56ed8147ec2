import { mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import LibsqlDatabase from 'libsql';
import { databaseFileOf } from './database-file.js';

/** Held while the process runs; the operating system lets go of it when the process dies, however it dies. */
export interface Claim {
  release(): void;
}

/** File systems whose locks and shared memory SQLite cannot rely on, by the number that statfs(2) has for them. */
const networkFileSystems: Record<number, string> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  20859: 'SMB',
  12805120: 'CephFS',
  1397113167: 'AFS',
};

/** The name of the network file system that a number of statfs(2) stands for, or null for one of this machine. */
export function networkFileSystem(type: number): string | null {
  return networkFileSystems[type >>> 0] ?? null;
}

/**
 * Claims an embedded database for this process, by a lock on a file beside it. Throws an Error that says so where another
 * process has it, or where the file is on a network file system: what a process keeps in memory is sound only while nobody else changes the file.
 */
export function claimDatabase(url: string): Claim {
  const path = databaseFileOf(url);
  if (path === null) return { release: () => {} };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const network = networkFileSystem(statfsSync(dirname(path)).type);
  if (network !== null)
    throw new Error(`${path} is on ${network}, where a database file is not safe. Use a local disk, or PostgreSQL`);
  const lock = new LibsqlDatabase(`${path}-claim`);
  try {
    lock.exec('PRAGMA busy_timeout = 0');
    lock.exec('PRAGMA locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    // The transaction stays open: it is the lock.
    lock.exec('CREATE TABLE IF NOT EXISTS claim (id integer)');
  } catch (error) {
    lock.close();
    if ((error as Error & { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new Error(
      `another Tessera process uses ${path}. Stop it first; for several processes, use PostgreSQL (DATABASE_URL=postgres://…)`,
    );
  }
  return {
    release() {
      lock.exec('ROLLBACK');
      lock.close();
    },
  };
}
