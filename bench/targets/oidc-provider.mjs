import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPinned } from '../pinned-process.mjs';
import { createVisitor } from '../visitor.mjs';

const program = fileURLToPath(new URL('../servers/oidc-provider.mjs', import.meta.url));
const redirectUri = 'https://app.example.com/callback';
const resource = 'https://api.example.com';
const secret = randomBytes(32).toString('base64url');

export const oidcProvider = {
  name: 'oidc-provider',
  packages: ['oidc-provider', 'libsql'],
  settings: {
    what: 'node-oidc-provider on node:http, NODE_ENV=production, clients in its configuration',
    database: 'an adapter on libsql: WAL, synchronous=FULL, one transaction for all writes of a turn of the event loop',
    tokens:
      'access tokens ES256 JWT by resource indicators (opaque for userinfo and introspection), ID tokens ES256, rotateRefreshToken',
    interactions: 'everybody is signed in and first party: loadExistingGrant makes the grant',
  },
  cannot: {
    introspect_jwt: 'it stores opaque tokens only, and finds no JWT of its own',
    introspect_jwt_again: 'it stores opaque tokens only, and finds no JWT of its own',
    password: 'it leaves passwords to its host',
  },

  launch: ({ core, nodeArgs, port, directory }) =>
    startPinned({
      core,
      nodeArgs,
      program,
      env: {
        PORT: String(port),
        DATABASE: join(directory, 'oidc-provider.db'),
        CLIENT_SECRET: secret,
        REDIRECT_URI: redirectUri,
      },
      log: join(directory, 'oidc-provider.log'),
      readyUrl: `http://127.0.0.1:${port}/readyz`,
    }),

  async furnish({ port }) {
    const visitor = createVisitor();
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'web',
      redirect_uri: redirectUri,
      scope: 'openid',
      code_challenge_method: 'S256',
      code_challenge: randomBytes(32).toString('base64url'),
    });
    const { left } = await visitor.go(`http://localhost:${port}/auth?${query}`);
    if (!left?.searchParams.has('code')) throw new Error(`oidc-provider gave no code: ${left}`);
    return {
      redirectUri,
      paths: {
        token: '/token',
        introspect: '/token/introspection',
        userinfo: '/me',
        authorize: '/auth',
        jwks: '/jwks',
      },
      service: { id: 'service', secret, params: { resource, scope: 'api' } },
      opaque: { id: 'service', secret },
      web: {
        id: 'web',
        secret,
        ask: {
          code: { scope: 'openid api', resource },
          refresh: { scope: 'api', resource },
          userinfo: { scope: 'openid' },
        },
      },
      people: [{ cookie: visitor.cookie() }],
    };
  },
};
