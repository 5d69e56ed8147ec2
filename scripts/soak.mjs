import { parseArgs } from 'node:util';
import { loadTypeScript } from './load-typescript.mjs';

/** Full load for some minutes: prints the memory and the errors, and ends with 1 where there was one. */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const { soak } = await loadTypeScript('server/test/crash/soak.ts');

const { errors, ...shown } = await soak(Number(values.minutes), (line) => console.log(line));
console.table({ [`${values.minutes} minutes`]: { ...shown, errors: errors.length } });
for (const line of errors.slice(0, 50)) console.error(line);
if (errors.length > 0) process.exitCode = 1;
