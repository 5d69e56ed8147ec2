import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPinned } from '../pinned-process.mjs';

const program = fileURLToPath(new URL('../servers/better-auth.mjs', import.meta.url));
const redirectUri = 'https://app.example.com/callback';
const resource = 'https://api.example.com';
const base = '/api/auth';
const peopleCount = 8;

export const betterAuth = {
  name: 'better-auth',
  packages: ['better-auth', '@better-auth/oauth-provider', 'kysely', 'libsql', '@node-rs/argon2'],
  settings: {
    what: 'better-auth with @better-auth/oauth-provider on node:http, NODE_ENV=production, rate limits off',
    memory: 'cachedTrustedClients, cachedResources, and the signing keys by the JWT plugin’s adapter',
    database:
      'Kysely’s SqliteDialect on libsql: WAL, synchronous=FULL, statements prepared once; it commits every write by itself',
    tokens:
      'access tokens ES256 JWT by resource indicators (opaque where none is asked for), ID tokens ES256, refresh tokens rotated',
    password: 'argon2id (19 MiB, t=2, p=1) in place of its scrypt; the answer is a session, not tokens',
  },
  cannot: {},

  launch: ({ core, nodeArgs, port, directory }) =>
    startPinned({
      core,
      nodeArgs,
      program,
      env: {
        PORT: String(port),
        DATABASE: join(directory, 'better-auth.db'),
        REDIRECT_URI: redirectUri,
        RESOURCE: resource,
        CLIENTS_FILE: join(directory, 'clients.json'),
      },
      log: join(directory, 'better-auth.log'),
      readyUrl: `http://127.0.0.1:${port}/readyz`,
    }),

  async furnish({ port, directory }) {
    const { service, web } = JSON.parse(readFileSync(join(directory, 'clients.json'), 'utf8'));
    const origin = `http://localhost:${port}`;
    const people = [];
    for (let index = 0; index < peopleCount; index += 1) people.push(await signUp(origin, index));
    const ask = { scope: 'openid offline_access', resource };
    return {
      redirectUri,
      authorizeStatus: 302,
      // It remembers none that it verified, so that few are as good as many, and made sooner.
      manyTokens: 256,
      paths: {
        token: `${base}/oauth2/token`,
        introspect: `${base}/oauth2/introspect`,
        userinfo: `${base}/oauth2/userinfo`,
        authorize: `${base}/oauth2/authorize`,
        jwks: `${base}/jwks`,
      },
      service: { ...service, params: { scope: 'api', resource } },
      opaque: { ...service, params: { scope: 'api' } },
      web: {
        ...web,
        ask: { code: ask, refresh: { scope: 'api offline_access', resource }, userinfo: { scope: 'openid' } },
      },
      people,
      signIn: ({ email, password }) => ({
        method: 'POST',
        path: `${base}/sign-in/email`,
        headers: `content-type: application/json\r\norigin: ${origin}\r\n`,
        body: JSON.stringify({ email, password }),
      }),
    };
  },
};

async function signUp(origin, index) {
  const person = { email: `person.${index}@example.com`, password: 'a long enough pass phrase' };
  const answer = await fetch(`${origin}${base}/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ name: 'Ana', ...person }),
  });
  if (!answer.ok) throw new Error(`better-auth signed nobody up: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { ...person, cookie };
}
