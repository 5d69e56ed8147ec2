import type { Db } from './db.js';
import { preparedOne, preparedWrite, type Write } from './prepared.js';
import type { CodeRow } from './schema.js';
import { readSubject, type Subject, selectSubjects } from './subjects.js';

/** Adds an authorization code, by its hash. */
export async function insertCode(db: Db, code: Omit<CodeRow, 'consumedAt'>): Promise<void> {
  await db
    .insertInto('codes')
    .values({ ...code, consumedAt: null })
    .execute();
}

const find = preparedOne((db, { codeHash }: { codeHash: string }) =>
  db.selectFrom('codes').selectAll().where('codeHash', '=', codeHash),
);

const findWithSubject = preparedOne((db, by: { codeHash: string; applicationId: string }) =>
  selectSubjects(db, by.applicationId)
    .innerJoin('codes', 'codes.accountId', 'accounts.id')
    .selectAll('codes')
    .where('codes.codeHash', '=', by.codeHash),
);

/** Finds a code, used or not, and the person whose it is, with the assignment to the application that presents it. */
export async function findCodeWithSubject(
  db: Db,
  codeHash: string,
  applicationId: string,
): Promise<{ code: CodeRow; subject: Subject } | undefined> {
  const row = await findWithSubject(db, { codeHash, applicationId });
  return row && { code: row, subject: readSubject(row) };
}

/** Finds a code, used or not. */
export async function findCode(db: Db, codeHash: string): Promise<CodeRow | undefined> {
  return find(db, { codeHash });
}

const consume = preparedWrite((db, { codeHash, now }: { codeHash: string; now: number }) =>
  db.updateTable('codes').set({ consumedAt: now }).where('codeHash', '=', codeHash).where('consumedAt', 'is', null),
);

/** Uses a code up; writes a row for the one caller that did (RFC 6749 §4.1.2, domain rule 8). */
export function consumeCode(codeHash: string, now: number): Write {
  return consume({ codeHash, now });
}
