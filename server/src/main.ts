#!/usr/bin/env node
import { Command } from 'commander';
import { start } from './commands/start.js';
import { readConfig } from './config.js';

const program = new Command('tessera').description(
  'Self-hosted token service: OAuth 2.0 and OpenID Connect for suites of products',
);

program
  .command('start', { isDefault: true })
  .description('start the server')
  .action(() => start(readConfig(process.env)));

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`Tessera cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
