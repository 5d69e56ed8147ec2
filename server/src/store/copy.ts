import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { transactAnnounced } from './cache-version.js';
import type { Db, Tx } from './db.js';
import { liftTimeLimits } from './no-time-limit.js';
import type { Table } from './tables.js';

type Row = Record<string, unknown>;

/** Rows that are in memory at a time. */
const part = 1_000;

/** Rows between two words about how far it is. */
const reportEvery = 100_000;

/** What a table holds, so that two copies can be compared: SHA-256 over its rows in the order of their key. */
export interface Contents {
  rows: number;
  checksum: string;
}

export interface CopiedTable extends Contents {
  name: string;
}

/**
 * Copies the tables from an embedded database into empty ones of PostgreSQL, and compares what then is on both sides: all
 * of it in one transaction of the target, which keeps nothing where a row is refused, a comparison fails or the process
 * dies. Nobody else can use the tables of the target meanwhile. The source must not change.
 */
export function copyTables(
  source: Db,
  target: Db,
  tables: readonly Table[],
  report: (line: string) => void,
): Promise<CopiedTable[]> {
  return transactAnnounced(target, async (tx) => {
    await liftTimeLimits(tx);
    await sql`lock table ${sql.join(tables.map(({ name }) => sql.table(name)))} in access exclusive mode`.execute(tx);
    await checkEmpty(tx, tables);
    const copied: CopiedTable[] = [];
    for (const table of tables) copied.push({ name: table.name, ...(await copyTable(source, tx, table, report)) });
    for (const [index, table] of tables.entries()) {
      report(`${table.name}: comparing`);
      const written = await readContents(tx, table);
      checkSame(copied[index] as CopiedTable, await countRows(source, table.name), written);
    }
    // Or the first queries would be planned as if the tables were empty.
    for (const { name } of tables) await sql`analyze ${sql.table(name)}`.execute(tx);
    return copied;
  });
}

/** Throws an Error that names the tables that have rows. */
export async function checkEmpty(target: Db, tables: readonly Pick<Table, 'name'>[]): Promise<void> {
  const full: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(target);
    if (rows.length > 0) full.push(name);
  }
  if (full.length > 0)
    throw new Error(`the target is not empty: there are rows in ${full.join(', ')}. Give an empty database`);
}

/** Throws an Error that names the first row with a text that PostgreSQL cannot hold, because it has a NUL character. */
export async function checkText(source: Db, table: Table): Promise<void> {
  if (table.texts.length === 0) return;
  const hasNul = table.texts.map((column) => sql`instr(${sql.ref(column)}, char(0)) > 0`);
  const { rows } = await sql<Row>`select ${columnList(table.key)} from ${sql.table(table.name)}
    where ${sql.join(hasNul, sql` or `)} limit 1`.execute(source.withoutPlugins());
  const [row] = rows;
  if (row)
    throw new Error(
      `a text in the row of ${table.name} with ${JSON.stringify(row)} has a NUL character, which PostgreSQL cannot hold. ` +
        'Change that text, or delete the row, and move again',
    );
}

async function copyTable(source: Db, target: Tx, table: Table, report: (line: string) => void): Promise<Contents> {
  const total = await countRows(source, table.name);
  const contents = startContents(table);
  const columns = columnList(table.columns);
  const name = sql.table(table.name);
  for await (const rows of readParts(source, table)) {
    await sql`insert into ${name} (${columns})
      select ${columns} from json_populate_recordset(null::${name}, ${JSON.stringify(rows)})`
      .execute(target)
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw Object.assign(new Error(`${table.name} could not be copied: ${reason}`), { code: codeOf(error) });
      });
    const before = contents.rows();
    contents.add(rows);
    if (Math.floor(contents.rows() / reportEvery) > Math.floor(before / reportEvery))
      report(`${table.name}: ${contents.rows()} of ${total}`);
  }
  report(`${table.name}: ${contents.rows()} of ${total}`);
  return contents.end();
}

/** The code by which a transaction is known to be worth another try. */
function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}

function checkSame(copied: CopiedTable, rowsOfSource: number, written: Contents): void {
  if (copied.rows === rowsOfSource && copied.rows === written.rows && copied.checksum === written.checksum) return;
  throw new Error(
    `${copied.name} differs after the copy: ${rowsOfSource} rows in the file, ${copied.rows} read with checksum ` +
      `${copied.checksum}, ${written.rows} in PostgreSQL with checksum ${written.checksum}. Nothing was kept`,
  );
}

/** The rows of a table on either database, counted and hashed in the order of their key. */
export async function readContents(db: Db, table: Table): Promise<Contents> {
  const contents = startContents(table);
  for await (const rows of readParts(db, table)) contents.add(rows);
  return contents.end();
}

function startContents({ columns }: Table) {
  const hash = createHash('sha256');
  let count = 0;
  return {
    rows: () => count,
    add(rows: Row[]) {
      count += rows.length;
      for (const row of rows) hash.update(`${JSON.stringify(columns.map((column) => row[column]))}\n`);
    },
    end: (): Contents => ({ rows: count, checksum: hash.digest('hex') }),
  };
}

/** Text sorts byte by byte on both databases (migration 0001), so both give the same parts. */
async function* readParts(db: Db, { name, columns, key }: Table): AsyncGenerator<Row[]> {
  const plain = db.withoutPlugins();
  const [chosen, keyColumns, from] = [columnList(columns), columnList(key), sql.table(name)];
  for (let last: Row | undefined; ; ) {
    const after = last && sql.join(key.map((column) => last?.[column]));
    const { rows } = await sql<Row>`select ${chosen} from ${from}
      ${after ? sql`where (${keyColumns}) > (${after})` : sql``} order by ${keyColumns} limit ${part}`.execute(plain);
    if (rows.length > 0) yield rows;
    last = rows.at(-1);
    if (!last || rows.length < part) return;
  }
}

async function countRows(db: Db, name: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(db);
  return Number(rows[0]?.count);
}

function columnList(columns: readonly string[]) {
  return sql.join(columns.map((column) => sql.ref(column)));
}
