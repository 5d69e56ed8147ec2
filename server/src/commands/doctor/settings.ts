import type { Settings } from '../../config.js';
import { type Finding, fault, note, ok } from './finding.js';

/** What `engines` of package.json asks for. */
const oldestNode = [20, 19] as const;

/** The release of Node, such as `24.1.0`. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  if (isOld) return fault('Node', `${version}; Tessera needs ${oldestNode.join('.')} or later`, 'install Node 24');
  if (major < 22)
    return note('Node', `${version}; this line has had no security fixes since April 2026`, 'install Node 24');
  return ok('Node', version);
}

/** Settings that have done their work, or that few would choose. */
export function checkSettings(settings: Settings, hasOwner: boolean): Finding[] {
  const { firstAdmin, bootstrapClient, throttle, retention } = settings;
  const findings: Finding[] = [];
  if (firstAdmin && hasOwner)
    findings.push(
      note(
        'First owner',
        'TESSERA_ADMIN_PASSWORD is set although there is an owner; it has no effect any more',
        'take TESSERA_ADMIN_EMAIL and TESSERA_ADMIN_PASSWORD out of the environment',
      ),
    );
  if (bootstrapClient)
    findings.push(
      note(
        'Bootstrap client',
        'TESSERA_BOOTSTRAP_CLIENT_SECRET is set: a secret with the rights of an owner lies in the environment',
        'once the client is made, take the two TESSERA_BOOTSTRAP_CLIENT_ variables out of the environment of the server',
      ),
    );
  if (retention.auditDays === 0 || retention.refusalDays === 0) {
    const names = [
      retention.refusalDays === 0 && 'TESSERA_KEEP_REFUSALS_DAYS',
      retention.auditDays === 0 && 'TESSERA_KEEP_AUDIT_DAYS',
    ];
    const found = `${names.filter(Boolean).join(' and ')} is 0: these rows are kept for ever, and the database grows`;
    findings.push(note('Retention', found, 'set a number of days'));
  } else findings.push(ok('Retention', `refusals ${retention.refusalDays} days, changes ${retention.auditDays} days`));
  const { accountFailures, addressFailures, windowSeconds } = throttle;
  const guesses = Math.floor((accountFailures * 86_400) / windowSeconds);
  const said = `${accountFailures} failures for an account and ${addressFailures} for an address in ${windowSeconds} s`;
  findings.push(
    guesses > 10_000
      ? note(
          'Throttle',
          `${said}: about ${guesses} guesses a day at one password`,
          'lower TESSERA_MAX_FAILURES_PER_ACCOUNT, or raise TESSERA_FAILURE_WINDOW',
        )
      : ok('Throttle', said),
  );
  return findings;
}

/** There is nothing to check, and it is said so. */
export function checkMail(): Finding {
  return ok('Mail', 'Tessera sends no mail, so nothing was checked here');
}
