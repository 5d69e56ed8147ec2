import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type BackupOptions, backup as makeBackup } from '../../src/commands/backup.js';
import { readMasterKeyFile } from '../../src/config.js';
import { openFinishedFile } from '../../src/store/db.js';
import { createClient } from '../crash/client.js';
import { environmentOf, type Product, setUpProduct } from '../crash/product.js';
import { type ServerProcess, serverProcess } from '../crash/server-process.js';
import { databaseKind } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { limitedFiles, makeLittleDisk } from '../support/little-disk.js';
import { runTessera } from '../support/tessera.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** What an application was told: a refresh token that nobody has used since, and an application that was made. */
interface Acknowledged {
  refreshToken: string;
  applicationId: string;
}

/** Tries again until it is answered: a server that has just started may be too busy for a moment. */
const patientClient = (origin: string) => createClient([origin], () => false);

describe.runIf(databaseKind === 'sqlite')('tessera backup', () => {
  let folder: string;
  let port: number;
  let env: Record<string, string>;
  let server: ServerProcess;
  let product: Product;
  let number = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-backup-'));
    port = await freePort();
    const { TESSERA_SECRET: _, ...rest } = environmentOf(
      `http://localhost:${port}`,
      `file:${join(folder, 'data', 'tessera.db')}`,
    );
    // The master key is kept in a file, as it is where nobody configures anything.
    env = {
      ...rest,
      TESSERA_DRAIN_SECONDS: '0',
      TESSERA_ADMIN_EMAIL: 'owner@tessera.test',
      TESSERA_ADMIN_PASSWORD: 'correct horse battery staple',
    };
    server = serverProcess(port, env);
    await server.start();
    product = await setUpProduct(patientClient(server.origin), server.origin);
  });
  afterAll(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const backup = (args: readonly string[], within?: readonly string[]) =>
    runTessera(['backup', ...args], env, within ? { within } : {});
  const inProcess = (options: Partial<BackupOptions>) =>
    makeBackup({
      databaseUrl: env.DATABASE_URL ?? '',
      masterKey: readMasterKeyFile(join(folder, 'data', 'master.key')),
      ...options,
    });
  const restoreTo = (path: string, file: string) => runTessera(['restore', file, '--to', `file:${path}`], env);
  const files = (path = folder) => readdirSync(path).sort();

  async function write(): Promise<Acknowledged> {
    const { code, verifier } = await product.authorize();
    const { body } = await product.redeem(code, verifier);
    number += 1;
    const made = await product.api<{ id: string }>('POST', '/applications', product.applicationOf(`Made ${number}`));
    if (!body.refresh_token || made.status !== 201) throw new Error(`A write failed: ${body.error}, ${made.status}`);
    return { refreshToken: body.refresh_token, applicationId: made.body.id };
  }

  /** How much of what was acknowledged is not there. */
  async function countLost(acknowledged: readonly Acknowledged[]): Promise<number> {
    let lost = 0;
    for (const { refreshToken, applicationId } of acknowledged) {
      if ((await product.refresh(refreshToken)).status !== 200) lost += 1;
      if ((await product.api('GET', `/applications/${applicationId}`)).status !== 200) lost += 1;
    }
    return lost;
  }

  test('while a server writes, holds every write that was acknowledged before it began, and a server starts on it', async () => {
    const file = join(folder, 'online.db');
    const before: Acknowledged[] = [];
    for (let count = 0; count < 5; count += 1) before.push(await write());
    let ended = false;
    const running = backup(['--to', file, '--with-key']).finally(() => {
      ended = true;
    });
    let during = 0;
    while (!ended) {
      await write();
      during += 1;
    }
    expect(await running).toMatchObject({ code: 0, stderr: '' });
    expect(during).toBeGreaterThan(0);
    const after = await write();

    // Not in the place of the database that the server uses.
    const inUse = await restoreTo(join(folder, 'data', 'tessera.db'), file);
    expect([inUse.code, inUse.stderr]).toEqual([1, expect.stringContaining('another Tessera process uses')]);
    const elsewhere = join(folder, 'elsewhere', 'tessera.db');
    expect(await restoreTo(elsewhere, file)).toMatchObject({ code: 0, stderr: '' });
    await server.stop();
    const second = serverProcess(port, { ...env, DATABASE_URL: `file:${elsewhere}` });
    await second.start();
    try {
      expect(await countLost(before)).toBe(0);
      // It is the backup that answers, not the database that went on.
      expect(await countLost([after])).toBe(2);
      const { code, verifier } = await product.authorize();
      expect((await product.redeem(code, verifier)).status).toBe(200);
      // A person signs in by password, and the management API works.
      const again = await setUpProduct(patientClient(second.origin), second.origin);
      expect((await again.api('GET', '/me')).status).toBe(200);
    } finally {
      await second.stop();
    }
  });

  test('is one file for its user alone, without the master key, and says where that is kept', async () => {
    const file = join(folder, 'alone.db');
    const { code, stdout } = await backup(['--to', file]);
    expect(code).toBe(0);
    const masterKey = join(folder, 'data', 'master.key');
    expect(stdout).toContain(`${file} holds the database`);
    expect(stdout).toContain(
      `The master key is not in it. Without it the backup cannot be used, so keep that of ${masterKey}`,
    );
    expect(files().filter((name) => name.startsWith('alone'))).toEqual(['alone.db']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(file);
    const key = readFileSync(masterKey, 'utf8').trim();
    expect(bytes.includes(key) || bytes.includes(Buffer.from(key, 'base64url'))).toBe(false);
    const db = openFinishedFile(file);
    expect((await db.selectFrom('suites').select('slug').execute()).map(({ slug }) => slug)).toContain('system');
    await db.destroy();
  });

  test('with --with-key keeps the master key in a second file, for its user alone', async () => {
    const file = join(folder, 'both.db');
    expect((await backup(['--to', file, '--with-key'])).code).toBe(0);
    const keyFile = `${file}.master-key`;
    expect(readFileSync(keyFile, 'utf8')).toBe(readFileSync(join(folder, 'data', 'master.key'), 'utf8'));
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });

  test('lies beside the database where no other place is named', async () => {
    expect((await backup([])).code).toBe(0);
    expect(files(join(folder, 'data')).filter((name) => /^tessera\.db\.backup-\d{8}T\d{9}Z$/.test(name))).toHaveLength(
      1,
    );
  });

  test('overwrites nothing: neither a file of that name, nor a key', async () => {
    const file = join(folder, 'taken.db');
    writeFileSync(file, 'precious');
    const refused = `${file} exists, and is not overwritten. Give another name`;
    expect(await backup(['--to', file])).toEqual({ code: 1, stdout: '', stderr: `tessera backup: ${refused}\n` });
    await expect(inProcess({ to: file, withKey: true })).rejects.toThrow(refused);
    expect(readFileSync(file, 'utf8')).toBe('precious');
    const keyed = join(folder, 'keyed.db');
    writeFileSync(`${keyed}.master-key`, 'precious too');
    await expect(inProcess({ to: keyed, withKey: true })).rejects.toThrow(`${keyed}.master-key exists`);
    expect(readFileSync(`${keyed}.master-key`, 'utf8')).toBe('precious too');
    expect(files().filter((name) => /^(taken|keyed)/.test(name))).toEqual(['keyed.db.master-key', 'taken.db']);
  });

  const full =
    /^tessera backup: there is no space left for .*full\.db\. Free some, or choose another disk; nothing was changed\n$/;

  test('on a full disk leaves no file and says that there is no space', async () => {
    const disk = makeLittleDisk(folder, 128);
    try {
      const { code, stderr } = await backup(['--to', join(disk.folder, 'full.db'), '--with-key'], disk.within);
      expect(stderr).toMatch(full);
      expect(code).toBe(1);
      expect(files(disk.folder)).toEqual([]);
    } finally {
      disk.remove();
    }
  });

  test('beyond a limit on the size of files it is the same', async () => {
    const place = join(folder, 'limited');
    mkdirSync(place);
    const { code, stderr } = await backup(['--to', join(place, 'full.db')], limitedFiles(128));
    expect(stderr).toMatch(full);
    expect(code).toBe(1);
    expect(files(place)).toEqual([]);
  });

  test('a mistake in a name makes nothing: no folder, no database, no key', async () => {
    const place = join(folder, 'empty');
    mkdirSync(place);
    const run = (args: string[], more: Record<string, string> = {}) => runTessera(args, more, { cwd: place });
    expect(await run(['backup'])).toMatchObject({
      code: 1,
      stderr: 'tessera backup: there is no database at ./data/tessera.db. Set DATABASE_URL to the one to back up\n',
    });
    const nowhere = await run(['backup', '--to', 'nowhere/b.db'], { DATABASE_URL: env.DATABASE_URL ?? '' });
    expect(nowhere).toMatchObject({ code: 1, stderr: 'tessera backup: there is no folder nowhere\n' });
    expect(files(place)).toEqual([]);
  });

  test('without the master key of the database there is no backup, since nobody could use it', async () => {
    const file = join(folder, 'unusable.db');
    const wrong = { key: Buffer.alloc(32, 9), source: 'TESSERA_SECRET' };
    await expect(inProcess({ to: file, masterKey: wrong })).rejects.toThrow(
      /^the master key of TESSERA_SECRET does not open the signing keys in .*tessera\.db, so a backup could not be used/,
    );
    await expect(inProcess({ to: file, masterKey: null })).rejects.toThrow(
      /^there is no master key, without which nobody can use a backup/,
    );
    expect(files().filter((name) => name.startsWith('unusable'))).toEqual([]);
  });
});

describe.runIf(databaseKind === 'postgres')('tessera backup of PostgreSQL', () => {
  test('names the command that does it, and not the password', async () => {
    const url = 'postgres://tessera:opensesame@db.internal/tessera';
    const { code, stdout, stderr } = await runTessera(['backup'], { DATABASE_URL: url });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('pg_dump --format=custom --file=tessera.dump "$DATABASE_URL"');
    expect(stderr).not.toContain('opensesame');
  });
});
