import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** The first tables. Text compares byte by byte on both databases, so that lists sort and continue alike. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  const index = (name: string, on: string, columns: string[]) =>
    db.schema.createIndex(name).on(on).columns(columns).execute();

  await table('suites')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('slug', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull().unique())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('built_in', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
  await index('suites_created', 'suites', ['created_at', 'id']);
  await index('suites_updated', 'suites', ['updated_at', 'id']);

  await table('projects')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id'))
    .addColumn('slug', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('environment', 'text', (c) => c.notNull())
    .addColumn('built_in', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addUniqueConstraint('projects_name', ['suite_id', 'name_key'])
    .addUniqueConstraint('projects_slug', ['suite_id', 'slug'])
    .execute();
  await index('projects_by_name', 'projects', ['name_key', 'id']);
  await index('projects_created', 'projects', ['created_at', 'id']);
  await index('projects_updated', 'projects', ['updated_at', 'id']);

  await table('resources')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id'))
    .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id').onDelete('cascade'))
    .addColumn('identifier', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('is_default', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('resources_identifier', ['suite_id', 'identifier'])
    .execute();
  await index('resources_project', 'resources', ['project_id']);

  await table('applications')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id'))
    .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id'))
    .addColumn('client_id', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('authenticator_type', 'text', (c) => c.notNull())
    .addColumn('redirect_uris', 'text', (c) => c.notNull())
    .addColumn('post_logout_redirect_uris', 'text', (c) => c.notNull())
    .addColumn('allowed_origins', 'text', (c) => c.notNull())
    .addColumn('any_origin', 'integer', (c) => c.notNull())
    .addColumn('access_token_lifespan', 'integer', (c) => c.notNull())
    .addColumn('refresh_token_lifespan', 'integer', (c) => c.notNull())
    .addColumn('access_token_format', 'text', (c) => c.notNull())
    .addColumn('access', 'text', (c) => c.notNull())
    .addColumn('refresh_tokens', 'text', (c) => c.notNull())
    .addColumn('allow_plain_pkce', 'integer', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('built_in', 'integer', (c) => c.notNull())
    .addColumn('last_token_at', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addUniqueConstraint('applications_name', ['project_id', 'name_key'])
    .execute();
  await index('applications_suite', 'applications', ['suite_id', 'name_key', 'id']);
  await index('applications_any_origin', 'applications', ['any_origin', 'name_key', 'id']);
  for (const column of ['name_key', 'authenticator_type', 'created_at', 'updated_at', 'last_token_at'])
    await index(`applications_by_${column}`, 'applications', [column, 'id']);

  await table('client_secrets')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('secret_hash', 'text', (c) => c.notNull())
    .addColumn('hint', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .execute();
  await index('client_secrets_application', 'client_secrets', ['application_id', 'created_at']);
  await index('client_secrets_expiry', 'client_secrets', ['expires_at']);

  await table('accounts')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('email_key', 'text', (c) => c.notNull())
    .addColumn('email_verified', 'integer', (c) => c.notNull())
    .addColumn('given_name', 'text', (c) => c.notNull())
    .addColumn('family_name', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('last_sign_in_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addUniqueConstraint('accounts_email', ['suite_id', 'email_key'])
    .execute();
  for (const column of ['email_key', 'created_at', 'updated_at'])
    await index(`accounts_by_${column}`, 'accounts', [column, 'id']);
  for (const column of ['given_name', 'created_at', 'updated_at'])
    await index(`accounts_of_suite_by_${column}`, 'accounts', ['suite_id', column, 'id']);

  await table('application_users')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id'))
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('last_token_at', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addUniqueConstraint('application_users_account', ['application_id', 'account_id'])
    .execute();
  await index('application_users_by_account', 'application_users', ['account_id']);
  await index('application_users_enabled', 'application_users', ['application_id', 'enabled']);
  await index('application_users_created', 'application_users', ['application_id', 'created_at', 'id']);
  await index('application_users_last_token', 'application_users', ['application_id', 'last_token_at', 'id']);

  await table('admins')
    .addColumn('subject_id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();

  await table('search_words')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('word', 'text', (c) => c.notNull())
    .addColumn('object_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('search_words_key', ['kind', 'word', 'object_id'])
    .execute();
  await index('search_words_object', 'search_words', ['object_id', 'kind', 'word']);

  await table('sessions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('token_hash', 'text', (c) => c.notNull().unique())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('auth_time', 'bigint', (c) => c.notNull())
    .addColumn('amr', 'text', (c) => c.notNull())
    .addColumn('user_agent', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_seen_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .execute();
  await index('sessions_account', 'sessions', ['account_id']);
  await index('sessions_suite', 'sessions', ['suite_id']);
  await index('sessions_expiry', 'sessions', ['expires_at']);

  await table('interactions')
    .addColumn('id_hash', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('browser_hash', 'text', (c) => c.notNull())
    .addColumn('params', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await index('interactions_suite', 'interactions', ['suite_id']);
  await index('interactions_application', 'interactions', ['application_id']);
  await index('interactions_expiry', 'interactions', ['expires_at']);

  await table('grants')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('session_id', 'text')
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('resource', 'text', (c) => c.notNull())
    .addColumn('auth_time', 'bigint')
    .addColumn('amr', 'text', (c) => c.notNull())
    .addColumn('nonce', 'text')
    .addColumn('act_subject', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('end_reason', 'text')
    .execute();
  await index('grants_suite', 'grants', ['suite_id']);
  await index('grants_application', 'grants', ['application_id', 'account_id']);
  await index('grants_account', 'grants', ['account_id']);
  await index('grants_session', 'grants', ['session_id']);

  await table('codes')
    .addColumn('code_hash', 'text', (c) => c.primaryKey())
    .addColumn('grant_id', 'text', (c) => c.notNull())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('session_id', 'text')
    .addColumn('redirect_uri', 'text', (c) => c.notNull())
    .addColumn('redirect_uri_sent', 'integer', (c) => c.notNull())
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('resource', 'text', (c) => c.notNull())
    .addColumn('nonce', 'text')
    .addColumn('code_challenge', 'text')
    .addColumn('code_challenge_method', 'text')
    .addColumn('auth_time', 'bigint', (c) => c.notNull())
    .addColumn('amr', 'text', (c) => c.notNull())
    .addColumn('act_subject', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('consumed_at', 'bigint')
    .execute();
  await index('codes_suite', 'codes', ['suite_id']);
  await index('codes_application', 'codes', ['application_id']);
  await index('codes_account', 'codes', ['account_id']);
  await index('codes_session', 'codes', ['session_id']);
  await index('codes_expiry', 'codes', ['expires_at']);

  await table('refresh_tokens')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('grant_id', 'text', (c) => c.notNull().references('grants.id').onDelete('cascade'))
    .addColumn('issued_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('rotated_at', 'bigint')
    .addColumn('request_hash', 'text')
    .addColumn('answer_sealed', 'text')
    .execute();
  await index('refresh_tokens_grant', 'refresh_tokens', ['grant_id']);
  await index('refresh_tokens_expiry', 'refresh_tokens', ['expires_at']);

  await table('access_tokens')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('jti', 'text', (c) => c.notNull())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('account_id', 'text', (c) => c.references('accounts.id').onDelete('cascade'))
    .addColumn('grant_id', 'text', (c) => c.references('grants.id').onDelete('cascade'))
    .addColumn('claims', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await index('access_tokens_suite', 'access_tokens', ['suite_id']);
  await index('access_tokens_application', 'access_tokens', ['application_id']);
  await index('access_tokens_account', 'access_tokens', ['account_id']);
  await index('access_tokens_grant', 'access_tokens', ['grant_id']);
  await index('access_tokens_expiry', 'access_tokens', ['expires_at']);

  await table('revoked_tokens')
    .addColumn('jti', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await index('revoked_tokens_suite', 'revoked_tokens', ['suite_id']);
  await index('revoked_tokens_expiry', 'revoked_tokens', ['expires_at']);

  await table('signing_keys')
    .addColumn('kid', 'text', (c) => c.primaryKey())
    .addColumn('suite_id', 'text', (c) => c.notNull().references('suites.id').onDelete('cascade'))
    .addColumn('alg', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('public_jwk', 'text', (c) => c.notNull())
    .addColumn('private_sealed', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await index('signing_keys_suite', 'signing_keys', ['suite_id']);

  await table('audit_events')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actor_type', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('actor_name', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('target_type', 'text', (c) => c.notNull())
    .addColumn('target_id', 'text', (c) => c.notNull())
    .addColumn('target_name', 'text', (c) => c.notNull())
    .addColumn('changes', 'text', (c) => c.notNull())
    .addColumn('address', 'text')
    .addColumn('request_id', 'text', (c) => c.notNull())
    .execute();
  await index('audit_events_at', 'audit_events', ['at', 'id']);
  await index('audit_events_target', 'audit_events', ['target_id', 'at', 'id']);
  await index('audit_events_action', 'audit_events', ['action', 'at', 'id']);

  await table('refusals')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('suite_id', 'text')
    .addColumn('application_id', 'text')
    .addColumn('endpoint', 'text', (c) => c.notNull())
    .addColumn('error', 'text', (c) => c.notNull())
    .addColumn('rule', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('expected', 'text')
    .addColumn('received', 'text')
    .addColumn('origin', 'text')
    .addColumn('address', 'text')
    .addColumn('request_id', 'text', (c) => c.notNull())
    .execute();
  await index('refusals_at', 'refusals', ['at', 'id']);
  await index('refusals_suite', 'refusals', ['suite_id', 'at', 'id']);
  await index('refusals_application', 'refusals', ['application_id', 'at', 'id']);
  await index('refusals_rule', 'refusals', ['rule', 'at', 'id']);
  await index('refusals_request', 'refusals', ['request_id']);

  await table('usage_hours')
    .addColumn('application_id', 'text', (c) => c.notNull().references('applications.id').onDelete('cascade'))
    .addColumn('hour_at', 'bigint', (c) => c.notNull())
    .addColumn('issued', 'integer', (c) => c.notNull())
    .addColumn('issued_in_lab', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('usage_hours_key', ['application_id', 'hour_at'])
    .execute();
  await index('usage_hours_hour', 'usage_hours', ['hour_at']);

  await table('throttles')
    .addColumn('subject', 'text', (c) => c.primaryKey())
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('window_ends_at', 'bigint', (c) => c.notNull())
    .execute();
  await index('throttles_end', 'throttles', ['window_ends_at']);

  await table('settings')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();

  if (db.getExecutor().adapter instanceof PostgresAdapter) await compareByteByByte(db);
}

/**
 * PostgreSQL compares text by the database's locale unless told otherwise; SQLite compares bytes. All columns alike:
 * an index serves no comparison of columns that differ in this.
 */
async function compareByteByByte(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ place: string; field: string }>`
    select table_name as place, column_name as field from information_schema.columns
    where table_schema = current_schema() and data_type = 'text'`.execute(db);
  for (const place of new Set(rows.map((row) => row.place))) {
    const changes = rows
      .filter((row) => row.place === place)
      .map(({ field }) => sql`alter column ${sql.ref(field)} type text collate "C"`);
    await sql`alter table ${sql.table(place)} ${sql.join(changes)}`.execute(db);
  }
}
