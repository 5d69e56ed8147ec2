import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/commands/doctor/finding.js';
import { doctor, presentFindings } from '../../src/commands/doctor.js';
import { systemClock } from '../../src/platform/clock.js';
import { startWorld, type World } from '../oauth/requests.js';
import { createTestDatabase, databaseKind } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { type Listener, listen } from '../support/listener.js';
import { startTestServer, testAdmin, testClient } from '../support/server.js';

const TESSERA_SECRET = Buffer.alloc(32, 7).toString('base64url');

let world: World;
let listener: Listener | undefined;

beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => {
  listener?.close();
  listener = undefined;
});
afterAll(() => world.close());

/** With the real clock, which the others are compared with, or one that is some seconds ahead of it. */
function look(env: Record<string, string> = {}, ahead = 0): Promise<Finding[]> {
  const { url, database } = world.server;
  const { port } = new URL(url);
  const own = { TESSERA_URL: url, PORT: port, DATABASE_URL: database.url, TESSERA_SECRET };
  return doctor({ ...own, ...env }, { now: () => systemClock.now() + ahead });
}

/** What is wrong beside the PostgreSQL of the tests, which is fast because it is not durable. */
const faultsOf = (findings: Finding[]) =>
  findings.filter(({ level, title }) => level === 'fault' && title !== 'Durability');

const find = (findings: Finding[], title: string) => findings.filter((one) => one.title === title);

describe('a server that runs', () => {
  test('has no fault; its URL leads to it', async () => {
    const findings = await look();
    expect(faultsOf(findings)).toEqual([]);
    expect(find(findings, 'Way to the server')[0]?.found).toMatch(/answers as itself, with the keys of this database/);
    expect(find(findings, 'Clock of the public URL')[0]?.level).toBe('ok');
    expect(find(findings, 'Mail')[0]?.found).toMatch(/sends no mail/);
    const titles = findings.map(({ title }) => title);
    expect(titles).toEqual(
      expect.arrayContaining(
        databaseKind === 'postgres' ? ['Connections', 'Clock of the database'] : ['Rights', 'Disk space'],
      ),
    );
    // Every finding that asks for something says what.
    for (const { level, fix } of findings) expect(fix === null).toBe(level === 'ok');
  });

  test('no secret is told', async () => {
    const findings = await look({
      TESSERA_ADMIN_EMAIL: testAdmin.email,
      TESSERA_ADMIN_PASSWORD: testAdmin.password,
      TESSERA_BOOTSTRAP_CLIENT_ID: testClient.clientId,
      TESSERA_BOOTSTRAP_CLIENT_SECRET: testClient.clientSecret,
    });
    expect(find(findings, 'First owner')).toHaveLength(1);
    expect(find(findings, 'Bootstrap client')).toHaveLength(1);
    const text = JSON.stringify(findings) + presentFindings(findings);
    const { password } = new URL(world.server.database.url);
    for (const secret of [TESSERA_SECRET, testAdmin.password, testClient.clientSecret, ...(password ? [password] : [])])
      expect(text).not.toContain(secret);
  });

  test('a clock that is a minute off is a fault', async () => {
    const faults = faultsOf(await look({}, 60));
    const expected = [...(databaseKind === 'postgres' ? ['Clock of the database'] : []), 'Clock of the public URL'];
    expect(faults.map(({ title }) => title)).toEqual(expected);
    expect(faults[0]?.found).toMatch(/^\d\d s behind/);
  });
});

describe('the public URL leads elsewhere', () => {
  const way = async (env: Record<string, string>) => find(await look(env), 'Way to the server')[0];

  test('to a server on another database', async () => {
    const other = await startTestServer();
    expect(await way({ TESSERA_URL: other.url })).toMatchObject({
      level: 'fault',
      found: expect.stringMatching(/has none of the keys of this database/),
    });
    await other.close();
  });

  test('to a server that has another TESSERA_URL', async () => {
    const url = world.server.url.replace('localhost', '127.0.0.1');
    expect(await way({ TESSERA_URL: url })).toMatchObject({
      level: 'fault',
      found: `the server there calls itself ${world.server.url}/suites/system, not ${url}/suites/system`,
    });
  });

  test.each([
    ['a proxy that cannot reach it', { status: 502 }, /answers 502, though a server listens here/],
    [
      'a redirect',
      { status: 301, headers: { location: 'https://www.example.com/?a=b' } },
      /redirected to https:\/\/www\.example\.com\/$/,
    ],
    ['another program', { body: '<p>hello', type: 'text/html' }, /answers 200, but not as Tessera does/],
  ])('to %s', async (_, reply, found) => {
    listener = await listen();
    listener.answer(reply);
    expect(await way({ TESSERA_URL: listener.url })).toMatchObject({
      level: 'fault',
      found: expect.stringMatching(found),
    });
  });

  test('nowhere: a fault where the server runs, a note where it does not', async () => {
    const free = String(await freePort());
    const TESSERA_URL = `http://localhost:${free}`;
    expect(await way({ TESSERA_URL })).toMatchObject({ level: 'fault', found: expect.stringMatching(/ECONNREFUSED/) });
    expect(await way({ TESSERA_URL, PORT: free })).toMatchObject({ level: 'note' });
  });
});

describe('keys', () => {
  test('a wrong master key, and none, is a fault', async () => {
    const wrong = await look({ TESSERA_SECRET: Buffer.alloc(32, 9).toString('base64url') });
    expect(faultsOf(wrong)).toMatchObject([{ title: 'Master key', found: expect.stringMatching(/does not open/) }]);
    expect(faultsOf(await look({ TESSERA_SECRET: '' }))).toMatchObject([{ title: 'Master key' }]);
  });

  test('one that signs for longer than its suite wants is a fault', async () => {
    const { db } = world.server.deps;
    const { kid, signsFrom } = await db
      .selectFrom('signingKeys')
      .selectAll()
      .where('suiteId', '=', world.suite.id)
      .where('status', '=', 'signing')
      .where('alg', '=', 'ES256')
      .executeTakeFirstOrThrow();
    const set = (at: number) => db.updateTable('signingKeys').set({ signsFrom: at }).where('kid', '=', kid).execute();
    await set(signsFrom - 89 * 86_400);
    expect(find(await look(), 'Key rotation')).toMatchObject([
      { level: 'ok', found: expect.stringMatching(/signs for 89 days \(ES256 of suite .*, rotated after 90\)/) },
    ]);
    await set(signsFrom - 91 * 86_400);
    expect(faultsOf(await look())).toMatchObject([{ title: 'Key rotation', found: expect.stringContaining(kid) }]);
    await set(signsFrom);
  });
});

test('applications with doubtful URLs are named, some of them, and the others counted', async () => {
  const { admin, suite } = world;
  const project = await admin.givenProject(suite.id, { name: 'Shop', environment: 'production' });
  for (let n = 0; n < 7; n += 1)
    await admin.givenApplication(project, 'authorization_flow', { redirectUris: [`http://localhost:${n + 1}/cb`] });
  const [finding, ...others] = find(await look(), 'Redirect URLs and origins');
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    level: 'note',
    found: expect.stringMatching(/^localhost in .*Shop › .* and 2 more$/),
  });
});

describe('the environment', () => {
  test('a value that cannot be read is a fault', async () => {
    expect(faultsOf(await look({ PORT: 'x' }))).toMatchObject([
      { title: 'Settings', found: expect.stringMatching(/^PORT is "x"/) },
    ]);
  });

  test('a database that does not answer is a fault, and its password is not told', async () => {
    const port = await freePort();
    const findings = await look({ DATABASE_URL: `postgres://ana:s3cret@127.0.0.1:${port}/tessera` });
    expect(faultsOf(findings)[0]).toMatchObject({ title: 'Database', found: expect.stringMatching(/ECONNREFUSED/) });
    expect(JSON.stringify(findings)).not.toContain('s3cret');
  });

  test('a database of a newer release is a fault, and an empty one a note', async () => {
    const { db } = world.server.deps;
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')`.execute(db);
    const newer = faultsOf(await look());
    await sql`delete from kysely_migration where name = '9999-later'`.execute(db);
    expect(newer).toMatchObject([{ title: 'Database', found: expect.stringMatching(/9999-later.*a newer version/) }]);
    const empty = await createTestDatabase();
    if (databaseKind === 'sqlite') writeFileSync(empty.url.slice('file:'.length), '');
    const findings = await look({ DATABASE_URL: empty.url });
    expect(find(findings, 'Database')).toMatchObject([
      { level: 'note', found: expect.stringMatching(/is empty; 0001/) },
    ]);
    await empty.drop();
  });

  test('a database that is not there is a note, and is not made', async () => {
    const folder = join(tmpdir(), `tessera-no-such-folder-${process.pid}`);
    const findings = await look({ DATABASE_URL: `file:${folder}/tessera.db`, TESSERA_SECRET: '' });
    expect(find(findings, 'Database')).toMatchObject([{ level: 'note' }]);
    expect(existsSync(folder)).toBe(false);
  });
});

describe.runIf(databaseKind === 'sqlite')('an embedded database', () => {
  const path = () => world.server.database.url.slice('file:'.length);

  test('no file is made or changed by looking', async () => {
    const state = () =>
      readdirSync(dirname(path())).map((name) => [name, statSync(join(dirname(path()), name)).mtimeMs]);
    const before = state();
    await look();
    expect(state()).toEqual(before);
  });

  test('a file that others may read is a fault', async () => {
    const key = join(dirname(path()), 'master.key');
    writeFileSync(key, TESSERA_SECRET);
    chmodSync(key, 0o644);
    expect(faultsOf(await look())).toMatchObject([{ title: 'Rights', fix: `chmod 600 ${key}` }]);
    rmSync(key);
    chmodSync(dirname(path()), 0o755);
    chmodSync(path(), 0o644);
    expect(faultsOf(await look())).toMatchObject([
      { title: 'Rights', found: expect.stringMatching(/mode 0755 and others may read tessera\.db/) },
    ]);
    chmodSync(dirname(path()), 0o700);
    expect(faultsOf(await look())).toEqual([]);
  });

  test('a file that is no database is a fault, and stays as it is', async () => {
    const other = join(dirname(path()), 'notes.txt');
    writeFileSync(other, 'not a database, but quite long enough to be taken for one at first sight'.repeat(20));
    const before = statSync(other);
    expect(faultsOf(await look({ DATABASE_URL: `file:${other}` }))).toMatchObject([{ title: 'Database' }]);
    expect(statSync(other)).toMatchObject({ size: before.size, mtimeMs: before.mtimeMs });
    rmSync(other);
  });
});
