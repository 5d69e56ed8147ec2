import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hash } from '@node-rs/argon2';
import { startPinned } from '../pinned-process.mjs';

const program = fileURLToPath(new URL('../servers/limit.mjs', import.meta.url));
const client = { id: 'bench', secret: randomBytes(32).toString('base64url') };
const person = { email: 'person@example.com', password: 'a long enough pass phrase' };
const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const limit = {
  name: 'limit',
  packages: ['libsql', '@node-rs/argon2'],
  settings: {
    what: 'a bare node:http server: reads the form, checks a SHA-256 secret in constant time, signs with node:crypto',
    signing: 'one ES256 JWT; one more, the ID token, where a code is exchanged',
    database:
      'libsql, WAL, synchronous=FULL; one row for each refresh token, one transaction for all of a turn of the event loop',
    introspection: 'JWT: one cached look-up and one ES256 verification; opaque: one read by the hash',
    password: 'argon2id (19 MiB, t=2, p=1) by @node-rs/argon2',
  },
  cannot: {},

  launch: async ({ core, nodeArgs, port, directory }) =>
    startPinned({
      core,
      nodeArgs,
      program,
      env: {
        PORT: String(port),
        DATABASE: join(directory, 'limit.db'),
        CLIENT_ID: client.id,
        CLIENT_SECRET: client.secret,
        PASSWORD_HASH: await hash(person.password, argon2id),
      },
      log: join(directory, 'limit.log'),
      readyUrl: `http://127.0.0.1:${port}/readyz`,
    }),

  furnish: async () => ({
    paths: { token: '/token', introspect: '/introspect', userinfo: '/userinfo', jwks: '/jwks' },
    service: client,
    opaque: { ...client, params: { format: 'opaque' } },
    web: client,
    legacy: client,
    people: [person],
    redirectUri: 'https://app.example.com/callback',
    // Any text is a code to it: what it does with one is to hash it.
    makeCodes: async (count) => Array.from({ length: count }, () => `ac_${randomBytes(32).toString('base64url')}`),
  }),
};
