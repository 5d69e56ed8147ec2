import type { Account } from '@tessera/contract/accounts';
import type { Page } from '@tessera/contract/list';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin, testPassword } from '../support/admin.js';
import { startTestServer, type TestServer, testAdmin } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let suite: Suite;

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  suite = await admin.givenSuite({ slug: 'shop' });
});
afterAll(() => server.close());

const body = (fields: object = {}) => ({
  suiteId: suite.id,
  firstName: 'Ana',
  email: 'ana@example.com',
  password: testPassword,
  ...fields,
});

async function givenSignedIn() {
  const project = await admin.givenProject(suite.id);
  const application = await admin.givenApplication(project, 'user_credentials');
  const user = await admin.givenUser(application.id);
  const ask = async (parameters: Record<string, string>) => {
    const client = { client_id: application.clientId, client_secret: application.clientSecret ?? '' };
    const answer = await fetch(`${server.issuer('shop')}/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...client, ...parameters }),
    });
    return { status: answer.status, body: (await answer.json()) as { refresh_token: string } };
  };
  const signIn = (password = user.password) => ask({ grant_type: 'password', username: user.email, password });
  const { refresh_token } = (await signIn()).body;
  return { user, signIn, refresh: async () => (await ask({ grant_type: 'refresh_token', refresh_token })).status };
}

describe('accounts', () => {
  it('creates an account, which no answer shows the password of', async () => {
    const answer = await admin.api<Account>('POST', '/accounts', body({ lastName: 'Ito', emailVerified: true }));
    expect(answer).toMatchObject({
      status: 201,
      body: {
        suiteId: suite.id,
        email: 'ana@example.com',
        emailVerified: true,
        firstName: 'Ana',
        lastName: 'Ito',
        status: 'active',
        applicationCount: 0,
      },
    });
    expect(Object.keys(answer.body).filter((key) => /pass|hash/i.test(key))).toEqual([]);
    expect((await admin.api('GET', `/accounts/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('an e-mail is one account a suite, whatever its case: 409 email_taken', async () => {
    const known = await admin.givenAccount(suite.id, { email: 'known@example.com' });
    const answer = await admin.api('POST', '/accounts', body({ email: 'KNOWN@example.com' }));
    expect(answer).toMatchObject({ status: 409, body: { code: 'email_taken', accountId: known.id } });
    const both = await Promise.all(
      [1, 2].map(() => admin.api('POST', '/accounts', body({ email: 'race@example.com' }))),
    );
    expect(both.map((one) => one.status).sort()).toEqual([201, 409]);
  });

  it('a suite that does not exist is a fault of the field suiteId', async () => {
    const answer = await admin.api('POST', '/accounts', body({ suiteId: '00000000-0000-4000-8000-000000000000' }));
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'suiteId', code: 'suite_not_found' }] } });
  });

  it('updates by merge; the suite is fixed', async () => {
    const account = await admin.givenAccount(suite.id, { lastName: 'Before' });
    const answer = await admin.api<Account>('PATCH', `/accounts/${account.id}`, {
      firstName: 'Renamed',
      lastName: null,
    });
    expect(answer.body).toMatchObject({ firstName: 'Renamed', lastName: '', email: account.email, version: 2 });
    for (const field of ['suiteId', 'passwordHash'])
      expect((await admin.api('PATCH', `/accounts/${account.id}`, { [field]: 'x' })).body.errors).toMatchObject([
        { field, code: 'unknown_field' },
      ]);
    expect(
      await admin.api('PATCH', `/accounts/${account.id}`, { firstName: 'Late' }, { 'if-match': '"1"' }),
    ).toMatchObject({ status: 412 });
    expect((await admin.api<Page<Account>>('GET', '/accounts?q=renamed')).body.total).toBe(1);
  });

  it('a new e-mail is not verified, signs in, and leaves sub and tokens alone', async () => {
    const { user, refresh } = await givenSignedIn();
    const path = `/accounts/${user.accountId}`;
    await admin.api('PATCH', path, { emailVerified: true });
    const email = 'Renamed.Person@example.com';
    const changed = await admin.api<Account>('PATCH', path, { email });
    expect(changed).toMatchObject({ status: 200, body: { id: user.accountId, email, emailVerified: false } });
    expect(await refresh()).toBe(200);
    expect((await admin.api<Page<Account>>('GET', '/accounts?q=renamed.person')).body.total).toBe(1);
    expect((await admin.api<Page<Account>>('GET', `/accounts?q=${user.email}`)).body.total).toBe(0);
    const both = await admin.api<Account>('PATCH', path, { email: 'other@example.com', emailVerified: true });
    expect(both.body).toMatchObject({ email: 'other@example.com', emailVerified: true });
    const events = await admin.api<Page<{ changes: object }>>('GET', `/audit-events?targetId=${user.accountId}`);
    expect(events.body.items[0]?.changes).toEqual({
      email: { from: email, to: 'other@example.com' },
      emailVerified: { from: false, to: true },
    });
  });

  it('a new e-mail is refused where it is none, where the suite knows it, and as the new password', async () => {
    const known = await admin.givenAccount(suite.id, { email: 'taken@example.com' });
    const account = await admin.givenAccount(suite.id);
    const path = `/accounts/${account.id}`;
    expect((await admin.api('PATCH', path, { email: 'nobody' })).body.errors).toMatchObject([
      { field: 'email', code: 'email_invalid' },
    ]);
    expect(await admin.api('PATCH', path, { email: 'TAKEN@example.com' })).toMatchObject({
      status: 409,
      body: { code: 'email_taken', accountId: known.id },
    });
    const email = 'as.long.as.a.password@example.com';
    expect((await admin.api('PATCH', path, { email, password: email })).body.errors).toMatchObject([
      { field: 'password', code: 'password_policy' },
    ]);
    const others = [known, account].map((each) =>
      admin.api('PATCH', `/accounts/${each.id}`, { email: 'raced@example.com' }),
    );
    expect((await Promise.all(others)).map(({ status }) => status).sort()).toEqual([200, 409]);
    // Its own, in another case, is no other account's.
    const own = await admin.api<Account>('GET', path);
    expect(await admin.api('PATCH', path, { email: own.body.email.toUpperCase() })).toMatchObject({ status: 200 });
  });

  it('rule 9: disabling ends its refresh tokens, and it cannot sign in until enabled', async () => {
    const { user, signIn, refresh } = await givenSignedIn();
    expect(await admin.api('PATCH', `/accounts/${user.accountId}`, { status: 'disabled' })).toMatchObject({
      body: { status: 'disabled' },
    });
    expect([(await signIn()).status, await refresh()]).toEqual([400, 400]);
    await admin.api('PATCH', `/accounts/${user.accountId}`, { status: 'active' });
    expect([(await signIn()).status, await refresh()]).toEqual([200, 400]);
  });

  it('a new password ends its refresh tokens, and only the new one signs in', async () => {
    const { user, signIn, refresh } = await givenSignedIn();
    const path = `/accounts/${user.accountId}`;
    expect(await admin.api('PATCH', path, { password: 'short', confirmPassword: 'short' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'password', code: 'password_policy' }] },
    });
    expect((await admin.api('PATCH', path, { password: user.email.toUpperCase() })).body.errors).toMatchObject([
      { code: 'password_policy' },
    ]);
    const changed = await admin.api<Account>('PATCH', path, {
      password: 'another pass phrase',
      confirmPassword: 'another pass phrase',
    });
    expect(changed).toMatchObject({ status: 200, body: { version: 2 } });
    expect([(await signIn()).status, await refresh(), (await signIn('another pass phrase')).status]).toEqual([
      400, 400, 200,
    ]);
    const events = await admin.api<Page<{ changes: object }>>('GET', `/audit-events?targetId=${user.accountId}`);
    expect(events.body.items[0]?.changes).toEqual({ password: { from: '(hidden)', to: '(hidden)' } });
  });

  it('deleting takes its assignments along', async () => {
    const { user, signIn, refresh } = await givenSignedIn();
    expect((await admin.api('DELETE', `/accounts/${user.accountId}`)).status).toBe(204);
    expect(await admin.api('GET', `/accounts/${user.accountId}`)).toMatchObject({
      status: 404,
      body: { code: 'account_not_found' },
    });
    expect([(await signIn()).status, await refresh()]).toEqual([400, 400]);
    expect((await admin.api<Page<Account>>('GET', `/accounts?q=${user.email}`)).body.total).toBe(0);
  });

  it('lists by suite and state', async () => {
    const other = await admin.givenSuite();
    const [first, second] = [
      await admin.givenAccount(other.id, { email: 'b@x.test' }),
      await admin.givenAccount(other.id, { email: 'A@x.test' }),
    ];
    await admin.api('PATCH', `/accounts/${first.id}`, { status: 'disabled' });
    const ids = async (query: string) =>
      (await admin.api<Page<Account>>('GET', `/accounts?suiteId=${other.id}&${query}`)).body.items.map((one) => one.id);
    expect(await ids('')).toEqual([second.id, first.id]);
    expect(await ids('status=disabled')).toEqual([first.id]);
    expect(await ids('q=a@x')).toEqual([second.id]);
  });
});

describe('the last owner', () => {
  async function owner(): Promise<Account> {
    const page = await admin.api<Page<Account>>('GET', `/accounts?q=${testAdmin.email}`);
    const [account] = page.body.items;
    if (!account) throw new Error('no owner');
    return account;
  }

  it('cannot be deleted or disabled: 409 last_owner, nothing changes', async () => {
    const before = await owner();
    expect(await admin.api('DELETE', `/accounts/${before.id}`)).toMatchObject({
      status: 409,
      body: { code: 'last_owner' },
    });
    expect(await admin.api('PATCH', `/accounts/${before.id}`, { status: 'disabled' })).toMatchObject({
      status: 409,
      body: { code: 'last_owner' },
    });
    expect(await owner()).toEqual(before);
  });

  it('may be renamed and get a new password', async () => {
    const { id } = await owner();
    expect(
      await admin.api('PATCH', `/accounts/${id}`, { firstName: 'Owner', password: testAdmin.password }),
    ).toMatchObject({ status: 200 });
  });

  it('another account of suite system is no owner and can be deleted', async () => {
    const account = await admin.givenAccount((await owner()).suiteId);
    expect((await admin.api('DELETE', `/accounts/${account.id}`)).status).toBe(204);
  });

  it('two owners cannot delete each other at once', async () => {
    const first = await owner();
    const second = await admin.givenAccount(first.suiteId);
    await server.deps.db
      .insertInto('admins')
      .values({ subjectId: second.id, kind: 'account', role: 'owner', createdAt: 1 })
      .execute();
    const answers = await Promise.all([first, second].map(({ id }) => admin.api('DELETE', `/accounts/${id}`)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, 409]);
  });
});
