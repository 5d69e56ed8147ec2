import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readNewPassword } from '../../src/commands/read-password.js';
import { recoverAdmin } from '../../src/commands/recover-admin.js';
import { claimDatabase } from '../../src/store/claim.js';
import { pkcePair, send, type TokenBody } from '../oauth/requests.js';
import { authorizeUrl, createBrowser } from '../support/browser-flow.js';
import { databaseKind } from '../support/database.js';
import { startTestServer, type TestServer, testAdmin } from '../support/server.js';

const newPassword = 'a new and long pass phrase';

let server: TestServer;
const recover = (email: string, password = newPassword) =>
  recoverAdmin({ databaseUrl: server.database.url, url: server.url, email }, async () => password, server.clock.now());

/** Signs in to the console; answers its tokens. */
async function signInToConsole(person: { email: string; password: string }): Promise<TokenBody> {
  const { verifier, challenge } = pkcePair();
  const client = { client_id: 'console', redirect_uri: `${server.url}/console/callback` };
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  const url = authorizeUrl(server.issuer('system'), {
    ...client,
    ...pkce,
    scope: 'openid',
    state: 'state-of-this-one',
  });
  const browser = createBrowser(server.url);
  const after = await browser.submit(await browser.open(url), { ...person });
  const code = after.url.searchParams.get('code');
  if (!code) throw new Error(`No code came: ${after.url} (${after.status})`);
  return exchange({ ...client, grant_type: 'authorization_code', code, code_verifier: verifier });
}

async function exchange(params: Record<string, string>): Promise<TokenBody> {
  const answer = await send(`${server.issuer('system')}/token`, { method: 'POST', body: new URLSearchParams(params) });
  return answer.body;
}

async function auditOf(email: string) {
  const { db } = server.deps;
  return db
    .selectFrom('auditEvents')
    .select(['action', 'actorType', 'changes'])
    .where('targetName', '=', email)
    .where('requestId', '=', 'recover-admin')
    .orderBy('id')
    .execute();
}

const me = ({ access_token }: TokenBody) =>
  fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${access_token}` } });

describe('tessera recover-admin', () => {
  beforeAll(async () => {
    server = await startTestServer({ env: { TESSERA_MAX_FAILURES_PER_ACCOUNT: '2' } });
  });
  afterAll(() => server.close());

  test('gives an owner a new password; what was signed in with the old one has ended', async () => {
    const before = await signInToConsole(testAdmin);
    const said = await recover(testAdmin.email);
    expect(said).toContain(
      `${testAdmin.email} is an owner, and signs in with the new password at ${server.url}/console`,
    );
    expect(said).toContain('Sessions that ended: 1');
    const refresh = { grant_type: 'refresh_token', client_id: 'console', refresh_token: before.refresh_token ?? '' };
    expect(await exchange(refresh)).toMatchObject({ error: 'invalid_grant' });
    await expect(signInToConsole(testAdmin)).rejects.toThrow(/No code came/);
    const after = await signInToConsole({ ...testAdmin, password: newPassword });
    expect((await me(after)).status).toBe(200);
    const [row, ...others] = await auditOf(testAdmin.email);
    expect(row).toMatchObject({ action: 'account.updated', actorType: 'system' });
    expect(row?.changes).not.toContain(newPassword);
    expect(others).toEqual([]);
  });

  test('makes an owner of somebody who was none: of a new account, or of one that is there', async () => {
    const { db } = server.deps;
    const email = 'bea@example.com';
    expect(await recover(email)).toContain('is an owner, with a new account,');
    expect((await me(await signInToConsole({ email, password: newPassword }))).status).toBe(200);
    const { id } = await db.selectFrom('accounts').select('id').where('email', '=', email).executeTakeFirstOrThrow();
    await db.deleteFrom('admins').where('subjectId', '=', id).execute();
    expect(await recover(email)).toContain('is an owner, and');
    expect((await me(await signInToConsole({ email, password: newPassword }))).status).toBe(200);
    expect((await auditOf(email)).map(({ action }) => action)).toEqual([
      'account.created',
      'admin.created',
      'account.updated',
      'admin.created',
    ]);
  });

  test('lets an owner in who was disabled, and one who failed too often', async () => {
    const { db } = server.deps;
    const email = 'carl@example.com';
    const person = { email, password: newPassword };
    await recover(email);
    for (let failures = 0; failures < 2; failures += 1)
      await expect(signInToConsole({ email, password: `wrong ${failures}` })).rejects.toThrow(/No code came/);
    await expect(signInToConsole(person)).rejects.toThrow(/No code came/);
    await db.updateTable('accounts').set({ status: 'disabled' }).where('email', '=', email).execute();
    await recover(email.toUpperCase());
    expect((await me(await signInToConsole(person))).status).toBe(200);
    const row = (await auditOf(email)).at(-1);
    expect(JSON.parse(row?.changes ?? '')).toMatchObject({ status: { from: 'disabled', to: 'active' } });
  });

  test('refuses what is no e-mail and no password, and changes nothing', async () => {
    await expect(recover('owner')).rejects.toThrow(/^--email is "owner"/);
    await expect(recover('dan@example.com', 'short')).rejects.toThrow(/password policy: Use at least 8/);
    expect(await auditOf('dan@example.com')).toEqual([]);
  });

  test.runIf(databaseKind === 'sqlite')(
    'refuses an embedded database that a server uses, and one that is not there',
    async () => {
      const claim = claimDatabase(server.database.url);
      await expect(recover(testAdmin.email)).rejects.toThrow(/another Tessera process uses/);
      claim.release();
      const none = { databaseUrl: `${server.database.url}-none/tessera.db`, url: server.url, email: testAdmin.email };
      await expect(recoverAdmin(none, async () => newPassword, 0)).rejects.toThrow(/there is no database/);
    },
  );
});

describe('the new password', () => {
  test('is the first line of an input that is no terminal', async () => {
    const input = new PassThrough();
    input.end(`${newPassword}\nsomething else\n`);
    const terminal = { input: input as unknown as NodeJS.ReadStream, output: process.stdout };
    expect(await readNewPassword(terminal)).toBe(newPassword);
    const empty = new PassThrough();
    empty.end();
    await expect(readNewPassword({ ...terminal, input: empty as unknown as NodeJS.ReadStream })).rejects.toThrow(
      /there is no password on the standard input/,
    );
  });
});
