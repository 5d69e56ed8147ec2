import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

// The sources are compiled once before anything watches them, so that nothing starts on half a build.
build();

const root = fileURLToPath(new URL('..', import.meta.url));
const serverEnv = { ...process.env, TESSERA_URL: 'http://localhost:5173', PORT: '3000' };
const children = [
  start(['node_modules/vite/bin/vite.js', 'build', 'server', '--watch', '--logLevel', 'warn']),
  start(['--watch', '--watch-preserve-output', 'server/bundle/main.js', 'start'], serverEnv),
  start(['node_modules/vite/bin/vite.js', 'console', '--clearScreen', 'false']),
];

/** One process of three; when one ends, all end. */
function start(args, env = process.env) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  child.once('exit', (code) => stop(code ?? 0));
  return child;
}

function stop(code) {
  process.exitCode ??= code;
  for (const child of children) child.kill('SIGTERM');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop(0));
