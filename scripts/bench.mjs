import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bench = join(root, 'bench');

// Its packages are its own: the product installs none of them.
if (!isInstalled()) run('npm', ['ci', '--prefix', bench]);
if (!process.argv.includes('--product')) build();
process.exitCode = run(process.execPath, [join(bench, 'run.mjs'), ...process.argv.slice(2)]);

function isInstalled() {
  const installed = join(bench, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = readPackages(join(bench, 'package-lock.json'));
  const present = readPackages(installed);
  return (
    Object.entries(present).every(([path, { version }]) => wanted[path]?.version === version) && covers(wanted, present)
  );
}

/** True where only what is optional, such as the parts for another platform, is missing. */
function covers(wanted, present) {
  return Object.entries(wanted).every(([path, { optional }]) => path === '' || optional || path in present);
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

function run(program, args) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0 && program === 'npm') process.exit(status ?? 1);
  return status ?? 1;
}
