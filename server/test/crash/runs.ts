import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.js';
import { startPostgres } from '../support/postgres-server.js';
import { checkAcknowledged, checkEnds } from './check.js';
import { type Client, createClient, type Traffic } from './client.js';
import { createLedger, type Ledger } from './ledger.js';
import { type Load, startLoad } from './load.js';
import { environmentOf, type Product, setUpProduct } from './product.js';
import { serverProcess } from './server-process.js';

/** What a run has shown. */
export interface Shown extends Pick<Ledger, 'acknowledged' | 'lost' | 'twice' | 'failed' | 'codesCut' | 'changesCut'> {
  kills: number;
  databaseCrashes: number;
  traffic: Traffic;
}

const workers = { chains: 3, exchanges: 1, machines: 0, changes: 1, changePause: 0 };

type Say = (line: string) => void;

/** The embedded database: one process, killed under load and started again. */
export async function crashEmbedded(
  /** `answers` come between a start and the next kill, so that it hits a busy process. */
  { kills, answers }: { kills: number; answers: number },
  say: Say = () => {},
): Promise<Shown> {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-crash-'));
  const port = await freePort();
  const died: string[] = [];
  const environment = environmentOf(`http://localhost:${port}`, `file:${join(directory, 'tessera.db')}`);
  const server = serverProcess(port, environment, { died: (output) => died.push(output) });
  let up = true;
  let run: Run | undefined;
  try {
    await server.start();
    const client = createClient([server.origin], () => up);
    const product = await setUpProduct(client, server.origin);
    run = beginRun(client, product, died);
    for (let kill = 1; kill <= kills; kill += 1) {
      await run.answers(answers);
      up = false;
      await server.kill();
      await server.start();
      up = true;
      await run.check();
      say(`kill ${kill}: ${run.ledger.acknowledged} acknowledged`);
    }
    return await run.end({ kills, databaseCrashes: 0 });
  } finally {
    run?.abandon();
    await server.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Safe settings, unlike those of the other tests: what was committed survives. */
const safeSettings = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on', 'max_connections=100'];

/** Milliseconds after the database is back in which every process finds it again. */
const foundAgain = 3_000;

/**
 * Three processes on one PostgreSQL, behind a client that asks them in turn: each in its turn is killed and started
 * again, and the database crashes, evenly among the kills.
 */
export async function crashNodes(
  {
    kills,
    answers,
    databaseCrashes,
    pause,
  }: { kills: number; answers: number; databaseCrashes: number; pause: number },
  say: Say = () => {},
): Promise<Shown> {
  const postgres = await startPostgres(safeSettings);
  const ports = [await freePort(), await freePort(), await freePort()];
  const url = `http://localhost:${ports[0]}`;
  const died: string[] = [];
  const nodes = ports.map((port) =>
    serverProcess(port, environmentOf(url, postgres.url), { died: (output) => died.push(output) }),
  );
  let databaseUp = true;
  let run: Run | undefined;
  try {
    await Promise.all(nodes.map((node) => node.start()));
    const client = createClient(
      nodes.map((node) => node.origin),
      () => databaseUp,
    );
    const product = await setUpProduct(client, url);
    run = beginRun(client, product, died);
    const crashAfter = new Set(
      Array.from({ length: databaseCrashes }, (_, n) => Math.ceil(((n + 1) * kills) / (databaseCrashes + 1))),
    );
    for (let kill = 1; kill <= kills; kill += 1) {
      await run.answers(answers);
      const node = nodes[kill % nodes.length];
      await node?.kill();
      await run.answers(answers);
      await node?.start();
      if (crashAfter.has(kill)) {
        databaseUp = false;
        await postgres.crash();
        await sleep(500);
        await postgres.startAgain();
        await sleep(foundAgain);
        if (died.length > 0) throw new Error(died.join('\n'));
        databaseUp = true;
        say('the database crashed and is back');
      }
      await run.check();
      say(`kill ${kill}: ${run.ledger.acknowledged} acknowledged`);
      await sleep(pause);
    }
    const shown = await run.end({ kills, databaseCrashes });
    if (shown.failed.length > 0) for (const node of nodes) for (const line of node.errors().slice(-20)) say(line);
    return shown;
  } finally {
    run?.abandon();
    await Promise.all(nodes.map((node) => node.kill()));
    await postgres.stop();
  }
}

type Run = ReturnType<typeof beginRun>;

function beginRun(client: Client, product: Product, died: string[]) {
  const ledger = createLedger();
  const load: Load = startLoad(product, ledger, workers);
  return {
    ledger,
    abandon: () => load.abandon(),
    /** Resolves after so many more answers. */
    async answers(count: number) {
      const until = ledger.acknowledged + count;
      while (ledger.acknowledged < until) {
        if (died.length > 0 || ledger.failed.length > 100)
          throw new Error([...died, ...ledger.failed].join('\n').slice(0, 5_000));
        await sleep(5);
      }
    },
    /** Looks at what was acknowledged, in the quiet: what came last is what a crash could take. */
    async check() {
      await load.pause();
      await checkAcknowledged(product, ledger);
      load.goOn();
    },
    async end(done: Pick<Shown, 'kills' | 'databaseCrashes'>): Promise<Shown> {
      const ends = await load.stop();
      await checkAcknowledged(product, ledger);
      await checkEnds(product, ledger, ends);
      const { acknowledged, lost, twice, failed, codesCut, changesCut } = ledger;
      return {
        ...done,
        acknowledged,
        lost,
        twice,
        failed: [...died, ...failed],
        codesCut,
        changesCut,
        traffic: client.traffic,
      };
    },
  };
}
