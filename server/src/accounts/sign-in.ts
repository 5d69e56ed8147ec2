import type { Config } from '../config.js';
import type { Clock } from '../platform/clock.js';
import { sha256 } from '../platform/hash.js';
import type { Db } from '../store/db.js';
import { emailKey, findSubject, type Subject } from '../store/subjects.js';
import { deleteThrottle, releaseThrottle, updateThrottle } from '../store/throttles.js';
import { checkPasswordQueue, isPasswordRight } from './password.js';

interface SignInDeps {
  db: Db;
  clock: Clock;
  config: Config;
}

export type SignIn =
  | { outcome: 'signed-in'; subject: Subject }
  /** Wrong password, unknown e-mail: told apart nowhere. */
  | { outcome: 'wrong-credentials' }
  | { outcome: 'account-disabled'; subject: Subject }
  | { outcome: 'throttled'; retryAt: number };

/**
 * Checks e-mail and password under the throttle. A disabled account is told only to who knows its password. What is made
 * for who signed in has to be made together with `updateLastSignIn`. Throws OverloadedError.
 */
export async function signIn(
  deps: SignInDeps,
  attempt: { suiteId: string; applicationId: string; email: string; password: string; address: string },
): Promise<SignIn> {
  const { db, config, clock } = deps;
  const now = clock.now();
  // Before anything is written.
  checkPasswordQueue();
  const { accountFailures, addressFailures, windowSeconds } = config.throttle;
  // Hashed: the table holds no addresses and no e-mails of people unknown to the suite.
  const accountKey = throttleOfAccount(attempt.suiteId, attempt.email);
  const addressKey = sha256(`address ${attempt.address}`);
  const byAddress = await updateThrottle(db, addressKey, now, windowSeconds);
  const byAccount = await updateThrottle(db, accountKey, now, windowSeconds);
  if (byAddress.failures > addressFailures) return { outcome: 'throttled', retryAt: byAddress.windowEndsAt };
  if (byAccount.failures > accountFailures) return { outcome: 'throttled', retryAt: byAccount.windowEndsAt };

  const subject = await findSubject(db, attempt.suiteId, attempt.applicationId, { email: attempt.email });
  const right = await isPasswordRight(attempt.password, subject?.passwordHash ?? null).catch(async (error: unknown) => {
    // It was not found out to be wrong.
    await releaseThrottle(db, accountKey);
    await releaseThrottle(db, addressKey);
    throw error;
  });
  if (!subject || !right) return { outcome: 'wrong-credentials' };
  await deleteThrottle(db, accountKey);
  await releaseThrottle(db, addressKey);
  if (subject.disabled) return { outcome: 'account-disabled', subject };
  return { outcome: 'signed-in', subject };
}

/** Under which the failed sign-ins of an account are counted. */
export function throttleOfAccount(suiteId: string, email: string): string {
  return sha256(`account ${suiteId} ${emailKey(email)}`);
}
