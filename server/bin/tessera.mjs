#!/usr/bin/env node
// The command is linked at install, when the program it starts is not built yet.
await import('../bundle/main.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('tessera: the server is not built. Run: npm run build\n');
  process.exitCode = 1;
});
