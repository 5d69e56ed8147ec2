import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.js';
import { createClient } from './client.js';
import { createLedger } from './ledger.js';
import { startLoad } from './load.js';
import { environmentOf, setUpProduct } from './product.js';
import { serverProcess } from './server-process.js';

/** What a soak has shown; memory is resident, in MB. */
export interface Soaked {
  acknowledged: number;
  requests: number;
  afterOneMinute: number;
  firstThird: number;
  lastThird: number;
  errors: string[];
}

/** Seconds between two looks at the memory. */
const sampleEvery = 10;

const workers = { chains: 6, exchanges: 2, machines: 4, changes: 1, changePause: 250 };

/** Keeps one process on the embedded database fully busy with everything it does, and watches its memory. */
export async function soak(minutes: number, say: (line: string) => void): Promise<Soaked> {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-soak-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const died: string[] = [];
  const environment = environmentOf(url, `file:${join(directory, 'tessera.db')}`);
  const server = serverProcess(port, environment, { died: (output) => died.push(output) });
  try {
    await server.start();
    const client = createClient([url], () => true);
    const product = await setUpProduct(client, url);
    const ledger = createLedger();
    const load = startLoad(product, ledger, workers);
    const samples: number[] = [];
    for (let elapsed = sampleEvery; elapsed <= minutes * 60; elapsed += sampleEvery) {
      await sleep(sampleEvery * 1_000);
      if (died.length > 0) break;
      samples.push(residentMegabytes(server.pid()));
      say(`${elapsed} s: ${samples.at(-1)} MB, ${client.traffic.requests} requests, ${ledger.failed.length} errors`);
    }
    await load.stop();
    const third = Math.max(1, Math.floor(samples.length / 3));
    return {
      acknowledged: ledger.acknowledged,
      requests: client.traffic.requests,
      afterOneMinute: samples[60 / sampleEvery - 1] ?? samples.at(-1) ?? 0,
      firstThird: medianOf(samples.slice(0, third)),
      lastThird: medianOf(samples.slice(-third)),
      errors: [...died, ...ledger.lost, ...ledger.twice, ...ledger.failed, ...server.errors()],
    };
  } finally {
    await server.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

function residentMegabytes(pid: number | undefined): number {
  const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  return Math.round(kilobytes / 1024);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
