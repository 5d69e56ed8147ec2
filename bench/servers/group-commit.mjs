import Database from 'libsql';

/**
 * The embedded database as a peer can have it at its best: WAL, synchronous=FULL, one transaction with one fsync for all
 * writes that wait in a turn of the event loop. `write` resolves when what it wrote is on disk.
 */
export function openGroupCommit(path) {
  const file = new Database(path);
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL']) file.exec(`PRAGMA ${pragma}`);
  let waiting = [];

  function commitAll() {
    const group = waiting;
    waiting = [];
    try {
      file.exec('BEGIN IMMEDIATE');
      for (const { statement, values } of group) statement.run(values);
      file.exec('COMMIT');
    } catch (error) {
      if (file.inTransaction) file.exec('ROLLBACK');
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }

  return {
    file,
    write: (statement, values) =>
      new Promise((resolve, reject) => {
        if (waiting.push({ statement, values, resolve, reject }) === 1) setImmediate(commitAll);
      }),
  };
}
