import { type SelectQueryBuilder, sql } from 'kysely';
import type { Db } from './db.js';
import { maxCounted } from './list-page.js';
import type { Schema, SearchWordTable } from './schema.js';

type Kind = SearchWordTable['kind'];

/** Longer words are cut: an index entry of PostgreSQL holds some 2,700 bytes. */
const maxWordLength = 200;
const maxWordsAsked = 10;

/** Replaces the words by which an object is found; in the transaction that writes the object. */
export async function updateSearchWords(tx: Db, kind: Kind, objectId: string, words: Iterable<string>): Promise<void> {
  const wanted = new Set([...words].map((word) => word.slice(0, maxWordLength)).filter((word) => word !== ''));
  const stored = await tx
    .selectFrom('searchWords')
    .select('word')
    .where('objectId', '=', objectId)
    .where('kind', '=', kind)
    .execute();
  const obsolete = stored.map((row) => row.word).filter((word) => !wanted.delete(word));
  if (obsolete.length > 0)
    await tx
      .deleteFrom('searchWords')
      .where('objectId', '=', objectId)
      .where('kind', '=', kind)
      .where('word', 'in', obsolete)
      .execute();
  if (wanted.size > 0)
    await tx
      .insertInto('searchWords')
      .values([...wanted].map((word) => ({ kind, word, objectId })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Forgets the words of an object. */
export async function deleteSearchWords(tx: Db, objectId: string): Promise<void> {
  await tx.deleteFrom('searchWords').where('objectId', '=', objectId).execute();
}

/** Forgets the words of the objects that a query of their ids finds. */
export async function deleteSearchWordsOf(
  tx: Db,
  ids: SelectQueryBuilder<Schema, never, { id: string }>,
): Promise<void> {
  await tx.deleteFrom('searchWords').where('objectId', 'in', ids).execute();
}

/** A word that is searched for, and how many stored words begin with it (at most one more than `maxCounted`). */
export interface AskedWord {
  word: string;
  kind: Kind;
  frequency: number;
}

/** Reads the words of a search text, the rarest first. */
export async function readAskedWords(db: Db, kind: Kind, q: string | undefined): Promise<AskedWord[]> {
  const words = splitWords(q ?? '').slice(0, maxWordsAsked);
  const asked: AskedWord[] = [];
  for (const word of words.map((one) => one.slice(0, maxWordLength)))
    asked.push({ word, kind, frequency: await countBeginnings(db, kind, word) });
  return asked.sort((a, b) => a.frequency - b.frequency);
}

async function countBeginnings(db: Db, kind: Kind, word: string): Promise<number> {
  const beginning = sql`select 1 as one from search_words where ${beginsWith(kind, word)} limit ${maxCounted + 1}`;
  const { rows } = await sql<{ count: number }>`select count(*) as count from (${beginning}) as counted`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

function beginsWith(kind: Kind, word: string) {
  // The greatest character ends the range of all that begin with the word, as text compares by bytes.
  return sql`search_words.kind = ${kind} and search_words.word >= ${word} and search_words.word < ${`${word}\u{10ffff}`}`;
}

/**
 * Narrows a list to what has, for each word asked, a word that begins with it. A rare word leads: its objects are
 * gathered. The others, and a word that very many objects have, are looked up object by object as the list is walked.
 */
export function matchWords<TB extends keyof Schema, O>(
  rows: SelectQueryBuilder<Schema, TB, O>,
  idRef: string,
  asked: AskedWord[],
): SelectQueryBuilder<Schema, TB, O> {
  const id = sql.ref(idRef);
  return asked.reduce(
    (narrowed, { kind, word, frequency }, index) =>
      index === 0 && frequency <= maxCounted
        ? narrowed.where(sql<boolean>`${id} in (select object_id from search_words where ${beginsWith(kind, word)})`)
        : narrowed.where(
            sql<boolean>`exists (select 1 from search_words where search_words.object_id = ${id} and ${beginsWith(kind, word)})`,
          ),
    rows,
  );
}

/** Lower case, compatible forms, no accents: `José` is found by `jose`. */
function splitWords(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Words of a name: each as written, and its parts between punctuation. */
export function wordsOfText(text: string): string[] {
  return splitWords(text).flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)]);
}

/** Words of an e-mail address: whole, local part, domain. */
export function wordsOfEmail(email: string): string[] {
  const [local = '', domain = ''] = splitWords(email)[0]?.split('@') ?? [];
  return [`${local}@${domain}`, ...wordsOfText(local), ...wordsOfHost(domain)];
}

/** Words of a redirect URL or an origin: whole, without the scheme, and its host name. */
export function wordsOfUrl(url: string): string[] {
  const [whole = ''] = splitWords(url);
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return [whole, whole.replace(/^[a-z][a-z0-9+.-]*:\/*/, ''), ...wordsOfHost(host)];
}

/** `app.example.com` is found by `app…`, `example…` and `com`. */
function wordsOfHost(host: string): string[] {
  const labels = host.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}
