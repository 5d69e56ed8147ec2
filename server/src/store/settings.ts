import type { Db } from './db.js';

export type SettingName = 'product_name' | 'setup_token_hash' | 'console_client_id';

/** Reads a setting, or undefined. */
export async function findSetting(db: Db, name: SettingName): Promise<string | undefined> {
  return (await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst())?.value;
}

/** Writes a setting, replacing what it was. */
export async function updateSetting(db: Db, name: SettingName, value: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/** Takes a setting away if it has this value; true for the one caller that did. */
export async function consumeSetting(db: Db, name: SettingName, value: string): Promise<boolean> {
  const result = await db.deleteFrom('settings').where('name', '=', name).where('value', '=', value).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
