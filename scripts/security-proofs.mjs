import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each test that docs/security.md names must be there, under that title. */
const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
const named = [...text.matchAll(/`([\w./-]+\.(?:test|spec)\.ts)`: “([^”]+)”/g)].map(([, file, title]) => ({
  file,
  title,
}));
const missing = named.filter(
  ({ file, title }) => !isThere(/^(e2e|server)\//.test(file) ? file : `server/test/${file}`, title),
);

/** The title as a whole, in whatever quotes the source has it. */
function isThere(file, title) {
  if (!existsSync(join(root, file))) return false;
  const source = readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'");
  return ["'", '"', '`'].some((quote) => source.includes(quote + title + quote));
}

/** A row of a table without a test proves nothing. */
const rows = text.split('\n').filter((line) => /^\|(?!---)/.test(line) && !/\| proof \|$/.test(line));
const unproved = rows.filter((row) => !/`[\w./-]+\.(?:test|spec)\.ts`: “/.test(row));

for (const { file, title } of missing)
  console.error(`docs/security.md names a test that is not there: ${file}: ${title}`);
for (const row of unproved) console.error(`docs/security.md has a row without a test: ${row.slice(0, 80)}…`);
if (named.length === 0 || missing.length + unproved.length > 0) process.exitCode = 1;
