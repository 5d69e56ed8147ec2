import { type Finding, fault, ok } from './finding.js';

/** Seconds that two clocks may differ before tokens and DPoP proofs of one are refused by the other (RFC 9449 §11.1). */
const allowedDifference = 5;

/** Compares a clock with ours, both in Unix seconds; `uncertain` is how many seconds late theirs may have been read. */
export function compareClocks(whose: string, theirs: number, ours: number, uncertain: number): Finding {
  const difference = theirs - ours;
  const title = `Clock of ${whose}`;
  const away = Math.abs(difference);
  if (away <= allowedDifference + uncertain)
    return ok(title, `within ${allowedDifference} s of the one of this machine`);
  return fault(
    title,
    `${Math.round(away)} s ${difference > 0 ? 'ahead of' : 'behind'} the one of this machine: tokens and DPoP proofs are refused`,
    'keep both clocks right by NTP, such as: timedatectl set-ntp true',
  );
}
