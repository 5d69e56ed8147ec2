import { closeSync, copyFileSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import LibsqlDatabase from 'libsql';
import { writeWholeFile } from '../platform/whole-file.js';

/**
 * Checks, without opening it as a database, that a file is a SQLite database and has all of its bytes. Throws an Error that
 * says what is wrong.
 */
export function checkWholeDatabase(path: string): void {
  if (!existsSync(path)) throw new Error(`there is no file ${path}`);
  const { size } = statSync(path);
  const header = readHeader(path);
  // https://sqlite.org/fileformat.html §1.3
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw new Error(`${path} is no SQLite database`);
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const wanted = header.readUInt32BE(28) * pageSize;
  if (size < wanted) throw new Error(`${path} is truncated: it has ${size} of ${wanted} bytes`);
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0)
    throw new Error(
      `${path} is a database in use: ${path}-wal holds changes that are not in it. Make a backup of it first: ` +
        `DATABASE_URL=file:${path} tessera backup`,
    );
}

function readHeader(path: string): Buffer {
  const header = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header;
}

/**
 * Puts a copy of a backup in the place of an embedded database that no process uses; the old one stays as `keepAs`. There
 * is the one or the other at every moment. `prepare` runs once the copy is complete. Throws like `writeWholeFile`.
 */
export async function replaceDatabase(
  path: string,
  backup: string,
  { keepAs, prepare }: { keepAs: string; prepare(): Promise<void> },
): Promise<void> {
  await writeWholeFile(
    path,
    async (copy) => {
      copyFileSync(backup, copy);
      await prepare();
      setLogAside(path, keepAs);
    },
    { replace: true, keepAs },
  );
}

/** The log of the old database must not be taken for one of the new: it is written into the old file, else kept beside it. */
function setLogAside(path: string, keepAs: string): void {
  if (!existsSync(`${path}-wal`)) return;
  try {
    const file = new LibsqlDatabase(path);
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    file.close();
  } catch {
    // A damaged database is kept as it is, in all of its files.
  }
  for (const ending of ['-wal', '-shm']) if (existsSync(path + ending)) renameSync(path + ending, keepAs + ending);
}
