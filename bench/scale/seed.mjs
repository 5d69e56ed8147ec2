import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { freePort } from '../pinned-process.mjs';
import { answersTo, makeCodes, redemption } from '../scenarios.mjs';
import { furnish, launchTessera } from '../targets/tessera.mjs';

/** Rows of a scale. */
const unit = { accounts: 1_000, applications: 10, refreshTokens: 5_000 };

/** Seeded rows whose secrets are known and that the work goes round in: at most so many of each. */
const known = { clients: 1_000, people: 1_000, refreshTokens: 20_000 };

/** SQL of what looks like the hash of a token that nobody has. */
const anyHash = "substr(replace(hex(randomblob(22)), '0', 'z'), 1, 43)";

/** Changes with what is seeded, so that an older file is not taken for it. */
const version = 1;

/**
 * Puts a database of a scale, seeded in bulk, into a folder. Resolves with what the work needs of it: the site as it was
 * furnished, the ids of clients, and refresh tokens with their clients. A seeded database is kept in the temporary
 * folder of the machine for the next run.
 */
export async function seededDatabase({ scale, directory, product, core, generator }) {
  const schema = hashOfFiles(join(product, 'server/src/store/migrations'));
  const kept = join(tmpdir(), `tessera-bench-scale-${scale}-${schema}-${version}`);
  if (!existsSync(join(kept, 'site.json'))) {
    const fresh = mkdtempSync(join(tmpdir(), 'tessera-bench-seed-'));
    process.once('exit', () => rmSync(fresh, { recursive: true, force: true }));
    await seed({ scale, directory: fresh, product, core, generator });
    // Those of other migrations are of no use any more.
    for (const name of readdirSync(tmpdir()))
      if (name.startsWith(`tessera-bench-scale-${scale}-`)) rmSync(join(tmpdir(), name), { recursive: true });
    renameSync(fresh, kept);
  }
  mkdirSync(directory, { recursive: true });
  copyFileSync(join(kept, 'tessera.db'), join(directory, 'tessera.db'));
  return JSON.parse(readFileSync(join(kept, 'site.json'), 'utf8'));
}

async function seed({ scale, directory, product, core, generator }) {
  process.stderr.write(`seeding scale ${scale}, kept for the next run …\n`);
  const port = await freePort();
  const path = join(directory, 'tessera.db');
  const server = await launchTessera({ core, port, directory, product, databaseUrl: `file:${path}` });
  const site = { ...(await furnish(port)), host: `localhost:${port}`, port };
  const load = (job) => generator.run({ ...site, connections: 1, ...job });
  // One code is exchanged, so that there is a grant and a token to copy.
  const [code] = await makeCodes(site, load, 1, 'refresh');
  const [{ refresh_token: first }] = await answersTo(site, [redemption(site, code)]);
  await server.stop();
  const rows = fill(path, scale, site, sha256(first));
  writeFileSync(join(directory, 'site.json'), JSON.stringify({ ...site, ...rows }));
}

/** Copies the rows of the furnished site until there are as many as the scale says. */
function fill(path, scale, site, firstTokenHash) {
  const file = new Database(path);
  for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -2000000'])
    file.exec(`PRAGMA ${pragma}`);
  const count = Object.fromEntries(Object.entries(unit).map(([name, number]) => [name, number * scale]));
  const row = (sql, value) => {
    // The driver adds what a query cost to what it found.
    const { _metadata, ...found } = file.prepare(sql).get([value]);
    return found;
  };
  const [web, service] = [site.web, site.service].map(({ id }) =>
    row('SELECT * FROM applications WHERE client_id = ?', id),
  );
  const token = row('SELECT * FROM refresh_tokens WHERE token_hash = ?', firstTokenHash);
  const grant = row('SELECT * FROM grants WHERE id = ?', token.grant_id);
  const account = row('SELECT * FROM accounts WHERE id = ?', grant.account_id);
  const later = Math.floor(Date.now() / 1000) + 300 * 86_400;

  const half = count.applications / 2;
  for (const [kind, template, letter] of [
    ['web', web, 'a'],
    ['service', service, 'b'],
  ]) {
    const secret = row('SELECT * FROM client_secrets WHERE application_id = ?', template.id);
    const name = `'${kind} ' || n`;
    copyRows(file, 'applications', template, half, {
      id: idOf(letter),
      client_id: `'${kind}-' || n`,
      name,
      name_key: name,
    });
    copyRows(file, 'client_secrets', secret, half, { id: idOf(letter), application_id: idOf(letter) });
  }
  const email = "'someone.' || n || '@example.com'";
  copyRows(file, 'accounts', account, count.accounts, { id: idOf('c'), email, email_key: email });
  // Spread over accounts and applications: neighbours in one are strangers in the other.
  copyRows(file, 'grants', grant, count.refreshTokens, {
    id: idOf('d'),
    account_id: idOf('c', `n % ${count.accounts}`),
    application_id: idOf('a', `n / 7 % ${half}`),
  });
  copyRows(file, 'refresh_tokens', token, count.refreshTokens, {
    family_hash: anyHash,
    token_hash: anyHash,
    grant_id: idOf('d'),
    expires_at: String(later),
    kept_until: String(later + 86_400),
  });
  const rows = makeKnown(file, count, half);
  // In one file, so that it can be copied; the product chooses its journal by itself.
  file.exec('PRAGMA journal_mode = DELETE');
  file.close();
  return rows;
}

/** Gives rows, evenly spread, a token that is known. */
function makeKnown(file, count, half) {
  const update = file.prepare('UPDATE refresh_tokens SET family_hash = ?, token_hash = ? WHERE grant_id = ?');
  const tokens = [];
  const used = Math.min(known.refreshTokens, count.refreshTokens);
  const step = Math.floor(count.refreshTokens / used);
  file.exec('BEGIN');
  for (let index = 0; index < used; index += 1) {
    const n = index * step;
    const family = `tes_rt_${sha256(`family ${n}`).slice(0, 22)}`;
    const token = family + sha256(`token ${n}`);
    update.run([sha256(family), sha256(token), nameOf('d', n)]);
    tokens.push({ token, client: `web-${Math.floor(n / 7) % half}` });
  }
  file.exec('COMMIT');
  const clientStep = Math.max(1, Math.floor(half / known.clients));
  const clients = Array.from({ length: Math.min(known.clients, half) }, (_, index) => `service-${index * clientStep}`);
  const accountStep = Math.floor(count.accounts / known.people);
  const usernames = Array.from({ length: known.people }, (_, index) => `someone.${index * accountStep}@example.com`);
  return { tokens, clients, usernames };
}

/** Inserts copies of a row, for n from 0, with some columns computed; the indexes are made anew, which is faster. */
function copyRows(file, table, template, count, computed) {
  const indexes = file
    .prepare('SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND type = ? AND sql IS NOT NULL')
    .all([table, 'index']);
  if (count > 100_000) for (const { name } of indexes) file.exec(`DROP INDEX ${name}`);
  const columns = Object.keys(template);
  const values = columns.map((column) => computed[column] ?? '?');
  const kept = columns.filter((column) => !(column in computed)).map((column) => template[column]);
  file
    .prepare(
      `WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1})
       INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM numbers`,
    )
    .run(kept);
  if (count > 100_000) for (const { sql } of indexes) file.exec(sql);
}

/** SQL of an id that looks like any other and follows from a number: an odd factor scatters it, and meets no other. */
function idOf(letter, n = 'n') {
  return `printf('%08x-0000-4000-8${letter.repeat(3)}-%012x', ((${n}) * 2654435761) % 4294967296, ${n})`;
}

/** The same id, outside of SQL. */
function nameOf(letter, n) {
  const scattered = ((BigInt(n) * 2654435761n) % 4294967296n).toString(16).padStart(8, '0');
  return `${scattered}-0000-4000-8${letter.repeat(3)}-${n.toString(16).padStart(12, '0')}`;
}

function sha256(text) {
  return createHash('sha256').update(text).digest('base64url');
}

function hashOfFiles(directory) {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory).sort())
    if (name.endsWith('.ts')) hash.update(readFileSync(join(directory, name)));
  return hash.digest('hex').slice(0, 12);
}
