import type { Account, ApplicationUser } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import type { Project } from '@tessera/contract/projects';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin, testPassword } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let suite: Suite;
let project: Project;

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  suite = await admin.givenSuite();
  project = await admin.givenProject(suite.id);
});
afterAll(() => server.close());

const person = (fields: object = {}) => ({
  firstName: 'Ana',
  email: 'new@example.com',
  password: testPassword,
  ...fields,
});
const usersOf = async (id: string) => (await admin.api<Page<ApplicationUser>>('GET', `/applications/${id}/users`)).body;
const accountsNamed = async (q: string) => (await admin.api<Page<Account>>('GET', `/accounts?q=${q}`)).body.total;

describe('application users', () => {
  it('M5: creates the person in the directory of the suite and assigns it', async () => {
    const application = await admin.givenApplication(project, 'user_credentials');
    const answer = await admin.api<ApplicationUser>('POST', `/applications/${application.id}/users`, {
      firstName: ' Ana ',
      lastName: 'Ito',
      email: ' Ana.Ito@Example.com ',
      password: testPassword,
      confirmPassword: testPassword,
    });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        firstName: 'Ana',
        lastName: 'Ito',
        email: 'Ana.Ito@Example.com',
        enabled: true,
        accountStatus: 'active',
        lastTokenAt: null,
        version: 1,
      },
    });
    expect(answer.headers.get('location')).toBe(
      `${server.url}/api/v1/applications/${application.id}/users/${answer.body.id}`,
    );
    const account = await admin.api<Account>('GET', `/accounts/${answer.body.accountId}`);
    expect(account.body).toMatchObject({ suiteId: suite.id, email: 'Ana.Ito@Example.com', applicationCount: 1 });
    expect(JSON.stringify([answer.body, account.body])).not.toMatch(/password|argon2/);
    expect((await usersOf(application.id)).items).toEqual([answer.body]);
    expect((await admin.api<Application>('GET', `/applications/${application.id}`)).body.userCount).toBe(1);
  });

  it.each([
    ['no first name', { firstName: ' ' }, 'firstName', 'required'],
    ['no e-mail', { email: undefined }, 'email', 'required'],
    ['an e-mail that is none', { email: 'ana' }, 'email', 'email_invalid'],
    ['an e-mail of 255 characters', { email: `${'a'.repeat(243)}@example.com` }, 'email', 'too_long'],
    ['no password', { password: undefined }, 'password', 'required'],
    ['a password of 7 characters', { password: '1234567' }, 'password', 'password_policy'],
    ['a password of 129 characters', { password: 'x'.repeat(129) }, 'password', 'password_policy'],
    ['the e-mail as password', { password: 'NEW@example.com' }, 'password', 'password_policy'],
    ['two passwords', { confirmPassword: 'another pass phrase' }, 'confirmPassword', 'password_mismatch'],
    ['an unknown field', { roles: [] }, 'roles', 'unknown_field'],
  ])('refuses %s: 422, nothing stored', async (_what, fields, field, code) => {
    const application = await admin.givenApplication(project, 'user_credentials');
    const answer = await admin.api('POST', `/applications/${application.id}/users`, person(fields));
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field, code }] } });
    expect((await usersOf(application.id)).total).toBe(0);
    expect(await accountsNamed('new@example.com')).toBe(0);
  });

  it('an empty body asks for a person, one with accountId for an account', async () => {
    const application = await admin.givenApplication(project, 'user_credentials');
    const empty = await admin.api('POST', `/applications/${application.id}/users`, {});
    expect(empty.body.errors?.map((error) => error.field)).toEqual(['firstName', 'email', 'password']);
    const wrong = await admin.api('POST', `/applications/${application.id}/users`, { accountId: '1' });
    expect(wrong.body.errors).toMatchObject([{ field: 'accountId', code: 'invalid' }]);
  });

  it('rule 1: an e-mail the suite knows is 409 email_in_directory with the account, and nothing is stored', async () => {
    const known = await admin.givenAccount(suite.id, { firstName: 'Known' });
    const application = await admin.givenApplication(project, 'user_credentials');
    const answer = await admin.api(
      'POST',
      `/applications/${application.id}/users`,
      person({ email: known.email.toUpperCase(), firstName: 'Other' }),
    );
    expect(answer).toMatchObject({ status: 409, body: { code: 'email_in_directory', accountId: known.id } });
    expect((await usersOf(application.id)).total).toBe(0);
    const added = await admin.api<ApplicationUser>('POST', `/applications/${application.id}/users`, {
      accountId: answer.body.accountId,
    });
    expect(added).toMatchObject({ status: 201, body: { accountId: known.id, firstName: 'Known', email: known.email } });
  });

  it('a user of the application already is 409 email_taken_in_app, by e-mail and by account', async () => {
    const application = await admin.givenApplication(project, 'user_credentials');
    const user = await admin.givenUser(application.id);
    for (const body of [person({ email: user.email }), { accountId: user.accountId }])
      expect(await admin.api('POST', `/applications/${application.id}/users`, body)).toMatchObject({
        status: 409,
        body: { code: 'email_taken_in_app', detail: `${user.email} is already a user of ${application.name}.` },
      });
    expect((await usersOf(application.id)).total).toBe(1);
  });

  it('an account of another suite is not found: 404 account_not_found', async () => {
    const foreign = await admin.givenAccount((await admin.givenSuite()).id);
    const application = await admin.givenApplication(project, 'user_credentials');
    const answer = await admin.api('POST', `/applications/${application.id}/users`, { accountId: foreign.id });
    expect(answer).toMatchObject({ status: 404, body: { code: 'account_not_found' } });
  });

  it('the same e-mail in two suites is two people', async () => {
    const other = await admin.givenProject((await admin.givenSuite()).id);
    const [here, there] = [
      await admin.givenApplication(project, 'user_credentials'),
      await admin.givenApplication(other, 'user_credentials'),
    ];
    const first = await admin.givenUser(here.id, { email: 'twin@example.com' });
    const second = await admin.givenUser(there.id, { email: 'twin@example.com' });
    expect(first.accountId).not.toBe(second.accountId);
  });

  it('one e-mail created in two applications at once: one person, and the other call is told', async () => {
    const applications = [
      await admin.givenApplication(project, 'user_credentials'),
      await admin.givenApplication(project, 'user_credentials'),
    ];
    const answers = await Promise.all(
      applications.map(({ id }) =>
        admin.api('POST', `/applications/${id}/users`, person({ email: 'race@example.com' })),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect(answers.find((answer) => answer.status === 409)?.body).toMatchObject({
      code: 'email_in_directory',
      accountId: expect.any(String),
    });
    expect(await accountsNamed('race@example.com')).toBe(1);
  });

  it('one account assigned twice at once: one assignment', async () => {
    const application = await admin.givenApplication(project, 'user_credentials');
    const account = await admin.givenAccount(suite.id);
    const answers = await Promise.all(
      [1, 2].map(() => admin.api('POST', `/applications/${application.id}/users`, { accountId: account.id })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect((await usersOf(application.id)).total).toBe(1);
  });

  it('a person that is created while the application is deleted: either or, and no stray account', async () => {
    for (let round = 0; round < 4; round += 1) {
      const application = await admin.givenApplication(project, 'user_credentials');
      const email = `stray${round}@example.com`;
      const [added, deleted] = await Promise.all([
        admin.api('POST', `/applications/${application.id}/users`, person({ email })),
        admin.api('DELETE', `/applications/${application.id}`),
      ]);
      expect([
        [201, 409],
        [404, 204],
      ]).toContainEqual([added.status, deleted.status]);
      expect(await accountsNamed(email)).toBe(added.status === 201 ? 1 : 0);
    }
  });

  it('a user is read under its own application only', async () => {
    const [mine, other] = [
      await admin.givenApplication(project, 'user_credentials'),
      await admin.givenApplication(project, 'user_credentials'),
    ];
    const user = await admin.givenUser(mine.id);
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { enabled: false }],
      ['DELETE', undefined],
    ] as const)
      expect(await admin.api(method, `/applications/${other.id}/users/${user.id}`, body)).toMatchObject({
        status: 404,
        body: { code: 'application_user_not_found' },
      });
    expect((await admin.api<ApplicationUser>('GET', `/applications/${mine.id}/users/${user.id}`)).body).toMatchObject({
      enabled: true,
    });
  });

  it('lists by name and by state', async () => {
    const application = await admin.givenApplication(project, 'user_credentials');
    for (const firstName of ['Zoe', 'Adam', 'Mia']) await admin.givenUser(application.id, { firstName });
    const path = `/applications/${application.id}/users`;
    const names = async (query: string) =>
      (await admin.api<Page<ApplicationUser>>('GET', `${path}?${query}`)).body.items.map((user) => user.firstName);
    expect(await names('sort=firstName')).toEqual(['Adam', 'Mia', 'Zoe']);
    expect(await names('sort=-firstName')).toEqual(['Zoe', 'Mia', 'Adam']);
    expect(await names('q=zo')).toEqual(['Zoe']);
    const [adam] = (await admin.api<Page<ApplicationUser>>('GET', `${path}?q=adam`)).body.items;
    await admin.api('PATCH', `${path}/${adam?.id}`, { enabled: false });
    expect(await names('enabled=false')).toEqual(['Adam']);
    expect((await names('enabled=true&sort=firstName')).join()).toBe('Mia,Zoe');
  });
});
