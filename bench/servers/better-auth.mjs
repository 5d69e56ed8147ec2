import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { oauthProvider } from '@better-auth/oauth-provider';
import { hash, verify } from '@node-rs/argon2';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';

/** better-auth with its OAuth provider, configured for the work of the bench, with its state in SQLite. */
const { PORT, DATABASE, REDIRECT_URI, RESOURCE, CLIENTS_FILE } = process.env;
const dialect = new SqliteDialect({ database: openFile(DATABASE) });
const db = new Kysely({ dialect });
const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Kept in memory, which the library offers for trusted clients and for resources. */
const trusted = new Set();
/** The signing keys, in memory as well, by the JWT plugin's own adapter. */
let keys;
const keyStore = {
  async getJwks() {
    keys ??= (await db.selectFrom('jwks').selectAll().execute()).map((key) => ({
      ...key,
      createdAt: new Date(key.createdAt),
      expiresAt: key.expiresAt ? new Date(key.expiresAt) : undefined,
    }));
    return keys;
  },
  async createJwk(key) {
    const made = { id: crypto.randomUUID(), ...key, createdAt: new Date() };
    const { id, publicKey, privateKey, createdAt } = made;
    await db.insertInto('jwks').values({ id, publicKey, privateKey, createdAt: createdAt.toISOString() }).execute();
    keys = [made];
    return made;
  },
};

const auth = betterAuth({
  baseURL: `http://localhost:${PORT}`,
  secret: 'a secret of the bench that is long enough for the library',
  database: { dialect, type: 'sqlite' },
  emailAndPassword: {
    enabled: true,
    password: {
      hash: (password) => hash(password, argon2id),
      verify: ({ hash: known, password }) => verify(known, password),
    },
  },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
  disabledPaths: ['/token'],
  plugins: [
    jwt({ jwks: { keyPairConfig: { alg: 'ES256' } }, adapter: keyStore, disableSettingJwtHeader: true }),
    oauthProvider({
      loginPage: '/sign-in',
      consentPage: '/consent',
      scopes: ['openid', 'offline_access', 'api'],
      resources: [RESOURCE],
      enforcePerClientResources: false,
      cachedResources: new Set([RESOURCE]),
      cachedTrustedClients: trusted,
      clientPrivileges: async () => true,
      accessTokenExpiresIn: 900,
      m2mAccessTokenExpiresIn: 900,
      idTokenExpiresIn: 900,
      codeExpiresIn: 60,
      rateLimit: {
        token: false,
        authorize: false,
        introspect: false,
        revoke: false,
        register: false,
        userinfo: false,
      },
    }),
  ],
});

await (await getMigrations(auth.options)).runMigrations();
const clients = existsSync(CLIENTS_FILE) ? JSON.parse(readFileSync(CLIENTS_FILE, 'utf8')) : await createClients();
for (const { id } of Object.values(clients)) trusted.add(id);

const answer = toNodeHandler(auth);
createServer((request, response) => {
  if (request.url === '/readyz') return response.end('ready');
  return answer(request, response);
}).listen(Number(PORT), '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));

/** Makes the clients, once; an admin does that, who is a user as well. */
async function createClients() {
  const owner = await auth.api.signUpEmail({
    body: { name: 'Owner', email: 'owner@example.com', password: 'a long enough pass phrase' },
    asResponse: true,
  });
  const cookies = owner.headers.getSetCookie().map((line) => line.split(';')[0]);
  const create = async (body) => {
    const made = await auth.api.adminCreateOAuthClient({
      headers: new Headers({ cookie: cookies.join('; ') }),
      body: { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'client_secret_post', ...body },
    });
    return { id: made.client_id, secret: made.client_secret };
  };
  const made = {
    service: await create({
      client_name: 'service',
      grant_types: ['client_credentials'],
      client_credentials_scopes: ['api'],
    }),
    web: await create({
      client_name: 'web',
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid offline_access api',
      skip_consent: true,
    }),
  };
  writeFileSync(CLIENTS_FILE, JSON.stringify(made));
  return made;
}

/** The file as Kysely's dialect takes one, with statements that are prepared once. */
function openFile(path) {
  const file = new Database(path);
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) file.exec(`PRAGMA ${pragma}`);
  const known = new Map();
  return {
    close: () => file.close(),
    prepare(sql) {
      if (!known.has(sql)) known.set(sql, file.prepare(sql));
      return known.get(sql);
    },
  };
}
