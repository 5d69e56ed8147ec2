/** What the writer needs of the one connection that writes. */
interface WriterFile {
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
}

/** Transactions that are written with one fsync at most. */
const maxMembers = 64;

/** Milliseconds that the first member of a group waits at most, while others keep joining: a busy server answers some dozens meanwhile. */
const maxAge = 25;

/** Turns of the event loop in which nobody joins before a group is committed: a request takes as many from its read to its write. */
const quietTurns = 4;

/** Milliseconds between two tries, and in all, to begin while another program writes to the file. */
const retryEvery = 5;
const retryFor = 5_000;

/** One who waits for a turn. */
interface Waiting {
  /** Its turn has come, in an open transaction; true where the turn is over with that, false where it goes on until `end`. */
  begin(): boolean;
  reject(error: unknown): void;
  /** Since when, as `performance.now()`. */
  since: number;
}

/** One who waits for the commit of what was written. */
interface Written {
  resolve(): void;
  reject(error: unknown): void;
}

/** Transactions of the embedded database: one after the other, committed in groups. */
export interface Groups {
  /**
   * A transaction that waits for nothing: one statement, or several that take back together what they wrote where one fails.
   * Resolves with its answer when it is on disk; rejects, after the commit of the others, with what it throws.
   */
  run<T>(work: () => T): Promise<T>;
  /** Resolves when it is this transaction's turn; the caller alone may write until it leaves. */
  enter(): Promise<void>;
  /** Ends the turn; resolves when what was written is on disk. Rejects when it is not, and then nothing of it is there. */
  leave(): Promise<void>;
  /** The same, but takes back what was written in this turn, and nothing of the others in the group. */
  takeBack(): Promise<void>;
  /** How many wait for their turn. */
  countWaiting(): number;
  /** Commits what waits for it, before the file is closed. */
  commitNow(): void;
}

/**
 * Runs all transactions in one outer transaction, those with more than one turn of the event loop in a savepoint of it. It is
 * committed, with one fsync for all, when nobody waits for a turn, or at the latest after `maxMembers` or `maxAge`.
 */
export function createGroups(file: WriterFile): Groups {
  const queue: Waiting[] = [];
  /** Statements that open the next group, when the event loop has turned; until then the file is free to be read. */
  let gathered: Waiting[] = [];
  let written: Written[] = [];
  let busy = false;
  let startedAt = 0;
  let commitIsPlanned = false;

  function open(): void {
    if (file.inTransaction) return;
    file.exec('BEGIN IMMEDIATE');
    startedAt = performance.now();
  }

  function commit(): void {
    const members = written;
    written = [];
    try {
      // A full disk and the like make SQLite end the whole transaction: what was written in it is gone.
      if (!file.inTransaction) throw new Error('the database ended the transaction');
      file.exec('COMMIT');
    } catch (error) {
      if (file.inTransaction) file.exec('ROLLBACK');
      for (const member of members) member.reject(error);
      return;
    }
    for (const member of members) member.resolve();
  }

  function commitWhenIdle(): void {
    if (!busy && written.length > 0) commit();
  }

  function runGathered(): void {
    const members = gathered;
    gathered = [];
    for (const member of members) join(member);
  }

  /** Requests that are on their way to a write still join: the commit comes when none did for some turns of the event loop. */
  function planCommit(): void {
    if (commitIsPlanned) return;
    commitIsPlanned = true;
    const until = performance.now() + maxAge;
    let size = gathered.length + written.length;
    let quiet = 0;

    function look(): void {
      const sizeNow = gathered.length + written.length;
      quiet = sizeNow > size ? 0 : quiet + 1;
      size = sizeNow;
      if (quiet < quietTurns && size < maxMembers && performance.now() < until) {
        setImmediate(look);
        return;
      }
      runGathered();
      commitIsPlanned = false;
      commitWhenIdle();
    }
    setImmediate(look);
  }

  /** Gives the turn to those who wait, one after the other; commits first where the group is full. */
  function passOn(): void {
    for (;;) {
      busy = false;
      const isFull = written.length >= maxMembers || performance.now() - startedAt >= maxAge;
      if (isFull || !file.inTransaction) commitWhenIdle();
      const next = queue.shift();
      if (!next) break;
      if (!take(next)) return;
    }
    planCommit();
  }

  /** Gives the turn to one; true where it is over. */
  function take(member: Waiting): boolean {
    busy = true;
    try {
      open();
      return member.begin();
    } catch (error) {
      // Waiting in SQLite itself would stop every other request meanwhile.
      if (isBusy(error) && performance.now() - member.since < retryFor) {
        setTimeout(() => {
          if (take(member)) passOn();
        }, retryEvery);
        return false;
      }
      member.reject(error);
      return true;
    }
  }

  function join(member: Waiting): void {
    if (busy) queue.push(member);
    else if (take(member)) passOn();
  }

  /** Ends a turn; resolves with the commit of the group, which is also when others see what this one saw. */
  function end(statements: readonly string[]): Promise<void> {
    const done = new Promise<void>((resolve, reject) => written.push({ resolve, reject }));
    try {
      if (file.inTransaction) for (const statement of statements) file.exec(statement);
    } finally {
      passOn();
    }
    return done;
  }

  return {
    run: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        const begin = () => {
          try {
            const answer = work();
            written.push({ resolve: () => resolve(answer), reject });
          } catch (error) {
            written.push({ resolve: () => reject(error), reject: () => reject(error) });
          }
          return true;
        };
        const member = { begin, reject, since: performance.now() };
        if (busy || file.inTransaction) return join(member);
        gathered.push(member);
        planCommit();
      }),
    enter: () =>
      new Promise((resolve, reject) => {
        const begin = () => {
          file.exec('SAVEPOINT member');
          resolve();
          return false;
        };
        join({ begin, reject, since: performance.now() });
      }),
    leave: () => end(['RELEASE member']),
    takeBack: () => end(['ROLLBACK TO member', 'RELEASE member']),
    countWaiting: () => queue.length + gathered.length,
    commitNow() {
      runGathered();
      commitWhenIdle();
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && (error as Error & { code?: string }).code === 'SQLITE_BUSY';
}
