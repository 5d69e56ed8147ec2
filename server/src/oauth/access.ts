import type { Client } from '../store/registry.js';
import type { Subject } from '../store/subjects.js';
import type { Refused } from './errors.js';

/** Why a person may not use an application, or null (domain rule 1). */
export function accessFault(client: Client, subject: Subject): Refused | null {
  if (subject.disabled)
    return {
      rule: 'user.disabled',
      reason: `The account ${subject.email} is disabled.`,
      expected: 'an active account',
    };
  if (subject.assignment === 'disabled')
    return {
      rule: 'user.disabled',
      reason: `${subject.email} is disabled in ${client.name}.`,
      expected: 'an enabled application user',
    };
  if (client.access === 'assigned' && subject.assignment === 'none')
    return {
      rule: 'user.not_assigned',
      reason: `${subject.email} is not a user of ${client.name}.`,
      expected: 'an application user',
    };
  return null;
}

/** The refusal for an account that is not there any more. */
export const userGone: Refused = { rule: 'user.unknown', reason: 'The account was deleted.' };
