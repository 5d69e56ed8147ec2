import { type Kysely, sql } from 'kysely';
import { nameKey } from '../name-key.js';
import { wordsOfText, wordsOfUrl } from '../search-words.js';

/** What OpenID Connect, registration, devices, logout, keys, scopes and roles need. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  const index = (name: string, on: string, columns: string[]) =>
    db.schema.createIndex(name).on(on).columns(columns).execute();
  const add = (to: string, column: string, type: 'text' | 'integer' | 'bigint', byDefault?: string | number) =>
    db.schema
      .alterTable(to)
      .addColumn(column, type, (c) => (byDefault === undefined ? c : c.notNull().defaultTo(byDefault)))
      .execute();

  await add('applications', 'metadata', 'text', '{}');
  await add('applications', 'first_party', 'integer', 1);
  await add('applications', 'registration_token_hash', 'text');
  await add('client_secrets', 'secret_sealed', 'text');
  await add('suites', 'registration', 'text', 'off');
  await add('suites', 'registration_project_id', 'text');
  await add('suites', 'key_rotation_days', 'integer', 90);
  await add('accounts', 'claims', 'text', '{}');
  await add('interactions', 'session_id', 'text');
  await add('interactions', 'pushed_uri_hash', 'text');
  await add('codes', 'claims', 'text');
  await add('codes', 'acr', 'text');
  await add('codes', 'dpop_jkt', 'text');
  await add('grants', 'claims', 'text');
  await add('grants', 'acr', 'text');
  await add('refresh_tokens', 'dpop_jkt', 'text');
  await add('signing_keys', 'signs_from', 'bigint', 0);
  await add('signing_keys', 'signs_until', 'bigint');
  await add('signing_keys', 'removed_at', 'bigint');
  await sql`update signing_keys set signs_from = created_at where signs_from = 0`.execute(db);
  // One key of an algorithm signs and one is next, however many processes rotate at once.
  await db.schema
    .createIndex('signing_keys_current')
    .unique()
    .on('signing_keys')
    .columns(['suite_id', 'alg', 'status'])
    .where(sql.ref('status'), 'in', [sql.lit('signing'), sql.lit('next')])
    .execute();
  await index('signing_keys_created', 'signing_keys', ['created_at', 'kid']);
  await db.schema.dropIndex('signing_keys_suite').execute();
  await index('signing_keys_of_suite', 'signing_keys', ['suite_id', 'created_at', 'kid']);
  await index('signing_keys_due', 'signing_keys', ['status', 'signs_from']);
  await index('signing_keys_removal', 'signing_keys', ['removed_at']);

  await table('consents')
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('granted_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('consents_key', ['account_id', 'application_id'])
    .execute();
  await index('consents_application', 'consents', ['application_id']);
  await index('consents_account', 'consents', ['account_id', 'granted_at', 'application_id']);

  await table('pushed_requests')
    .addColumn('uri_hash', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('params', 'text', (c) => c.notNull())
    .addColumn('dpop_jkt', 'text')
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('consumed_at', 'bigint')
    .execute();
  await index('pushed_requests_suite', 'pushed_requests', ['suite_id']);
  await index('pushed_requests_application', 'pushed_requests', ['application_id']);
  await index('pushed_requests_expiry', 'pushed_requests', ['expires_at']);

  await table('replays')
    .addColumn('id_hash', 'text', (c) => c.primaryKey())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await index('replays_expiry', 'replays', ['expires_at']);

  await table('device_codes')
    .addColumn('device_code_hash', 'text', (c) => c.primaryKey())
    .addColumn('user_code_hash', 'text', (c) => c.notNull().unique())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('account_id', 'text', (c) => c.references('accounts.id').onDelete('cascade'))
    .addColumn('session_id', 'text')
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('resource', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('auth_time', 'bigint')
    .addColumn('amr', 'text', (c) => c.notNull())
    .addColumn('poll_interval', 'integer', (c) => c.notNull())
    .addColumn('polled_at', 'bigint')
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('consumed_at', 'bigint')
    .addColumn('grant_id', 'text', (c) => c.notNull())
    .addColumn('act_subject', 'text')
    .execute();
  await index('device_codes_suite', 'device_codes', ['suite_id']);
  await index('device_codes_application', 'device_codes', ['application_id']);
  await index('device_codes_account', 'device_codes', ['account_id']);
  await index('device_codes_session', 'device_codes', ['session_id']);
  await index('device_codes_expiry', 'device_codes', ['expires_at']);

  await table('logout_deliveries')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('session_id', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_at', 'bigint', (c) => c.notNull())
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('delivered_at', 'bigint')
    .execute();
  await index('logout_deliveries_due', 'logout_deliveries', ['status', 'next_at']);
  await index('logout_deliveries_suite', 'logout_deliveries', ['suite_id']);
  await index('logout_deliveries_application', 'logout_deliveries', ['application_id', 'created_at', 'id']);
  await index('logout_deliveries_created', 'logout_deliveries', ['created_at', 'id']);

  await table('initial_access_tokens')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('token_hash', 'text', (c) => c.notNull().unique())
    .addColumn('hint', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute();
  await index('initial_access_tokens_suite', 'initial_access_tokens', ['suite_id', 'created_at']);

  await add('resources', 'description', 'text', '');
  await add('resources', 'name_key', 'text', '');
  await add('resources', 'updated_at', 'bigint', 0);
  await add('resources', 'version', 'integer', 1);
  // One default of a project, however many admins switch at once.
  await db.schema
    .createIndex('resources_default')
    .unique()
    .on('resources')
    .column('project_id')
    .where(sql.ref('is_default'), '=', sql.lit(1))
    .execute();
  await index('resources_by_name', 'resources', ['name_key', 'id']);
  await index('resources_created', 'resources', ['created_at', 'id']);
  await index('resources_updated', 'resources', ['updated_at', 'id']);
  await describeFirstResources(db);

  await table('scopes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('resource_id', 'text', (c) => c.notNull().references('resources.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addUniqueConstraint('scopes_name', ['resource_id', 'name'])
    .execute();
  await index('scopes_by_name', 'scopes', ['name', 'id']);
  await index('scopes_created', 'scopes', ['created_at', 'id']);

  await table('roles')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addUniqueConstraint('roles_name', ['project_id', 'name_key'])
    .execute();
  await index('roles_by_name', 'roles', ['name_key', 'id']);
  await index('roles_created', 'roles', ['created_at', 'id']);
  await index('roles_updated', 'roles', ['updated_at', 'id']);

  await table('role_scopes')
    .addColumn('role_id', 'text', (c) => c.notNull().references('roles.id').onDelete('cascade'))
    .addColumn('scope_id', 'text', (c) => c.notNull().references('scopes.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('role_scopes_key', ['role_id', 'scope_id'])
    .execute();
  await index('role_scopes_scope', 'role_scopes', ['scope_id']);

  await table('application_scopes')
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('scope_id', 'text', (c) => c.notNull().references('scopes.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('application_scopes_key', ['application_id', 'scope_id'])
    .execute();
  await index('application_scopes_scope', 'application_scopes', ['scope_id']);

  await table('user_roles')
    .addColumn('application_user_id', 'text', (c) => c.notNull().references('application_users.id').onDelete('cascade'))
    .addColumn('role_id', 'text', (c) => c.notNull().references('roles.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('user_roles_key', ['application_user_id', 'role_id'])
    .execute();
  await index('user_roles_role', 'user_roles', ['role_id']);
}

/** The resources that projects have had from their start can be sorted and found like those made later. */
async function describeFirstResources(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ id: string; name: string; identifier: string }>`
    select id, name, identifier from resources`.execute(db);
  for (const { id, name, identifier } of rows) {
    await sql`update resources set name_key = ${nameKey(name)}, updated_at = created_at where id = ${id}`.execute(db);
    for (const word of new Set([...wordsOfText(name), ...wordsOfUrl(identifier)]))
      if (word !== '')
        await sql`insert into search_words (kind, word, object_id) values ('resource', ${word.slice(0, 200)}, ${id})
          on conflict do nothing`.execute(db);
  }
}
