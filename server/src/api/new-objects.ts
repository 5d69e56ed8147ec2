import { lifespans } from '@tessera/contract/lifespan';
import type { Body } from '@tessera/contract/routes';
import { sealSecret } from '../keys/sealed-secret.js';
import { sha256 } from '../platform/hash.js';
import { newClientId, newCredential, newId } from '../platform/random.js';
import { insertAccount } from '../store/accounts.js';
import { insertApplicationUser } from '../store/application-users.js';
import { insertApplication } from '../store/applications.js';
import type { Actor } from '../store/audit-events.js';
import { insertSecret } from '../store/client-secrets.js';
import type { Tx } from '../store/db.js';
import { nameKey } from '../store/name-key.js';
import { insertProject } from '../store/projects.js';
import { insertResource } from '../store/resources.js';
import type {
  AccountRow,
  ApplicationRow,
  ApplicationUserRow,
  ProjectRow,
  SigningKeyRow,
  SuiteRow,
} from '../store/schema.js';
import { insertSigningKey } from '../store/signing-keys.js';
import { emailKey } from '../store/subjects.js';
import { insertSuite } from '../store/suites.js';
import { metadataDefaults, metadataFields, takeMetadata } from './application-metadata.js';
import { audit, differences } from './change.js';

/** Who adds something, and when: part of every row of the audit log. */
export interface Occasion {
  now: number;
  actor: Actor;
}

function firstVersion(now: number) {
  return { createdAt: now, updatedAt: now, version: 1 };
}

/** Adds a suite with its signing keys, which were made for `suite.id` before the transaction. */
export async function addSuite(
  tx: Tx,
  { now, actor }: Occasion,
  suite: { id: string; slug: string; name: string; description: string; builtIn: boolean },
  keys: SigningKeyRow[],
): Promise<SuiteRow> {
  const row: SuiteRow = {
    ...suite,
    nameKey: nameKey(suite.name),
    builtIn: suite.builtIn ? 1 : 0,
    registration: 'off',
    registrationProjectId: null,
    keyRotationDays: 90,
    ...firstVersion(now),
  };
  await insertSuite(tx, row);
  for (const key of keys) await insertSigningKey(tx, key);
  const changes = differences({}, suite, ['name', 'slug', 'description']);
  await audit(tx, now, actor, 'suite.created', { type: 'suite', id: row.id, name: row.name }, changes);
  return row;
}

/** Adds a project with its default API resource: the audience of its tokens when none is asked for. */
export async function addProject(
  tx: Tx,
  { now, actor }: Occasion,
  project: Pick<ProjectRow, 'suiteId' | 'slug' | 'name' | 'description' | 'environment'> & {
    builtIn: boolean;
    resource: string;
  },
): Promise<ProjectRow> {
  const { resource, builtIn, ...values } = project;
  const row = { id: newId(), ...values, nameKey: nameKey(values.name), builtIn: builtIn ? 1 : 0, ...firstVersion(now) };
  await insertProject(tx, row);
  await insertResource(tx, {
    id: newId(),
    suiteId: row.suiteId,
    projectId: row.id,
    identifier: resource,
    name: row.name,
    nameKey: row.nameKey,
    description: '',
    isDefault: 1,
    ...firstVersion(now),
  });
  const changes = differences({}, values, ['name', 'slug', 'description', 'environment']);
  await audit(tx, now, actor, 'project.created', { type: 'project', id: row.id, name: row.name }, changes);
  return row;
}

export type ApplicationValues = Omit<Body<'createApplication'>, 'suiteId'>;

/** What an application has where nothing else is said; the same as the contract's defaults. */
export const applicationDefaults = {
  description: '',
  redirectUris: [],
  postLogoutRedirectUris: [],
  allowedOrigins: [],
  accessTokenLifespan: lifespans.access.default,
  refreshTokenLifespan: lifespans.refresh.default,
  accessTokenFormat: 'jwt',
  access: 'assigned',
  refreshTokens: 'always',
  allowPlainPkce: false,
  firstParty: true,
  ...metadataDefaults,
  status: 'active',
} satisfies Partial<ApplicationValues>;

/** What a person sets on an application, as columns; `before` is the metadata column as it was. */
export function applicationColumns(values: ApplicationValues, before = '{}') {
  const { others, metadata } = takeMetadata(values, before);
  return {
    ...others,
    metadata,
    nameKey: nameKey(values.name),
    redirectUris: JSON.stringify(values.redirectUris),
    postLogoutRedirectUris: JSON.stringify(values.postLogoutRedirectUris),
    allowedOrigins: JSON.stringify(values.allowedOrigins),
    anyOrigin: values.allowedOrigins.includes('*') ? 1 : 0,
    allowPlainPkce: values.allowPlainPkce ? 1 : 0,
    firstParty: values.firstParty ? 1 : 0,
  };
}

export const applicationFields = [
  'name',
  'description',
  'projectId',
  'authenticatorType',
  'redirectUris',
  'postLogoutRedirectUris',
  'allowedOrigins',
  'accessTokenLifespan',
  'refreshTokenLifespan',
  'accessTokenFormat',
  'access',
  'refreshTokens',
  'allowPlainPkce',
  'firstParty',
  ...metadataFields,
  'status',
] as const satisfies readonly (keyof ApplicationValues)[];

/** Adds an application; its client id is random unless given. */
export async function addApplication(
  tx: Tx,
  { now, actor }: Occasion,
  suiteId: string,
  values: ApplicationValues,
  fixed: { clientId: string; builtIn: boolean } = { clientId: newClientId(), builtIn: false },
): Promise<ApplicationRow> {
  const row = {
    id: newId(),
    suiteId,
    clientId: fixed.clientId,
    ...applicationColumns(values),
    builtIn: fixed.builtIn ? 1 : 0,
    registrationTokenHash: null,
    lastTokenAt: 0,
    ...firstVersion(now),
  };
  await insertApplication(tx, row);
  const changes = differences({}, values, applicationFields);
  await audit(tx, now, actor, 'application.created', { type: 'application', id: row.id, name: row.name }, changes);
  return row;
}

/** The key to seal a secret under, where the application signs with it; null where the hash is enough. */
export function sealUnder(masterKey: Buffer, method: ApplicationValues['tokenEndpointAuthMethod']): Buffer | null {
  return method === 'client_secret_jwt' ? masterKey : null;
}

/** Adds a client secret, random unless given; answers its value, which is kept nowhere unless it is to be sealed. */
export async function addSecret(
  tx: Tx,
  { now, actor }: Occasion,
  application: { id: string; name: string },
  secret: { name: string; expiresAt: number | null; value?: string; sealUnder?: Buffer | null },
): Promise<{ id: string; value: string }> {
  const [id, value] = [newId(), secret.value ?? newCredential('tes_cs_')];
  // Of a short secret that was given to us, 15 characters would tell too much.
  const hint = value.length < 40 ? '…' : `${value.slice(0, 11)}…${value.slice(-4)}`;
  await insertSecret(tx, {
    id,
    applicationId: application.id,
    name: secret.name,
    secretHash: sha256(value),
    secretSealed: secret.sealUnder ? sealSecret(secret.sealUnder, id, value) : null,
    hint,
    createdBy: actor.name,
    createdAt: now,
    expiresAt: secret.expiresAt,
  });
  const changes = {
    secret: { from: null, to: `${secret.name} (${hint})` },
    expiresAt: { from: null, to: secret.expiresAt },
  };
  await audit(
    tx,
    now,
    actor,
    'secret.created',
    { type: 'application', id: application.id, name: application.name },
    changes,
  );
  return { id, value };
}

/** Adds an account to the directory of a suite. */
export async function addAccount(
  tx: Tx,
  { now, actor }: Occasion,
  account: Pick<AccountRow, 'suiteId' | 'email' | 'givenName' | 'familyName' | 'passwordHash'> & {
    emailVerified: boolean;
    /** The column. */
    claims?: string;
  },
): Promise<AccountRow> {
  const row: AccountRow = {
    id: newId(),
    ...account,
    emailKey: emailKey(account.email),
    emailVerified: account.emailVerified ? 1 : 0,
    claims: account.claims ?? '{}',
    status: 'active',
    lastSignInAt: null,
    ...firstVersion(now),
  };
  await insertAccount(tx, row);
  const changes = differences({}, account, ['email', 'givenName', 'familyName', 'emailVerified']);
  await audit(tx, now, actor, 'account.created', { type: 'account', id: row.id, name: row.email }, changes);
  return row;
}

/** Assigns an account to an application. */
export async function addApplicationUser(
  tx: Tx,
  { now, actor }: Occasion,
  application: { id: string; name: string },
  account: { id: string; email: string },
): Promise<ApplicationUserRow> {
  const row = {
    id: newId(),
    applicationId: application.id,
    accountId: account.id,
    enabled: 1,
    lastTokenAt: 0,
    ...firstVersion(now),
  };
  await insertApplicationUser(tx, row);
  const changes = { user: { from: null, to: account.email } };
  await audit(
    tx,
    now,
    actor,
    'application_user.created',
    { type: 'application', id: application.id, name: application.name },
    changes,
  );
  return row;
}
