import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import LibsqlDatabase from 'libsql';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { backup } from '../../src/commands/backup.js';
import { restore } from '../../src/commands/restore.js';
import type { MasterKey } from '../../src/config.js';
import { claimDatabase } from '../../src/store/claim.js';
import { type Db, openDatabase } from '../../src/store/db.js';
import { findSetting, updateSetting } from '../../src/store/settings.js';
import { databaseKind } from '../support/database.js';
import { makeLittleDisk } from '../support/little-disk.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { runTessera } from '../support/tessera.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.runIf(databaseKind === 'sqlite')('tessera restore', () => {
  let server: TestServer;
  let folder: string;
  /** A good backup, in which the product is called Acme. */
  let good: string;
  /** Where a database is that is called Later, and its file. */
  let place: string;
  let path: string;
  let key: Buffer;
  let number = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-restore-'));
    server = await startTestServer();
    key = server.deps.config.masterKey;
    await updateSetting(server.deps.db, 'product_name', 'Acme');
    good = join(folder, 'good.db');
    await backup({ databaseUrl: server.database.url, masterKey: environmentKey(), to: good });
    await updateSetting(server.deps.db, 'product_name', 'Later');
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    number += 1;
    place = join(folder, `place-${number}`);
    path = join(place, 'tessera.db');
    mkdirSync(place);
    await backup({ databaseUrl: server.database.url, masterKey: environmentKey(), to: path });
  });

  const environmentKey = (): MasterKey => ({ key, source: 'TESSERA_SECRET' });
  const keyFile = (value = key, at = join(place, 'master.key')): MasterKey => {
    writeFileSync(at, value.toString('base64url'));
    return { key: value, source: at };
  };
  const run = (file = good, masterKey: MasterKey | null = environmentKey()) =>
    restore({ file, databaseUrl: `file:${path}`, masterKey });

  async function using<T>(file: string, work: (db: Db) => Promise<T>): Promise<T> {
    const db = openDatabase(`file:${file}`);
    try {
      return await work(db);
    } finally {
      await db.destroy();
    }
  }
  const productName = (file = path) => using(file, (db) => findSetting(db, 'product_name'));
  const contents = () =>
    readdirSync(place)
      .filter((name) => !name.includes('-claim'))
      .map((name) => [name, readFileSync(join(place, name)).toString('base64')]);
  const replaced = () => readdirSync(place).filter((name) => name.includes('.replaced-'));

  /** A good backup that somebody changed. */
  function changed(name: string, change: (bytes: Buffer) => Buffer): string {
    const file = join(folder, `${name}-${number}.db`);
    writeFileSync(file, change(readFileSync(good)));
    return file;
  }

  function edit(file: string, statement: string): void {
    const database = new LibsqlDatabase(file);
    database.exec(statement);
    database.close();
  }

  test('puts the backup in the place of the database, which is kept', async () => {
    const said = await run();
    expect(await productName()).toBe('Acme');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const [kept] = replaced();
    expect(said).toContain(`${path} is now what ${good} holds`);
    expect(said).toContain(`kept as ${join(place, kept ?? 'none')}`);
    expect(await productName(join(place, kept ?? ''))).toBe('Later');
    expect(readdirSync(place).filter((name) => name.includes('partial'))).toEqual([]);
    // And back again.
    await run(join(place, kept ?? ''));
    expect(await productName()).toBe('Later');
  });

  test('keeps also what stood only in the log of the old database, and lets none of it into the new one', async () => {
    const source = dirname(server.database.url.slice('file:'.length));
    await updateSetting(server.deps.db, 'product_name', 'In the log');
    // As a process leaves them that was killed.
    for (const name of ['tessera.db', 'tessera.db-wal']) copyFileSync(join(source, name), join(place, name));
    await updateSetting(server.deps.db, 'product_name', 'Later');
    await run();
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(await productName()).toBe('Acme');
    expect(await productName(join(place, replaced()[0] ?? ''))).toBe('In the log');
  });

  test('keeps a damaged database as it is, in all of its files', async () => {
    writeFileSync(path, 'not a database at all');
    writeFileSync(`${path}-wal`, 'nor is this its log');
    await run();
    expect(await productName()).toBe('Acme');
    const kept = replaced().filter((name) => !name.endsWith('-shm'));
    expect(kept.map((name) => name.replace(/^tessera\.db\.replaced-\w+?Z/, ''))).toEqual(['', '-wal']);
    expect(kept.map((name) => readFileSync(join(place, name), 'utf8'))).toEqual([
      'not a database at all',
      'nor is this its log',
    ]);
  });

  test('makes the database where there is none, with the master key from beside the backup', async () => {
    const file = join(folder, 'with-key.db');
    await backup({ databaseUrl: server.database.url, masterKey: environmentKey(), to: file, withKey: true });
    path = join(folder, 'new', 'data', 'tessera.db');
    await run(file, null);
    expect(await productName()).toBe('Later');
    expect(readFileSync(join(dirname(path), 'master.key'), 'utf8')).toBe(key.toString('base64url'));
    expect(statSync(join(dirname(path), 'master.key')).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  test('a master key that does not fit the backup is kept beside the one that does', async () => {
    const other = Buffer.alloc(32, 9);
    const present = keyFile(other);
    const file = join(folder, 'with-its-key.db');
    copyFileSync(good, file);
    keyFile(key, `${file}.master-key`);
    await run(file, present);
    expect(readFileSync(join(place, 'master.key'), 'utf8')).toBe(key.toString('base64url'));
    const keptKey = replaced().find((name) => name.startsWith('master.key')) ?? '';
    expect(readFileSync(join(place, keptKey), 'utf8')).toBe(other.toString('base64url'));
  });

  describe('refuses, and leaves the database as it was:', () => {
    const refusals: [string, () => Promise<unknown> | unknown, RegExp][] = [
      ['a file that is not there', () => run(join(folder, 'none.db')), /^there is no file .*none\.db$/],
      [
        'a truncated backup',
        () => run(changed('short', (bytes) => bytes.subarray(0, bytes.length - 5_000))),
        /^.*short.* is truncated: it has \d+ of \d+ bytes$/,
      ],
      ['a file without content', () => run(changed('empty', () => Buffer.alloc(0))), /is no SQLite database$/],
      [
        'a file of another kind',
        () => run(changed('text', () => Buffer.from('-- PostgreSQL dump '.repeat(100)))),
        /is no SQLite database$/,
      ],
      [
        'a damaged backup',
        () => run(changed('damaged', (bytes) => bytes.fill(7, bytes.length / 2, bytes.length / 2 + 20_000))),
        /damaged.* is damaged: /,
      ],
      [
        'the wrong TESSERA_SECRET',
        () => run(good, { key: Buffer.alloc(32, 9), source: 'TESSERA_SECRET' }),
        /^the master key of TESSERA_SECRET does not open the signing keys in .*good\.db\. Set TESSERA_SECRET/,
      ],
      ['no master key', () => run(good, null), /^there is no master key for .*good\.db/],
      ['the database itself', () => run(path), /is the database itself/],
    ];
    test.each(refusals)('%s', async (_, attempt, message) => {
      const before = contents();
      await expect(attempt()).rejects.toThrow(message);
      expect(contents()).toEqual(before);
    });

    test('a wrong master key in files, named one by one', async () => {
      const present = keyFile(Buffer.alloc(32, 9));
      const before = contents();
      await expect(run(good, present)).rejects.toThrow(`the master key of ${present.source} does not open`);
      expect(contents()).toEqual(before);
    });

    test('a backup of a newer version, with both versions', async () => {
      const file = changed('newer', (bytes) => bytes);
      edit(file, "insert into kysely_migration values ('9001-newer', '2030-01-01')");
      const before = contents();
      await expect(run(file)).rejects.toThrow(/^this database is at 9001-newer, and this version .* up to 0\d{3}-/);
      expect(contents()).toEqual(before);
    });

    test('a SQLite database of something else', async () => {
      const file = join(folder, 'other.db');
      edit(file, 'create table planets (name text)');
      await expect(run(file)).rejects.toThrow(/holds no data of Tessera$/);
    });

    test('a database in use in place of a backup', async () => {
      const file = changed('live', (bytes) => bytes);
      await using(file, async (db) => {
        await updateSetting(db, 'product_name', 'Newest');
        await expect(run(file)).rejects.toThrow(`${file} is a database in use`);
      });
    });

    test('while a server runs on it', async () => {
      const before = contents();
      const claim = claimDatabase(`file:${path}`);
      await expect(run()).rejects.toThrow(/another Tessera process uses .*tessera\.db\. Stop it first/);
      claim.release();
      expect(contents()).toEqual(before);
    });

    test('on a full disk, and says that there is no space', async () => {
      const size = statSync(good).size / 1024;
      const disk = makeLittleDisk(place, Math.ceil(size / 2));
      try {
        writeFileSync(join(disk.folder, 'tessera.db'), 'what was there');
        const { code, stderr } = await runTessera(
          ['restore', good, '--to', `file:${join(disk.folder, 'tessera.db')}`],
          { TESSERA_SECRET: key.toString('base64url') },
          { within: disk.within },
        );
        expect(stderr).toMatch(/^tessera restore: there is no space left for .*tessera\.db\./);
        expect(code).toBe(1);
        expect(readdirSync(disk.folder).filter((name) => !name.includes('-claim'))).toEqual(['tessera.db']);
        expect(readFileSync(join(disk.folder, 'tessera.db'), 'utf8')).toBe('what was there');
      } finally {
        disk.remove();
      }
    });
  });

  test('a mistake in a name makes nothing: no folder and no key', async () => {
    const empty = join(place, 'empty');
    mkdirSync(empty);
    const secret = { TESSERA_SECRET: key.toString('base64url') };
    const none = await runTessera(['restore', 'none.db'], secret, { cwd: empty });
    expect(none).toEqual({ code: 1, stdout: '', stderr: 'tessera restore: there is no file none.db\n' });
    const keyless = await runTessera(['restore', good], {}, { cwd: empty });
    expect([keyless.code, keyless.stdout]).toEqual([1, '']);
    expect(readdirSync(empty)).toEqual([]);
    const restored = await runTessera(['restore', good], secret, { cwd: empty });
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(await productName(join(empty, 'data', 'tessera.db'))).toBe('Acme');
  });
});

describe.runIf(databaseKind === 'postgres')('tessera restore of PostgreSQL', () => {
  test('names the command that does it, and not the password', async () => {
    const url = 'postgres://tessera:opensesame@db.internal/tessera';
    const attempt = restore({ file: 'tessera.dump', databaseUrl: url, masterKey: null });
    await expect(attempt).rejects.toThrow(/pg_restore --clean --if-exists .*--dbname="\$DATABASE_URL"/);
    await expect(attempt).rejects.not.toThrow('opensesame');
  });
});
