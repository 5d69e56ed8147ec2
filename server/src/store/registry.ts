import { cacheLookups } from '../platform/metrics.js';
import { type ClientMetadata, readMetadata } from './client-metadata.js';
import { type ClientResource, findClientResources } from './client-resources.js';
import type { Db } from './db.js';
import type { AuthenticatorType } from './schema.js';

/** A suite as the protocol sees it. */
export interface Suite {
  id: string;
  slug: string;
  name: string;
  /** Who may register clients (RFC 7591). */
  registration: 'off' | 'token' | 'open';
}

/** An application as the protocol sees it: an OAuth client. */
export interface Client {
  id: string;
  clientId: string;
  suiteId: string;
  projectId: string;
  name: string;
  authenticatorType: AuthenticatorType;
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  allowedOrigins: string[];
  /** Seconds. */
  accessTokenLifespan: number;
  /** Seconds. */
  refreshTokenLifespan: number;
  accessTokenFormat: 'jwt' | 'opaque';
  access: 'assigned' | 'everyone';
  refreshTokens: 'always' | 'offline_access' | 'never';
  allowPlainPkce: boolean;
  disabled: boolean;
  /** False for third parties, which a person is asked about. */
  firstParty: boolean;
  metadata: ClientMetadata;
  secrets: ClientSecret[];
  /** API resources it may name (RFC 8707): its project's, the default first, then others of which it is allowed a scope. */
  resources: ClientResource[];
}

export interface ClientSecret {
  id: string;
  name: string;
  hash: string;
  /** Only where the client signs with it (client_secret_jwt). */
  sealed: string | null;
  /** Unix seconds. */
  expiresAt: number | null;
}

/** Origins that any application of a suite allows; what a preflight is answered from. */
export interface SuiteOrigins {
  any: boolean;
  listed: Set<string>;
}

/** Suites and clients, read once and kept until `clear`, which every change of them calls after its commit. */
export interface Registry {
  findSuite(slug: string): Promise<Suite | undefined>;
  findClient(suiteId: string, clientId: string): Promise<Client | undefined>;
  findOrigins(suiteId: string): Promise<SuiteOrigins>;
  clear(): void;
}

const maxKept = 20_000;

/** Makes a registry over the database. */
export function createRegistry(db: Db): Registry {
  const suites = keep(cacheLookups.suites, (slug) => findSuiteBySlug(db, slug));
  const clients = keep(cacheLookups.clients, (clientId) => findClientByClientId(db, clientId));
  const origins = keep(cacheLookups.origins, (suiteId) => findSuiteOrigins(db, suiteId));
  return {
    findSuite: (slug) => suites.get(slug),
    async findClient(suiteId, clientId) {
      const client = await clients.get(clientId);
      return client?.suiteId === suiteId ? client : undefined;
    },
    findOrigins: async (suiteId) => (await origins.get(suiteId)) ?? { any: false, listed: new Set() },
    clear() {
      suites.clear();
      clients.clear();
      origins.clear();
    },
  };
}

function keep<T>(lookups: { hits: number; misses: number }, load: (key: string) => Promise<T | undefined>) {
  const kept = new Map<string, T>();
  let generation = 0;
  return {
    async get(key: string): Promise<T | undefined> {
      const known = kept.get(key);
      if (known !== undefined) {
        lookups.hits += 1;
        return known;
      }
      lookups.misses += 1;
      const startedIn = generation;
      const loaded = await load(key);
      // A clear during the load means that what was read may be the state before the change.
      if (loaded !== undefined && startedIn === generation && kept.size < maxKept) kept.set(key, loaded);
      return loaded;
    },
    clear() {
      generation += 1;
      kept.clear();
    },
  };
}

function findSuiteBySlug(db: Db, slug: string): Promise<Suite | undefined> {
  return db
    .selectFrom('suites')
    .select(['id', 'slug', 'name', 'registration'])
    .where('slug', '=', slug)
    .executeTakeFirst();
}

async function findClientByClientId(db: Db, clientId: string): Promise<Client | undefined> {
  const row = await db.selectFrom('applications').selectAll().where('clientId', '=', clientId).executeTakeFirst();
  if (!row) return undefined;
  const secrets = await db
    .selectFrom('clientSecrets')
    .select(['id', 'name', 'secretHash as hash', 'secretSealed as sealed', 'expiresAt'])
    .where('applicationId', '=', row.id)
    .where('revokedAt', 'is', null)
    .execute();
  return {
    id: row.id,
    clientId: row.clientId,
    suiteId: row.suiteId,
    projectId: row.projectId,
    name: row.name,
    authenticatorType: row.authenticatorType,
    redirectUris: JSON.parse(row.redirectUris) as string[],
    postLogoutRedirectUris: JSON.parse(row.postLogoutRedirectUris) as string[],
    allowedOrigins: JSON.parse(row.allowedOrigins) as string[],
    accessTokenLifespan: row.accessTokenLifespan,
    refreshTokenLifespan: row.refreshTokenLifespan,
    accessTokenFormat: row.accessTokenFormat,
    access: row.access,
    refreshTokens: row.refreshTokens,
    allowPlainPkce: row.allowPlainPkce === 1,
    disabled: row.status === 'disabled',
    firstParty: row.firstParty === 1,
    metadata: readMetadata(row.metadata),
    secrets,
    resources: await findClientResources(db, row),
  };
}

async function findSuiteOrigins(db: Db, suiteId: string): Promise<SuiteOrigins> {
  const rows = await db
    .selectFrom('applications')
    .select('allowedOrigins')
    .where('suiteId', '=', suiteId)
    .where('status', '=', 'active')
    .execute();
  const listed = new Set(rows.flatMap((row) => JSON.parse(row.allowedOrigins) as string[]));
  return { any: listed.delete('*'), listed };
}
