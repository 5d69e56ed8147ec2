import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { figuresOf } from './figures.mjs';
import { startGenerator } from './load/generator.mjs';
import { measureMemory } from './memory.mjs';
import { pin, residentMegabytes } from './pinned-process.mjs';
import { startPostgres } from './postgres.mjs';
import { measureReady } from './ready.mjs';
import { printReport } from './report.mjs';
import { measureRounds } from './rounds.mjs';
import { measureScale } from './scale/measure.mjs';
import { scenarios } from './scenarios.mjs';
import { startTarget } from './start-target.mjs';
import { betterAuth } from './targets/better-auth.mjs';
import { limit } from './targets/limit.mjs';
import { oidcProvider } from './targets/oidc-provider.mjs';
import { tessera, tesseraOnPostgres } from './targets/tessera.mjs';

const allTargets = [tessera, tesseraOnPostgres, limit, oidcProvider, betterAuth];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    targets: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
    profile: { type: 'string' },
    product: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    out: { type: 'string', default: fileURLToPath(new URL('results/latest.json', import.meta.url)) },
  },
});

const cores = { target: 0, load: 1 };
if (process.platform !== 'linux') throw new Error('The bench needs Linux, for taskset and /proc');
if (cpus().length < 2) throw new Error('The bench needs two cores: one for the target, one for the load');
pin(process.pid, cores.load);

const directory = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

const run = {
  rounds: Number(options.rounds),
  seconds: Number(options.seconds),
  connections: Number(options.connections),
};
const targets = chosen(allTargets, options.targets);
const results = { scenarios: {}, faults: [] };
const { faults } = results;
const parts = chosen([...scenarios, { name: 'ready' }, { name: 'memory' }, { name: 'scale' }], options.only);
const chosenScenarios = parts.filter((part) => scenarios.includes(part));
/** Those that are measured beyond rates; the peers are not, for time. */
const ours = targets.filter((target) => [tessera, tesseraOnPostgres, limit].includes(target));
const generator = startGenerator(cores.load);
const postgres = targets.includes(tesseraOnPostgres)
  ? await startPostgres(join(directory, 'postgres'), cores.load)
  : undefined;
const place = {
  core: cores.target,
  nodeArgs: options.profile ? ['--cpu-prof', `--cpu-prof-dir=${resolve(options.profile)}`] : [],
  directory,
  product: resolve(options.product),
  postgresUrl: postgres?.url,
};
const sites = new Map();
for (const target of chosenScenarios.length > 0 ? targets : []) {
  process.stderr.write(`starting ${target.name}\n`);
  sites.set(target, await startTarget(target, place));
}

for (const scenario of chosenScenarios)
  results.scenarios[scenario.name] = await measureRounds({ scenario, targets, sites, generator, cores, run, faults });
results.residentAtEnd = Object.fromEntries([...sites].map(([{ name }, { pid }]) => [name, residentMegabytes(pid)]));
for (const site of sites.values()) await site.stop();
await measurePart('memory', () => measureMemory({ targets: ours, place, generator, run }));
await measurePart('ready', () => measureReady({ targets, place, run }));
await measurePart('scale', () => measureScale({ place, generator, cores, run, faults }));
await postgres?.stop();
generator.stop();

const report = {
  date: new Date().toISOString(),
  node: process.version,
  cpu: cpus()[0].model,
  cores: cpus().length,
  run,
  titles: Object.fromEntries(scenarios.map(({ name, title }) => [name, title])),
  targets: Object.fromEntries(
    targets.map(({ name, packages = [], settings, cannot }) => [
      name,
      { versions: versionsOf(packages), settings, cannot },
    ]),
  ),
  ...results,
};
report.figures = figuresOf(report);
printReport(report, targets, chosenScenarios);
mkdirSync(join(options.out, '..'), { recursive: true });
writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);

/** Measures what is no scenario, where it was asked for; a fault there does not cost what was measured before. */
async function measurePart(name, measure) {
  if (!parts.some((part) => part.name === name)) return;
  try {
    results[name] = await measure();
  } catch (error) {
    faults.push({ scenario: name, fault: error.message.split('\n')[0] });
    process.stderr.write(`${name} FAILED: ${error.message}\n`);
  }
}

/** The versions of a target's packages that are installed. */
function versionsOf(packages) {
  const installed = JSON.parse(readFileSync(new URL('node_modules/.package-lock.json', import.meta.url), 'utf8'));
  return Object.fromEntries(packages.map((name) => [name, installed.packages[`node_modules/${name}`].version]));
}

function chosen(all, names) {
  if (!names) return all;
  return names.split(',').map((name) => {
    const found = all.find((one) => one.name === name);
    if (!found) throw new Error(`There is no ${name}; choose among ${all.map((one) => one.name).join(', ')}`);
    return found;
  });
}
