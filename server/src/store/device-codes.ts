import type { Selectable } from 'kysely';
import type { Db } from './db.js';
import { preparedWrite, type Write } from './prepared.js';
import type { Schema } from './schema.js';

export type DeviceCodeRow = Selectable<Schema['deviceCodes']>;

/** Adds a device code with its user code, both by their hashes. Breaks a unique constraint when the user code is in use. */
export async function insertDeviceCode(
  db: Db,
  code: Omit<DeviceCodeRow, 'accountId' | 'sessionId' | 'status' | 'authTime' | 'amr' | 'polledAt' | 'consumedAt'>,
): Promise<void> {
  const open = { accountId: null, sessionId: null, status: 'pending' as const, authTime: null, amr: '[]' };
  await db
    .insertInto('deviceCodes')
    .values({ ...code, ...open, polledAt: null, consumedAt: null })
    .execute();
}

/** Finds a device code, used or not. */
export function findDeviceCode(db: Db, deviceCodeHash: string): Promise<DeviceCodeRow | undefined> {
  return db.selectFrom('deviceCodes').selectAll().where('deviceCodeHash', '=', deviceCodeHash).executeTakeFirst();
}

/** Finds what waits for a person under a user code of the suite. */
export function findPendingDevice(
  db: Db,
  suiteId: string,
  userCodeHash: string,
  now: number,
): Promise<(DeviceCodeRow & { clientId: string }) | undefined> {
  return db
    .selectFrom('deviceCodes')
    .innerJoin('applications', 'applications.id', 'deviceCodes.applicationId')
    .selectAll('deviceCodes')
    .select('applications.clientId')
    .where('deviceCodes.userCodeHash', '=', userCodeHash)
    .where('deviceCodes.suiteId', '=', suiteId)
    .where('deviceCodes.status', '=', 'pending')
    .where('deviceCodes.expiresAt', '>', now)
    .executeTakeFirst();
}

/** Writes the person's decision; true for the one caller that decided. */
export async function decideDevice(
  db: Db,
  deviceCodeHash: string,
  decision:
    | { status: 'denied' }
    | { status: 'approved'; accountId: string; sessionId: string; authTime: number; amr: string },
): Promise<boolean> {
  const result = await db
    .updateTable('deviceCodes')
    .set(decision)
    .where('deviceCodeHash', '=', deviceCodeHash)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Notes a poll and the interval, in seconds, that holds from now on. */
export async function updateDevicePoll(
  db: Db,
  deviceCodeHash: string,
  poll: { polledAt: number; pollInterval: number },
): Promise<void> {
  await db.updateTable('deviceCodes').set(poll).where('deviceCodeHash', '=', deviceCodeHash).execute();
}

const consume = preparedWrite((db, { deviceCodeHash, now }: { deviceCodeHash: string; now: number }) =>
  db
    .updateTable('deviceCodes')
    .set({ consumedAt: now })
    .where('deviceCodeHash', '=', deviceCodeHash)
    .where('status', '=', 'approved')
    .where('consumedAt', 'is', null),
);

/** Uses an approved device code up; writes a row for the one caller that did (RFC 8628 §3.5). */
export function consumeDeviceCode(deviceCodeHash: string, now: number): Write {
  return consume({ deviceCodeHash, now });
}
