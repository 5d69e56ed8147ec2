import { parseArgs } from 'node:util';
import { loadTypeScript } from './load-typescript.mjs';

/** The crash test in full (see docs/operations.md): prints what was shown, and ends with 1 where it is not three zeros. */
const { values } = parseArgs({
  options: {
    sqlite: { type: 'string', default: '50', short: 's' },
    postgres: { type: 'string', default: '30', short: 'p' },
    databases: { type: 'string', default: '2', short: 'd' },
  },
});
const { crashEmbedded, crashNodes } = await loadTypeScript('server/test/crash/runs.ts');

/** Answers between a start and the next kill. */
const answers = 150;
const rows = {};
if (Number(values.sqlite) > 0)
  await run('SQLite, 1 process', (say) => crashEmbedded({ kills: Number(values.sqlite), answers }, say));
if (Number(values.postgres) > 0)
  await run('PostgreSQL, 3 processes', (say) =>
    crashNodes(
      { kills: Number(values.postgres), answers, databaseCrashes: Number(values.databases), pause: 2_000 },
      say,
    ),
  );
console.table(rows);

async function run(name, crash) {
  console.log(`— ${name}`);
  const shown = await crash((line) => console.log(`  ${line}`));
  rows[name] = {
    kills: shown.kills,
    'database crashes': shown.databaseCrashes,
    requests: shown.traffic.requests,
    retries: shown.traffic.retries,
    acknowledged: shown.acknowledged,
    'slowest (ms)': Math.round(shown.traffic.longest),
    'codes cut, authorized anew': shown.codesCut,
    'changes cut, found made': shown.changesCut,
    lost: shown.lost.length,
    'honoured twice': shown.twice.length,
    'failed though retried': shown.failed.length,
  };
  for (const line of [...shown.lost, ...shown.twice, ...shown.failed].slice(0, 50)) console.error(`  ${line}`);
  if (shown.lost.length + shown.twice.length + shown.failed.length > 0) process.exitCode = 1;
}
