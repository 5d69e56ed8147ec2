import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { OverloadedError } from '../platform/overload.js';

/** Argon2id with OWASP's parameters: 19 MiB, 2 passes, 1 lane. */
const options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes that run at once, each with its 19 MiB; the rest of the four threads is for signatures and files. */
const inParallel = Math.min(availableParallelism(), 3);

/** Hashes that wait at most: some two seconds of work for each of those that run. */
const maxWaiting = 50 * inParallel;

const turns = pLimit(inParallel);

/** Passwords that wait to be hashed. */
export function countWaitingPasswords(): number {
  return turns.pendingCount;
}

/** Throws OverloadedError where so many passwords wait that another would not be hashed in time. */
export function checkPasswordQueue(): void {
  if (turns.pendingCount >= maxWaiting) throw new OverloadedError();
}

/** Runs a hash when it is its turn, off the event loop. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  checkPasswordQueue();
  return turns(work);
}

/** Hashes a password with argon2id (domain rule 12). Throws OverloadedError. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password.normalize('NFC'), options));
}

let decoy: Promise<string> | undefined;

/**
 * True when the password is the account's. With no hash it does the same work and answers false,
 * so that an unknown e-mail takes as long as a wrong password. Throws OverloadedError.
 */
export async function isPasswordRight(password: string, passwordHash: string | null): Promise<boolean> {
  decoy ??= hash('decoy', options);
  const known = passwordHash ?? (await decoy);
  const right = await inTurn(() => verify(known, password.normalize('NFC')));
  return right && passwordHash !== null;
}
