import { peakMegabytes, residentMegabytes } from './pinned-process.mjs';
import { scenarios } from './scenarios.mjs';
import { startTarget } from './start-target.mjs';

/** Tokens that a fresh process has issued when it is measured, by the way they are asked for. */
const issued = { client_credentials: 80_000, refresh: 20_000 };

/** Resident memory, in megabytes, of a process that was just started and has issued 100,000 tokens. */
export async function measureMemory({ targets, place, generator, run }) {
  const measured = {};
  for (const target of targets) {
    const site = await startTarget(target, place);
    const started = residentMegabytes(site.pid);
    const load = (job) =>
      generator.run({ status: 200, host: site.host, port: site.port, connections: run.connections, ...job });
    for (const [name, count] of Object.entries(issued)) {
      const scenario = scenarios.find((one) => one.name === name);
      const make = await scenario.prepare({ site, load, connections: run.connections });
      const { after: _, ...job } = await make({});
      const { failures, firstFailure } = await load({ ...job, count });
      if (failures > 0) throw new Error(`${failures} answers of ${target.name} failed; the first:\n${firstFailure}`);
    }
    measured[target.name] = { started, resident: residentMegabytes(site.pid), peak: peakMegabytes(site.pid), issued };
    process.stderr.write(`memory ${target.name}: ${measured[target.name].resident.toFixed(0)} MB\n`);
    await site.stop();
  }
  return measured;
}
