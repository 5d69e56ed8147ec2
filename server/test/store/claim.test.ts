import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { claimDatabase, networkFileSystem } from '../../src/store/claim.js';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';

const libsql = fileURLToPath(import.meta.resolve('libsql'));
const message = /another Tessera process uses .*tessera\.db\. Stop it first; for several processes, use PostgreSQL/;

describe.runIf(databaseKind === 'sqlite')('the embedded database has one process', () => {
  let database: TestDatabase;
  afterEach(() => database?.drop());

  test('a second claim is refused, until the first is released', async () => {
    database = await createTestDatabase();
    const first = claimDatabase(database.url);
    expect(() => claimDatabase(database.url)).toThrow(message);
    first.release();
    claimDatabase(database.url).release();
  });

  test('file systems of the network are told from those of the machine', () => {
    // Numbers of statfs(2): NFS, CIFS as a signed number; ext4, tmpfs, overlayfs.
    expect([0x6969, 0xff534d42 | 0].map(networkFileSystem)).toEqual(['NFS', 'CIFS']);
    expect([0xef53, 0x01021994, 0x794c7630].map(networkFileSystem)).toEqual([null, null, null]);
  });

  test('the claim of a process that was killed is gone with it', async () => {
    database = await createTestDatabase();
    const path = `${database.url.slice('file:'.length)}-claim`;
    const code = `const Database = require(${JSON.stringify(libsql)});
      const lock = new Database(${JSON.stringify(path)});
      lock.exec('PRAGMA locking_mode = EXCLUSIVE'); lock.exec('BEGIN EXCLUSIVE'); lock.exec('CREATE TABLE claim (id integer)');
      console.log('claimed'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['-e', code]);
    await once(other.stdout, 'data');
    expect(() => claimDatabase(database.url)).toThrow(message);
    other.kill('SIGKILL');
    await once(other, 'exit');
    claimDatabase(database.url).release();
  });
});
