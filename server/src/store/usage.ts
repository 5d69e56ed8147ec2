import type { Db } from './db.js';

interface Issued {
  applicationId: string;
  accountId: string | null;
  secretId: string | null;
  inLab: boolean;
  at: number;
}

/** Counts what was issued and when it was last, gathered in memory so that a busy application's row is no queue. */
export interface Usage {
  count(issued: Issued): void;
  /** Writes what was gathered. Figures for people only: a crash may lose the last two seconds of them, never a token. */
  flush(): Promise<void>;
}

/** What was gathered since the last write: at most a line for each application, user, secret and hour, however busy they are. */
interface Gathered {
  hours: Map<string, { applicationId: string; hourAt: number; issued: number; issuedInLab: number }>;
  /** Unix seconds of the last token, by the id. */
  applications: Map<string, number>;
  secrets: Map<string, number>;
  users: Map<string, { applicationId: string; accountId: string; at: number }>;
}

/** So many users at most between two writes; of more, some keep their last time. */
const maxUsers = 100_000;

/** Makes the usage counter over the database. */
export function createUsage(db: Db): Usage {
  let gathered = nothing();
  let writing: Promise<void> = Promise.resolve();
  return {
    count: (issued) => gather(gathered, issued),
    flush() {
      // One that failed, since the database was away, is no reason not to write the next.
      const before = writing.catch(() => undefined);
      writing = before.then(async () => {
        const batch = gathered;
        gathered = nothing();
        if (batch.applications.size > 0) await writeUsage(db, batch);
      });
      return writing;
    },
  };
}

function nothing(): Gathered {
  return { hours: new Map(), applications: new Map(), secrets: new Map(), users: new Map() };
}

function gather(
  { hours, applications, secrets, users }: Gathered,
  { applicationId, accountId, secretId, inLab, at }: Issued,
): void {
  const hourAt = at - (at % 3600);
  const key = `${applicationId} ${hourAt}`;
  const hour = hours.get(key);
  if (hour) {
    hour.issued += 1;
    hour.issuedInLab += inLab ? 1 : 0;
  } else hours.set(key, { applicationId, hourAt, issued: 1, issuedInLab: inLab ? 1 : 0 });
  applications.set(applicationId, at);
  if (secretId) secrets.set(secretId, at);
  if (!accountId) return;
  const user = `${applicationId} ${accountId}`;
  const known = users.get(user);
  if (known) known.at = at;
  else if (users.size < maxUsers) users.set(user, { applicationId, accountId, at });
}

async function writeUsage(db: Db, { hours, applications, secrets, users }: Gathered): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // Sorted, so that two processes that write the same rows cannot wait for each other.
    for (const [id, at] of [...applications].sort())
      await tx.updateTable('applications').set({ lastTokenAt: at }).where('id', '=', id).execute();
    for (const { applicationId, accountId, at } of [...users.values()].sort((a, b) =>
      a.accountId < b.accountId ? -1 : 1,
    ))
      await tx
        .updateTable('applicationUsers')
        .set({ lastTokenAt: at })
        .where('applicationId', '=', applicationId)
        .where('accountId', '=', accountId)
        .execute();
    for (const [id, at] of [...secrets].sort())
      await tx.updateTable('clientSecrets').set({ lastUsedAt: at }).where('id', '=', id).execute();
    for (const hour of [...hours.values()].sort((a, b) => (a.applicationId < b.applicationId ? -1 : 1))) {
      // The application may have been deleted in the meantime.
      const exists = await tx
        .selectFrom('applications')
        .select('id')
        .where('id', '=', hour.applicationId)
        .executeTakeFirst();
      if (!exists) continue;
      await tx
        .insertInto('usageHours')
        .values(hour)
        .onConflict((conflict) =>
          conflict.columns(['applicationId', 'hourAt']).doUpdateSet((eb) => ({
            issued: eb('usageHours.issued', '+', hour.issued),
            issuedInLab: eb('usageHours.issuedInLab', '+', hour.issuedInLab),
          })),
        )
        .execute();
    }
  });
}
