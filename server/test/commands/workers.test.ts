import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createClient } from '../crash/client.js';
import { environmentOf, type Product, setUpProduct } from '../crash/product.js';
import { type ServerProcess, serverProcess } from '../crash/server-process.js';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { program } from '../support/tessera.js';

/** `tessera start --workers` that cannot start: what it says, and its exit code. */
function refusal(workers: string, databaseUrl: string) {
  const { status, stderr } = spawnSync(process.execPath, [program, 'start', '--workers', workers], {
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe.runIf(databaseKind === 'sqlite')('workers that cannot be had', () => {
  test('the embedded database has one process: refused, with what to do, and nothing is made', async () => {
    const database = await createTestDatabase();
    const { status, stderr } = refusal('2', database.url);
    expect(stderr).toMatch(/embedded database has one process\. Leave --workers out, or move to PostgreSQL/);
    expect(status).toBe(1);
    expect(existsSync(database.url.slice('file:'.length))).toBe(false);
    await database.drop();
  });

  test.each(['0', '1.5', 'many', '257'])('--workers %s is refused, with what to write', (workers) => {
    expect(refusal(workers, 'postgres://localhost/none')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('write a whole number from 1 to 256, or auto') as unknown,
    });
  });
});

describe.runIf(databaseKind === 'postgres')('tessera start --workers 2', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let product: Product;

  beforeAll(async () => {
    database = await createTestDatabase();
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const environment = { ...environmentOf(url, database.url), TESSERA_MAX_FAILURES_PER_ACCOUNT: '3' };
    server = serverProcess(port, environment, { flags: ['--workers', '2'] });
    await server.start();
    product = await setUpProduct(
      createClient([url], () => true),
      url,
    );
  }, 60_000);
  afterAll(async () => {
    await server.kill();
    await database.drop();
  });

  const workers = () =>
    execFileSync('pgrep', ['-P', String(server.pid())], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);

  test('a code, a rotation and a replay hold across them', async () => {
    for (let n = 0; n < 6; n += 1) {
      const { code, verifier } = await product.authorize();
      const answers = await Promise.all([0, 1, 2, 3].map(() => product.redeem(code, verifier)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
    }
    const { code, verifier } = await product.authorize();
    const { refresh_token: first = '' } = (await product.redeem(code, verifier)).body;
    const rotated = await Promise.all([0, 1, 2, 3].map(() => product.refresh(first)));
    expect(new Set(rotated.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  test('wrong passwords are counted for all of them together', async () => {
    const wrong = [];
    for (let n = 0; n < 5; n += 1) wrong.push((await product.wrongPassword()).status);
    expect(wrong).toEqual([400, 400, 400, 429, 429]);
  });

  test('one that is killed is replaced, and the port stays open', async () => {
    const [victim = 0, other = 0] = workers();
    process.kill(victim, 'SIGKILL');
    await vi.waitFor(
      () => {
        const now = workers();
        expect(now).toHaveLength(2);
        expect(now).not.toContain(victim);
        expect(now).toContain(other);
      },
      { timeout: 15_000, interval: 50 },
    );
    const { code, verifier } = await product.authorize();
    expect((await product.redeem(code, verifier)).status).toBe(200);
  });

  test('SIGTERM stops them all in order', async () => {
    const before = workers();
    expect(await server.stop()).toBe(0);
    for (const pid of before) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
