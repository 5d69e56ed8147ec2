import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

build();

// The shell that npm puts in between dies of a signal without passing it on: when it is gone, stop in order.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250).unref();
  // Who got the signal as well needs no second one, which would end it at once.
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => clearInterval(watch));
}

// The server runs in this very process: signals, exit code and terminal are its own.
const program = new URL('../server/bundle/main.js', import.meta.url);
process.argv.splice(1, 1, fileURLToPath(program), 'start');
await import(program);
