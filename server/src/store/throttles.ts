import type { Db } from './db.js';

/**
 * Takes one attempt of a subject inside its window; answers the failures counted so far, this one included, and when the window ends.
 * Counted before the password is checked, so that parallel guesses cannot pass together.
 */
export async function updateThrottle(
  db: Db,
  subject: string,
  now: number,
  windowSeconds: number,
): Promise<{ failures: number; windowEndsAt: number }> {
  const fresh = { failures: 1, windowEndsAt: now + windowSeconds };
  return db
    .insertInto('throttles')
    .values({ subject, ...fresh })
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet((eb) => ({
        failures: eb
          .case()
          .when('throttles.windowEndsAt', '<=', now)
          .then(1)
          .else(eb('throttles.failures', '+', 1))
          .end(),
        windowEndsAt: eb
          .case()
          .when('throttles.windowEndsAt', '<=', now)
          .then(fresh.windowEndsAt)
          .else(eb.ref('throttles.windowEndsAt'))
          .end(),
      })),
    )
    .returning(['failures', 'windowEndsAt'])
    .executeTakeFirstOrThrow();
}

/** Forgets the failures of a subject. */
export async function deleteThrottle(db: Db, subject: string): Promise<void> {
  await db.deleteFrom('throttles').where('subject', '=', subject).execute();
}

/** Gives one attempt back: it was a success, and only failures count. */
export async function releaseThrottle(db: Db, subject: string): Promise<void> {
  await db
    .updateTable('throttles')
    .set((eb) => ({ failures: eb('failures', '-', 1) }))
    .where('subject', '=', subject)
    .where('failures', '>', 0)
    .execute();
}
