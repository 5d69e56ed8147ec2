import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, openDatabase } from '../../src/store/db.js';
import { migrate } from '../../src/store/migrate.js';
import {
  deleteSearchWords,
  readAskedWords,
  updateSearchWords,
  wordsOfEmail,
  wordsOfText,
  wordsOfUrl,
} from '../../src/store/search-words.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await migrate(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const sorted = (words: string[]) => [...new Set(words)].filter((word) => word !== '').sort();
const stored = async (id: string) =>
  (await db.selectFrom('searchWords').select('word').where('objectId', '=', id).orderBy('word').execute()).map(
    (row) => row.word,
  );

describe('the words by which things are found', () => {
  it('a name: each word as written and its parts, in lower case, without accents', () => {
    expect(sorted(wordsOfText(' Café-Bar  ＮＯＲＤ '))).toEqual(['bar', 'cafe', 'cafe-bar', 'nord']);
  });

  it('an e-mail: whole, local part, domain', () => {
    expect(sorted(wordsOfEmail('Ana.Ito@Mail.Example.com'))).toEqual([
      'ana',
      'ana.ito',
      'ana.ito@mail.example.com',
      'com',
      'example.com',
      'ito',
      'mail.example.com',
    ]);
  });

  it('a URL: whole, without scheme, host; an origin too', () => {
    expect(sorted(wordsOfUrl('https://App.example.com:8443/cb'))).toEqual([
      'app.example.com',
      'app.example.com:8443/cb',
      'com',
      'example.com',
      'https://app.example.com:8443/cb',
    ]);
    expect(sorted(wordsOfUrl('*'))).toEqual(['*']);
    expect(sorted(wordsOfUrl('com.example.app:/cb'))).toEqual(['cb', 'com.example.app:/cb']);
  });

  it('are replaced as a whole, and long ones cut', async () => {
    await updateSearchWords(db, 'suite', 'one', ['kept', 'gone', 'x'.repeat(3000)]);
    await updateSearchWords(db, 'suite', 'one', ['kept', 'new', 'new', '']);
    await updateSearchWords(db, 'suite', 'two', ['kept']);
    expect(await stored('one')).toEqual(['kept', 'new']);
    await deleteSearchWords(db, 'one');
    expect([await stored('one'), await stored('two')]).toEqual([[], ['kept']]);
  });

  it('are asked for the rarest first; at most ten', async () => {
    for (let n = 0; n < 3; n += 1) await updateSearchWords(db, 'project', `p${n}`, ['often', `rare${n}`]);
    const asked = await readAskedWords(db, 'project', 'OFTEN rare1');
    expect(asked.map(({ word, frequency }) => [word, frequency])).toEqual([
      ['rare1', 1],
      ['often', 3],
    ]);
    expect((await readAskedWords(db, 'project', 'a b c d e f g h i j k l')).length).toBe(10);
    expect(await readAskedWords(db, 'project', ' \u0301 ')).toEqual([]);
  });
});
