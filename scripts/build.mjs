import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, '.tessera-build');

const compiler = 'node_modules/typescript/bin/tsc';
const bundler = 'node_modules/vite/bin/vite.js';

/** What is built, in order; each reads its own files and those of the packages before it that it names. */
const packages = [
  { name: 'contract', inputs: ['contract/src', 'contract/tsconfig.json'], made: 'contract/dist/routes.js' },
  {
    name: 'server',
    needs: ['contract'],
    inputs: ['server/src', 'server/tsconfig.json', 'server/vite.config.ts', 'server/package.json'],
    made: 'server/bundle/main.js',
  },
  {
    name: 'console',
    needs: ['contract'],
    inputs: ['console/src', 'console/public', 'console/index.html', 'console/vite.config.ts', 'console/package.json'],
    made: 'console/dist/index.html',
  },
];
const sharedInputs = ['tsconfig.base.json', 'package-lock.json'];

/**
 * Builds what changed since the last build, told by the content of the sources. Ends the process when a compiler fails.
 * Returns the names of what was built.
 */
export function build({ force = false } = {}) {
  if (!existsSync(join(root, compiler))) fail('The dependencies are not installed. Run: npm ci');
  const known = force ? {} : readStamps();
  const current = {};
  const built = [];
  for (const { name, needs = [], inputs, made } of packages) {
    current[name] = hashOf(
      [...sharedInputs, ...inputs],
      needs.map((need) => current[need]),
    );
    if (known[name] === current[name] && existsSync(join(root, made))) continue;
    const startedAt = performance.now();
    process.stderr.write(`building ${name} … `);
    if (name !== 'console') compile(name);
    if (name !== 'contract') bundle(name);
    // So that `npx tessera` runs it: npm links the program before it is built.
    if (name === 'server') chmodSync(join(root, made), 0o755);
    process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    built.push(name);
    // Written after each package, so that a failure later on does not cost the work done.
    writeFileSync(stampFile, JSON.stringify({ ...known, ...current }));
  }
  return built;
}

/** Compiles a package from nothing, so that no file outlives its source, and copies what is not TypeScript. */
function compile(name) {
  for (const path of [`${name}/dist`, `${name}/tsconfig.tsbuildinfo`])
    rmSync(join(root, path), { recursive: true, force: true });
  run(compiler, ['-p', name]);
  cpSync(join(root, name, 'src'), join(root, name, 'dist'), {
    recursive: true,
    filter: (path) => !/\.tsx?$/.test(path),
  });
}

function bundle(name) {
  run(bundler, ['build', name, '--logLevel', 'warn']);
}

function run(program, args) {
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) fail(`\n${program} ${args.join(' ')} failed`);
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

function hashOf(paths, more) {
  const hash = createHash('sha1').update(more.join());
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
