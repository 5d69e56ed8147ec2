import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from './build.mjs';

/** Bytes of JavaScript, gzipped, that the console may load before its first page. */
const budget = 230_000;

const dist = fileURLToPath(new URL('../console/dist/', import.meta.url));

build();
const html = readFileSync(`${dist}index.html`, 'utf8');
const scripts = [...html.matchAll(/(?:src|href)="\/console\/([^"]+\.js)"/g)].map(([, file]) => file);
const sizes = [...new Set(scripts)].map((file) => [file, gzipSync(readFileSync(dist + file), { level: 9 }).length]);
const total = sizes.reduce((sum, [, size]) => sum + size, 0);
const inWords = `${(total / 1000).toFixed(1)} of ${budget / 1000} KB`;
console.log(`first load of the console: ${inWords}`);
if (total > budget) {
  console.error(
    `Too much. Load a page or its texts later:\n${sizes.map(([file, size]) => `${size} ${file}`).join('\n')}`,
  );
  process.exit(1);
}
