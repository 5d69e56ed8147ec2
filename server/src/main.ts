#!/usr/bin/env node
import { Command } from 'commander';
import { databaseUrlOf, findMasterKey, readConfig, readSettings } from './config.js';
import { systemClock } from './platform/clock.js';

// Each command is read when it is asked for: none waits for what the others need.
const program = new Command('tessera').description(
  'Self-hosted token service: OAuth 2.0 and OpenID Connect for suites of products',
);

program
  .command('start', { isDefault: true })
  .description('start the server')
  .option('--workers <count>', 'so many processes on one PostgreSQL, or auto for one a core')
  .action(async ({ workers }: { workers?: string }) => {
    if (workers === undefined) {
      const { start } = await import('./commands/start.js');
      return start(readConfig(process.env));
    }
    const { readWorkers, startWorkers } = await import('./commands/start-workers.js');
    const count = readWorkers(workers, databaseUrlOf(process.env));
    return startWorkers(readConfig(process.env), count);
  });

program
  .command('backup')
  .description('copy the embedded database to a file, also while the server is running')
  .option('--to <file>', 'the file to make (default: beside the database)')
  .option('--with-key', 'keep the master key as well, in a file beside the backup')
  .action(async ({ to, withKey }: { to?: string; withKey?: boolean }) => {
    const { backup } = await import('./commands/backup.js');
    say(await backup({ ...whichDatabase(), to, withKey }));
  });

program
  .command('restore')
  .description('put a backup in the place of the embedded database')
  .argument('<file>', 'the backup')
  .option('--to <url>', 'where to put it, file:PATH (default: DATABASE_URL)')
  .action(async (file: string, { to }: { to?: string }) => {
    const { restore } = await import('./commands/restore.js');
    say(await restore({ file, ...whichDatabase(to) }));
  });

program
  .command('verify')
  .description('check the database and the master key')
  .action(async () => {
    const { verify } = await import('./commands/verify.js');
    await verify(whichDatabase(), (line) => say(`${line}\n`));
  });

program
  .command('move')
  .description('copy the embedded database into an empty PostgreSQL')
  .requiredOption('--to <url>', 'the database to copy it to, postgres://…; its password may come as PGPASSWORD')
  .action(async ({ to }: { to: string }) => {
    const { move } = await import('./commands/move.js');
    say(await move({ ...whichDatabase(), to }, (line) => process.stderr.write(`${line}\n`)));
  });

program
  .command('doctor')
  .description('look for what is wrong with this installation, and say how to mend it; changes nothing')
  .option('--json', 'print the findings as JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const { doctor, presentFindings } = await import('./commands/doctor.js');
    const findings = await doctor(process.env, systemClock);
    say(json ? `${JSON.stringify(findings, null, 2)}\n` : presentFindings(findings));
    if (findings.some(({ level }) => level === 'fault')) process.exitCode = 1;
  });

program
  .command('recover-admin')
  .description('let an owner in who is locked out: gives the account a new password, and the rights of an owner')
  .requiredOption('--email <address>', 'of the account in the suite of the admins; made when there is none')
  .addHelpText('after', '\nThe password is asked for, or read from the first line of the standard input.')
  .action(async ({ email }: { email: string }) => {
    const { recoverAdmin } = await import('./commands/recover-admin.js');
    const { readNewPassword } = await import('./commands/read-password.js');
    const { databaseUrl, url } = readSettings(process.env);
    const password = () => readNewPassword({ input: process.stdin, output: process.stderr });
    say(await recoverAdmin({ databaseUrl, url, email }, password, systemClock.now()));
  });

/** The database of a command that works on one that is there, and its master key; neither is made. */
function whichDatabase(databaseUrl = databaseUrlOf(process.env)) {
  return { databaseUrl, masterKey: findMasterKey(process.env, databaseUrl) };
}

function say(text: string): void {
  process.stdout.write(text);
}

let running = 'tessera';
program.hook('preAction', (_program, command) => {
  running = `tessera ${command.name()}`;
});

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${running}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
