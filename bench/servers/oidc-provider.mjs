import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { openGroupCommit } from './group-commit.mjs';

/** node-oidc-provider, configured for the work of the bench, with its state in SQLite. */
const { PORT, DATABASE, CLIENT_SECRET, REDIRECT_URI } = process.env;
const issuer = `http://localhost:${PORT}`;
const { file, write } = openGroupCommit(DATABASE);
file.exec(`
  CREATE TABLE IF NOT EXISTS models (
    model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL,
    grant_id TEXT, uid TEXT, user_code TEXT, expires_at INTEGER, consumed_at INTEGER,
    PRIMARY KEY (model, id)
  );
  CREATE INDEX IF NOT EXISTS models_grant ON models (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS models_uid ON models (model, uid) WHERE uid IS NOT NULL;
  CREATE INDEX IF NOT EXISTS models_user_code ON models (model, user_code) WHERE user_code IS NOT NULL;
`);
const statements = {
  upsert: file.prepare(
    `INSERT INTO models (model, id, payload, grant_id, uid, user_code, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`,
  ),
  find: file.prepare('SELECT * FROM models WHERE model = ? AND id = ?'),
  findByUid: file.prepare('SELECT * FROM models WHERE model = ? AND uid = ?'),
  findByUserCode: file.prepare('SELECT * FROM models WHERE model = ? AND user_code = ?'),
  consume: file.prepare('UPDATE models SET consumed_at = ? WHERE model = ? AND id = ?'),
  destroy: file.prepare('DELETE FROM models WHERE model = ? AND id = ?'),
  revokeByGrantId: file.prepare('DELETE FROM models WHERE grant_id = ?'),
};
const now = () => Math.floor(Date.now() / 1000);

function payloadOf(row) {
  if (!row || (row.expires_at !== null && row.expires_at <= now())) return undefined;
  return { ...JSON.parse(row.payload), ...(row.consumed_at === null ? {} : { consumed: row.consumed_at }) };
}

/** The store of one model, as the library's documentation describes it. */
function adapter(model) {
  return {
    upsert: (id, payload, expiresIn) =>
      write(statements.upsert, [
        model,
        id,
        JSON.stringify(payload),
        payload.grantId ?? null,
        payload.uid ?? null,
        payload.userCode ?? null,
        expiresIn ? now() + expiresIn : null,
      ]),
    find: async (id) => payloadOf(statements.find.get([model, id])),
    findByUid: async (uid) => payloadOf(statements.findByUid.get([model, uid])),
    findByUserCode: async (code) => payloadOf(statements.findByUserCode.get([model, code])),
    consume: (id) => write(statements.consume, [now(), model, id]),
    destroy: (id) => write(statements.destroy, [model, id]),
    revokeByGrantId: (grantId) => write(statements.revokeByGrantId, [grantId]),
  };
}

function signingKey(alg, type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: `bench-${alg}` };
}

const confidential = {
  client_secret: CLIENT_SECRET,
  token_endpoint_auth_method: 'client_secret_post',
  id_token_signed_response_alg: 'ES256',
};
const provider = new Provider(issuer, {
  adapter,
  clients: [
    {
      client_id: 'service',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      ...confidential,
    },
    {
      client_id: 'web',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: [REDIRECT_URI],
      ...confidential,
    },
  ],
  clientAuthMethods: ['client_secret_post'],
  cookies: { keys: ['a key that signs the cookies of the bench'] },
  jwks: {
    keys: [signingKey('ES256', 'ec', { namedCurve: 'P-256' }), signingKey('RS256', 'rsa', { modulusLength: 2048 })],
  },
  scopes: ['openid', 'offline_access', 'api'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_ctx, resource) => ({
        scope: 'api',
        audience: resource,
        accessTokenTTL: 900,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  ttl: {
    AccessToken: 900,
    AuthorizationCode: 60,
    ClientCredentials: 900,
    Grant: 2_592_000,
    IdToken: 900,
    Interaction: 600,
    RefreshToken: 2_592_000,
    Session: 86_400,
  },
  rotateRefreshToken: true,
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  findAccount: async (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  // First-party applications ask nobody: the grant is made as the library's documentation shows for that case.
  async loadExistingGrant(ctx) {
    const { client, session, params } = ctx.oidc;
    const known = session.grantIdFor(client.clientId);
    const grant =
      (known && (await provider.Grant.find(known))) ??
      new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid offline_access api');
    if (params.resource) grant.addResourceScope(params.resource, 'api');
    await grant.save();
    return grant;
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
});
provider.on('server_error', (_ctx, error) => console.error(error));

const answer = provider.callback();
createServer(async (request, response) => {
  if (request.url === '/readyz') return response.end('ready');
  // The library leaves signing in to its host; the bench signs everybody in.
  if (request.url.startsWith('/interaction/'))
    return provider.interactionFinished(request, response, { login: { accountId: 'person' } });
  return answer(request, response);
}).listen(Number(PORT), '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));
