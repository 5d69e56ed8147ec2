import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startPinned } from '../pinned-process.mjs';
import { createVisitor } from '../visitor.mjs';

const redirectUri = 'https://app.example.com/callback';
const peopleCount = 8;
const bootstrap = { id: 'bench', secret: `tes_cs_${'0'.repeat(43)}` };

/** Tessera as it is shipped, on one of its databases. */
function tesseraOn(name, database, databaseUrl) {
  return {
    name,
    settings: {
      what: 'node --max-semi-space-size=4 --heap-growing-percent=30 server/bundle/main.js start (as npm start does), NODE_ENV=production, no other setting than address, database and bootstrap client',
      database,
      tokens: 'access tokens ES256 JWT (RFC 9068), ID tokens ES256, refresh tokens rotated at every use',
      password: 'argon2id (19 MiB, t=2, p=1), grant type password: the answer is an access and a refresh token',
    },
    cannot: {},

    launch: ({ core, nodeArgs, port, directory, product, postgresUrl }) =>
      launchTessera({ core, nodeArgs, port, directory, product, databaseUrl: databaseUrl({ directory, postgresUrl }) }),

    furnish: ({ port }) => furnish(port),
  };
}

export const tessera = tesseraOn(
  'tessera',
  'SQLite as shipped: WAL, synchronous=FULL, group commit',
  ({ directory }) => `file:${join(directory, 'tessera.db')}`,
);
export const tesseraOnPostgres = tesseraOn(
  'tessera-pg',
  'PostgreSQL with its default settings (fsync=on, synchronous_commit=on), on the core of the load',
  ({ postgresUrl }) => postgresUrl,
);

/** Starts Tessera on a database, with the least that a measured process needs to be told. */
export function launchTessera({ core, nodeArgs, port, directory, product, databaseUrl }) {
  return startPinned({
    core,
    nodeArgs: ['--max-semi-space-size=4', '--heap-growing-percent=30', ...(nodeArgs ?? [])],
    program: join(product, 'server/bundle/main.js'),
    args: ['start'],
    cwd: directory,
    env: {
      TESSERA_URL: `http://localhost:${port}`,
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      TESSERA_SECRET: Buffer.alloc(32, 9).toString('base64url'),
      TESSERA_BOOTSTRAP_CLIENT_ID: bootstrap.id,
      TESSERA_BOOTSTRAP_CLIENT_SECRET: bootstrap.secret,
    },
    log: join(directory, 'tessera.log'),
    readyUrl: `http://127.0.0.1:${port}/readyz`,
  });
}

/** Makes, over the management API, a suite with the applications and people that the work needs. */
export async function furnish(port) {
  const url = `http://localhost:${port}`;
  const create = await apiOf(url);
  const word = randomBytes(4).toString('hex');
  const suite = await create('/suites', { name: `Bench ${word}` });
  const project = await create('/projects', { suiteId: suite.id, name: 'Bench' });
  const application = (name, authenticatorType, fields) =>
    create('/applications', { suiteId: suite.id, projectId: project.id, name, authenticatorType, ...fields });
  const service = await application('Service', 'client_credentials');
  const opaque = await application('Opaque', 'client_credentials', { accessTokenFormat: 'opaque' });
  const web = await application('Web', 'authorization_flow', {
    redirectUris: [redirectUri],
    idTokenSigningAlg: 'ES256',
    access: 'everyone',
  });
  const legacy = await application('Legacy', 'user_credentials', { access: 'everyone', idTokenSigningAlg: 'ES256' });
  const base = new URL(service.issuer).pathname;
  const people = [];
  for (let index = 0; index < peopleCount; index += 1) {
    const person = { email: `person.${index}@example.com`, password: 'a long enough pass phrase' };
    await create('/accounts', { suiteId: suite.id, firstName: 'Ana', ...person });
    const visitor = createVisitor();
    await visitor.signIn(`${url}${base}/authorize?${authorizeQuery(web.clientId)}`, person);
    people.push({ ...person, cookie: visitor.cookie() });
  }
  const client = ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret });
  return {
    redirectUri,
    paths: {
      token: `${base}/token`,
      introspect: `${base}/introspect`,
      userinfo: `${base}/userinfo`,
      authorize: `${base}/authorize`,
      jwks: await jwksPath(service.issuer),
    },
    service: client(service),
    opaque: client(opaque),
    web: {
      ...client(web),
      ask: { code: { scope: 'openid' }, refresh: {}, userinfo: { scope: 'openid' } },
    },
    legacy: client(legacy),
    people,
  };
}

function authorizeQuery(clientId) {
  return new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge_method: 'S256',
    code_challenge: randomBytes(32).toString('base64url'),
  });
}

async function jwksPath(issuer) {
  const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  return new URL(metadata.jwks_uri).pathname;
}

async function apiOf(url) {
  const answer = await fetch(`${url}/suites/system/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: bootstrap.id,
      client_secret: bootstrap.secret,
      resource: `${url}/api`,
    }),
  });
  const { access_token: token } = await answer.json();
  if (!token) throw new Error(`the bootstrap client got no token: ${answer.status}`);
  return async (path, body) => {
    const made = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await made.text();
    if (made.status !== 201) throw new Error(`POST ${path} answered ${made.status}: ${text}`);
    return JSON.parse(text);
  };
}
