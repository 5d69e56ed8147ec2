import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './median.mjs';
import { freePort } from './pinned-process.mjs';

/** Milliseconds from the start of the process to its first answer, on a database that is there already; medians. */
export async function measureReady({ targets, place, run }) {
  const starts = new Map(targets.map((target) => [target, []]));
  for (const target of targets) await launch(target, place).then((started) => started.stop());
  for (let round = 0; round < run.rounds; round += 1)
    for (const target of targets) {
      const started = await launch(target, place);
      await started.stop();
      starts.get(target).push(started.readyMs);
      process.stderr.write(`ready ${round + 1}/${run.rounds} ${target.name}: ${started.readyMs.toFixed(0)} ms\n`);
    }
  return Object.fromEntries(
    [...starts].map(([target, list]) => [target.name, { readyMs: median(list), rounds: list }]),
  );
}

async function launch(target, place) {
  const directory = join(place.directory, target.name);
  mkdirSync(directory, { recursive: true });
  return target.launch({ ...place, directory, port: await freePort() });
}
