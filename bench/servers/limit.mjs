import { createHash, generateKeyPairSync, randomBytes, sign, timingSafeEqual, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { verify as verifyPassword } from '@node-rs/argon2';
import { openGroupCommit } from './group-commit.mjs';

/**
 * The limit: a bare `node:http` server that does what a token request cannot do without, and nothing else. It checks no
 * rule beside the secret, and is not a server anybody could use.
 */
const { PORT, DATABASE, CLIENT_ID, CLIENT_SECRET, PASSWORD_HASH } = process.env;
const issuer = `http://localhost:${PORT}`;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = {
  ...publicKey.export({ format: 'jwk' }),
  alg: 'ES256',
  use: 'sig',
  kid: randomBytes(16).toString('base64url'),
};
const jwks = JSON.stringify({ keys: [jwk] });
const sha256 = (text) => createHash('sha256').update(text).digest();
/** Clients and keys by their ids, as a server that caches them has them. */
const clients = new Map([[CLIENT_ID, { secretHash: sha256(CLIENT_SECRET) }]]);
const keys = new Map([[jwk.kid, publicKey]]);

const { file, write } = openGroupCommit(DATABASE);
file.exec(
  'CREATE TABLE IF NOT EXISTS tokens (hash TEXT PRIMARY KEY, grant_id TEXT, issued_at INTEGER, expires_at INTEGER)',
);
const insert = file.prepare('INSERT INTO tokens VALUES (?, ?, ?, ?)');
const find = file.prepare('SELECT * FROM tokens WHERE hash = ?');

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const accessHeader = encode({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid });
const idHeader = encode({ alg: 'ES256', typ: 'JWT', kid: jwk.kid });

function signJwt(header, claims) {
  const content = `${header}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}

function accessToken(sub, scope) {
  const now = Math.floor(Date.now() / 1000);
  const jti = randomBytes(16).toString('base64url');
  const claims = { iss: issuer, sub, aud: `${issuer}/api`, client_id: CLIENT_ID, iat: now, exp: now + 900, jti, scope };
  return signJwt(accessHeader, claims);
}

function readJwt(token) {
  const [header, payload, signature] = token.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const key = { key: keys.get(kid), dsaEncoding: 'ieee-p1363' };
  if (!verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))) return null;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return claims.exp > Date.now() / 1000 ? claims : null;
}

async function storedToken(prefix) {
  const token = `${prefix}${randomBytes(32).toString('base64url')}`;
  const now = Math.floor(Date.now() / 1000);
  await write(insert, [sha256(token).toString('base64url'), 'grant', now, now + 2_592_000]);
  return token;
}

const recipes = {
  client_credentials: async (form) => {
    const answer = { token_type: 'Bearer', expires_in: 900 };
    if (form.get('format') === 'opaque') return { access_token: await storedToken('at_'), ...answer };
    return { access_token: accessToken(CLIENT_ID), ...answer };
  },
  authorization_code: async (form) => {
    const challenge = sha256(form.get('code_verifier')).toString('base64url');
    const access_token = accessToken('person', 'openid');
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: 'person',
      aud: CLIENT_ID,
      iat: now,
      exp: now + 900,
      auth_time: now,
      sid: challenge,
    };
    const id_token = signJwt(idHeader, claims);
    const refresh_token = await storedToken('rt_');
    return { access_token, token_type: 'Bearer', expires_in: 900, scope: 'openid', refresh_token, id_token };
  },
  refresh_token: async () => {
    const access_token = accessToken('person', 'api');
    const refresh_token = await storedToken('rt_');
    return { access_token, token_type: 'Bearer', expires_in: 900, scope: 'api', refresh_token };
  },
  password: async (form) => {
    if (!(await verifyPassword(PASSWORD_HASH, form.get('password')))) return null;
    const access_token = accessToken('person', 'api');
    const refresh_token = await storedToken('rt_');
    return { access_token, token_type: 'Bearer', expires_in: 900, scope: 'api', refresh_token };
  },
};

function introspect(form) {
  const token = form.get('token');
  if (!token.startsWith('at_')) return { active: true, token_type: 'Bearer', ...readJwt(token) };
  const row = find.get(sha256(token).toString('base64url'));
  return { active: row !== undefined, client_id: CLIENT_ID, iat: row.issued_at, exp: row.expires_at };
}

async function answerForm(path, body) {
  const form = new URLSearchParams(body);
  const client = clients.get(form.get('client_id'));
  if (!client || !timingSafeEqual(sha256(form.get('client_secret') ?? ''), client.secretHash)) return null;
  return path === '/introspect' ? introspect(form) : recipes[form.get('grant_type')](form);
}

function send(response, status, text) {
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

createServer((request, response) => {
  if (request.method === 'GET') {
    if (request.url === '/jwks') return send(response, 200, jwks);
    if (request.url === '/userinfo') {
      const claims = readJwt(request.headers.authorization.slice('Bearer '.length));
      return send(response, claims ? 200 : 401, JSON.stringify({ sub: claims?.sub }));
    }
    return send(response, 200, '{}');
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', async () => {
    const answer = await answerForm(request.url, body);
    if (answer) send(response, 200, JSON.stringify(answer));
    else send(response, 401, '{"error":"invalid_client"}');
  });
}).listen(Number(PORT), '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));
