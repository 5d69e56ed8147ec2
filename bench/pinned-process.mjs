import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const children = new Set();

process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Keeps a process, all its threads, on these cores: a number or a list such as `1,2`. */
export function pin(pid, cores) {
  execFileSync('taskset', ['-a', '-p', '-c', String(cores), String(pid)], { stdio: 'ignore' });
}

/**
 * Starts a Node program on one core, with nothing of this environment but the path. Resolves when `readyUrl` answers 200,
 * with the milliseconds that took. What it prints goes to `log`.
 */
export async function startPinned({ core, nodeArgs = [], program, args = [], env, log, readyUrl, cwd }) {
  const output = openSync(log, 'a');
  const startedAt = performance.now();
  const child = spawn('taskset', ['-c', String(core), process.execPath, ...nodeArgs, program, ...args], {
    cwd,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', output, output],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  await untilAnswers(child, readyUrl, log);
  const readyMs = performance.now() - startedAt;
  return {
    pid: child.pid,
    readyMs,
    async stop() {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    },
  };
}

async function untilAnswers(child, url, log) {
  const until = performance.now() + 120_000;
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${url} ended while it started:\n${readFileSync(log, 'utf8').slice(-3000)}`);
    const status = await fetch(url).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${url} did not answer 200 within 120 s:\n${readFileSync(log, 'utf8').slice(-3000)}`);
}

/** Seconds of CPU that a process has used, all threads. */
export function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Seconds of CPU that programs have used on a core, interrupts not counted. */
export function coreSeconds(core) {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))[1];
  const [user, nice, system] = line.split(' ').map(Number);
  return (user + nice + system) / ticksPerSecond;
}

/** Resident memory of a process now, in megabytes of 10^6 bytes. */
export function residentMegabytes(pid) {
  return statusMegabytes(pid, 'VmRSS');
}

/** The most memory that a process ever had resident, in megabytes. */
export function peakMegabytes(pid) {
  return statusMegabytes(pid, 'VmHWM');
}

function statusMegabytes(pid, name) {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return (Number(line[1]) * 1024) / 1e6;
}

/** A TCP port of the loopback interface that nothing listens on now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
