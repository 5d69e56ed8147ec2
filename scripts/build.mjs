import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, '.tessera-build');

const bundler = 'node_modules/vite/bin/vite.js';

/** What is built; each reads its own sources and those of the contract. Types are for `npm run check` to judge. */
const packages = [
  {
    name: 'server',
    inputs: ['contract/src', 'server/src', 'server/vite.config.ts', 'server/tsconfig.json', 'server/package.json'],
    made: 'server/bundle/main.js',
  },
  {
    name: 'console',
    inputs: [
      ...['contract/src', 'console/src', 'console/public', 'console/index.html'],
      ...['console/vite.config.ts', 'console/package.json'],
    ],
    made: 'console/dist/index.html',
  },
];
const sharedInputs = ['tsconfig.base.json', 'package-lock.json'];

/**
 * Builds what changed since the last build, told by the content of the sources. Ends the process when the bundler fails.
 * Returns the names of what was built.
 */
export function build({ force = false } = {}) {
  if (!existsSync(join(root, bundler))) fail('The dependencies are not installed. Run: npm ci');
  const known = force ? {} : readStamps();
  const current = {};
  const built = [];
  for (const { name, inputs, made } of packages) {
    current[name] = hashOf([...sharedInputs, ...inputs]);
    if (known[name] === current[name] && existsSync(join(root, made))) continue;
    const startedAt = performance.now();
    process.stderr.write(`building ${name} … `);
    bundle(name);
    // So that `npx tessera` runs it: npm links the program before it is built.
    if (name === 'server') chmodSync(join(root, made), 0o755);
    process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    built.push(name);
    // Written after each package, so that a failure later on does not cost the work done.
    writeFileSync(stampFile, JSON.stringify({ ...known, ...current }));
  }
  return built;
}

function bundle(name) {
  const command = [bundler, 'build', name, '--logLevel', 'warn'];
  // The same product whoever builds it, a test or `npm start`.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status } = spawnSync(process.execPath, command, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (status !== 0) fail(`\n${command.join(' ')} failed`);
}

function fail(text) {
  console.error(text);
  process.exit(1);
}

function readStamps() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

function hashOf(paths) {
  const hash = createHash('sha1');
  for (const file of paths.flatMap((path) => filesBelow(join(root, path))))
    hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build({ force: process.argv.includes('--force') });
