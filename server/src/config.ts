import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type OutboundAllow, parseOutboundAllow } from './platform/outbound-allow.js';

/** Everything that can be set from outside; read once, by `main.ts` alone. */
export interface Config {
  /** Public base URL, without a trailing slash. */
  url: string;
  host: string;
  port: number;
  /** Certificate chain and key in PEM, where the server itself ends TLS. */
  tls: { cert: string; key: string } | null;
  /** Addresses and ranges of the proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  databaseUrl: string;
  /** 32 bytes; private keys are sealed under it. */
  masterKey: Buffer;
  firstAdmin: { email: string; password: string } | null;
  bootstrapClient: { clientId: string; clientSecret: string } | null;
  throttle: { accountFailures: number; addressFailures: number; registrations: number; windowSeconds: number };
  /** Seconds since an admin signed in, at most, for what cannot be undone (RFC 9470). */
  stepUpMaxAge: number;
  logLevel: string;
  /** Days that logs are kept; 0 keeps them for ever. */
  retention: { refusalDays: number; auditDays: number };
  /** What the server may reach when a client names an address, and the extra certificates it trusts there (PEM). */
  outbound: { allow: OutboundAllow; ca: string | null };
}

type Environment = Record<string, string | undefined>;

/** Reads and checks the environment. Throws an Error whose text says which variable is wrong and what to write. */
export function readConfig(env: Environment): Config {
  const databaseUrl = env.DATABASE_URL || 'file:./data/tessera.db';
  return {
    url: readUrl(env.TESSERA_URL || `http://localhost:${env.PORT || '3000'}`),
    host: env.HOST || '127.0.0.1',
    port: readInteger(env, 'PORT', 3000, 0, 65_535),
    tls: readPair(env, 'TLS_CERT', 'TLS_KEY', (cert, key) => ({
      cert: readPemFile('TLS_CERT', cert),
      key: readPemFile('TLS_KEY', key),
    })),
    trustedProxies: (env.TESSERA_TRUSTED_PROXIES ?? '').split(/[\s,]+/).filter((one) => one !== ''),
    databaseUrl,
    masterKey: readMasterKey(env.TESSERA_SECRET, databaseUrl),
    firstAdmin: readPair(env, 'TESSERA_ADMIN_EMAIL', 'TESSERA_ADMIN_PASSWORD', (email, password) => ({
      email,
      password,
    })),
    bootstrapClient: readPair(
      env,
      'TESSERA_BOOTSTRAP_CLIENT_ID',
      'TESSERA_BOOTSTRAP_CLIENT_SECRET',
      (clientId, clientSecret) => ({
        clientId,
        clientSecret,
      }),
    ),
    throttle: {
      accountFailures: readInteger(env, 'TESSERA_MAX_FAILURES_PER_ACCOUNT', 10, 1, 1_000_000),
      addressFailures: readInteger(env, 'TESSERA_MAX_FAILURES_PER_ADDRESS', 100, 1, 1_000_000),
      registrations: readInteger(env, 'TESSERA_MAX_REGISTRATIONS_PER_ADDRESS', 100, 1, 1_000_000),
      windowSeconds: readInteger(env, 'TESSERA_FAILURE_WINDOW', 900, 1, 86_400),
    },
    stepUpMaxAge: readInteger(env, 'TESSERA_STEP_UP_MAX_AGE', 600, 1, 86_400),
    logLevel: env.LOG_LEVEL || 'info',
    retention: {
      refusalDays: readInteger(env, 'TESSERA_KEEP_REFUSALS_DAYS', 7, 0, 36_500),
      auditDays: readInteger(env, 'TESSERA_KEEP_AUDIT_DAYS', 365, 0, 36_500),
    },
    outbound: { allow: readOutboundAllow(env), ca: readOutboundCa(env) },
  };
}

function readOutboundAllow(env: Environment): OutboundAllow {
  try {
    return parseOutboundAllow(env.TESSERA_OUTBOUND_ALLOW ?? '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`TESSERA_OUTBOUND_ALLOW: ${reason}; write such as id.internal.example, 10.0.0.0/8`);
  }
}

function readOutboundCa(env: Environment): string | null {
  const path = env.TESSERA_OUTBOUND_CA;
  if (!path) return null;
  return readPemFile('TESSERA_OUTBOUND_CA', path);
}

function readPemFile(name: string, path: string): string {
  if (!existsSync(path)) throw new Error(`${name} is "${path}"; there is no such file`);
  return readFileSync(path, 'utf8');
}

function readUrl(value: string): string {
  if (!URL.canParse(value))
    throw new Error(`TESSERA_URL is "${value}"; write a full URL such as https://id.example.com`);
  const url = new URL(value);
  if (!['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new Error(`TESSERA_URL is "${value}"; write https://host without path, query, fragment or user name`);
  return url.origin;
}

function readInteger(env: Environment, name: string, fallback: number, min: number, max: number): number {
  const value = env[name] ? Number(env[name]) : fallback;
  if (!Number.isInteger(value) || value < min || value > max)
    throw new Error(`${name} is "${env[name]}"; write a whole number from ${min} to ${max}`);
  return value;
}

function readPair<T>(env: Environment, first: string, second: string, make: (a: string, b: string) => T): T | null {
  const [a, b] = [env[first], env[second]];
  if (!a && !b) return null;
  if (!a || !b) throw new Error(`${first} and ${second} go together; ${a ? second : first} is missing`);
  return make(a, b);
}

/** The master key: from TESSERA_SECRET, else from the file beside the embedded database, made there once with mode 0600. */
function readMasterKey(value: string | undefined, databaseUrl: string): Buffer {
  if (value) return parseMasterKey(value, 'TESSERA_SECRET');
  if (!databaseUrl.startsWith('file:'))
    throw new Error(
      "TESSERA_SECRET is required with PostgreSQL; make one with: node -p \"require('crypto').randomBytes(32).toString('base64url')\"",
    );
  const directory = dirname(databaseUrl.slice('file:'.length));
  const path = join(directory, 'master.key');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return parseMasterKey(readFileSync(path, 'utf8').trim(), path);
}

function parseMasterKey(value: string, source: string): Buffer {
  const key = Buffer.from(value, 'base64url');
  if (key.length !== 32 || !/^[A-Za-z0-9_-]{43}=?$/.test(value))
    throw new Error(`${source} must be 32 bytes in base64url (43 characters)`);
  return key;
}
