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

/** Makes the usage counter over the database. */
export function createUsage(db: Db): Usage {
  let gathered: Issued[] = [];
  let writing: Promise<void> = Promise.resolve();
  return {
    count(issued) {
      if (gathered.length < 100_000) gathered.push(issued);
    },
    flush() {
      writing = writing.then(async () => {
        const batch = gathered;
        gathered = [];
        if (batch.length > 0) await writeUsage(db, batch);
      });
      return writing;
    },
  };
}

async function writeUsage(db: Db, batch: Issued[]): Promise<void> {
  const hours = new Map<string, { applicationId: string; hourAt: number; issued: number; issuedInLab: number }>();
  const applications = new Map<string, number>();
  const users = new Map<string, { applicationId: string; accountId: string; at: number }>();
  const secrets = new Map<string, number>();
  for (const one of batch) {
    const hourAt = one.at - (one.at % 3600);
    const key = `${one.applicationId} ${hourAt}`;
    const hour = hours.get(key) ?? { applicationId: one.applicationId, hourAt, issued: 0, issuedInLab: 0 };
    hour.issued += 1;
    hour.issuedInLab += one.inLab ? 1 : 0;
    hours.set(key, hour);
    applications.set(one.applicationId, one.at);
    if (one.accountId)
      users.set(`${one.applicationId} ${one.accountId}`, {
        applicationId: one.applicationId,
        accountId: one.accountId,
        at: one.at,
      });
    if (one.secretId) secrets.set(one.secretId, one.at);
  }
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
