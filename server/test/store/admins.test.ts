import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  findAdminAccount,
  findAdminApplication,
  hasAdmin,
  hasAdminAccount,
  insertAdmin,
  isLastOwner,
} from '../../src/store/admins.js';
import type { Db } from '../../src/store/db.js';
import { type Admin, createAdmin } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let db: Db;
let admin: Admin;
let accounts: string[];
let application: { id: string; clientId: string };

beforeAll(async () => {
  server = await startTestServer();
  db = server.deps.db;
  admin = createAdmin(server);
  const { id } = await db.selectFrom('suites').select('id').where('slug', '=', 'system').executeTakeFirstOrThrow();
  accounts = [
    (await admin.givenAccount(id, { firstName: 'Ana', lastName: 'Ito' })).id,
    (await admin.givenAccount(id)).id,
  ];
  application = await db
    .selectFrom('applications')
    .select(['id', 'clientId'])
    .where('name', '=', 'Bootstrap')
    .executeTakeFirstOrThrow();
});
afterAll(() => server.close());
beforeEach(async () => {
  await db.deleteFrom('admins').execute();
  await db.updateTable('accounts').set({ status: 'active' }).execute();
});

const people = ['account'] as const;
const all = ['account', 'application'] as const;

describe('admins', () => {
  it('are found by account id and by client id, with their name, while active', async () => {
    expect([await hasAdmin(db), await hasAdminAccount(db)]).toEqual([false, false]);
    expect(await findAdminAccount(db, accounts[0] ?? '')).toBeUndefined();
    await insertAdmin(db, application.id, 'application', 1);
    expect([await hasAdmin(db), await hasAdminAccount(db)]).toEqual([true, false]);
    await insertAdmin(db, accounts[0] ?? '', 'account', 1);
    await insertAdmin(db, accounts[0] ?? '', 'account', 2);
    expect(await findAdminAccount(db, accounts[0] ?? '')).toMatchObject({
      kind: 'account',
      name: 'Ana Ito',
      role: 'owner',
    });
    expect(await findAdminApplication(db, application.clientId)).toMatchObject({
      kind: 'application',
      id: application.id,
    });
    // An id of one kind opens nothing for the other.
    expect(await findAdminAccount(db, application.id)).toBeUndefined();
    await db
      .updateTable('accounts')
      .set({ status: 'disabled' })
      .where('id', '=', accounts[0] ?? '')
      .execute();
    expect(await findAdminAccount(db, accounts[0] ?? '')).toBeUndefined();
  });

  it('the last owner is the only active one of its kinds', async () => {
    const [first = '', second = ''] = accounts;
    expect(await isLastOwner(db, first, [...people])).toBe(false);
    await insertAdmin(db, first, 'account', 1);
    await insertAdmin(db, application.id, 'application', 1);
    expect(await isLastOwner(db, first, [...people])).toBe(true);
    expect(await isLastOwner(db, first, [...all])).toBe(false);
    expect(await isLastOwner(db, application.id, [...all])).toBe(false);
    expect(await isLastOwner(db, second, [...people])).toBe(false);
    await insertAdmin(db, second, 'account', 1);
    expect(await isLastOwner(db, first, [...people])).toBe(false);
    await db.updateTable('accounts').set({ status: 'disabled' }).where('id', '=', second).execute();
    expect(await isLastOwner(db, first, [...people])).toBe(true);
  });
});
