import type { Db } from './db.js';
import type { ResourceRow } from './schema.js';

/** Adds an API resource of a project. */
export async function insertResource(tx: Db, resource: ResourceRow): Promise<void> {
  await tx.insertInto('resources').values(resource).execute();
}

/** Changes the default audience of a project; used where it follows the server's own URL. */
export async function updateDefaultResource(tx: Db, projectId: string, identifier: string): Promise<void> {
  await tx
    .updateTable('resources')
    .set({ identifier })
    .where('projectId', '=', projectId)
    .where('isDefault', '=', 1)
    .where('identifier', '!=', identifier)
    .execute();
}
