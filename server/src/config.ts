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
  /** How one process uses PostgreSQL. */
  pool: { connections: number; namedStatements: boolean };
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
  /** What may ask for /metrics; null where nobody may. */
  metricsToken: string | null;
  /** Where traces are sent over OTLP/HTTP; null where none are made. */
  tracesUrl: string | null;
  /** What one process takes on at once, and the seconds that a request may take to arrive. */
  limits: { connections: number; inFlight: number; requestSeconds: number };
  /** Seconds between saying "not ready" and closing the door, when the server is told to stop. */
  drainSeconds: number;
}

export type Environment = Record<string, string | undefined>;

/** What is set from outside, without the master key. */
export type Settings = Omit<Config, 'masterKey'>;

/** Reads and checks the environment, for a server that starts: a master key that is missing is made. Throws like `readSettings`. */
export function readConfig(env: Environment): Config {
  const settings = readSettings(env);
  return {
    ...settings,
    masterKey: findMasterKey(env, settings.databaseUrl)?.key ?? makeMasterKey(settings.databaseUrl),
  };
}

/**
 * Reads and checks the environment, and makes nothing. Throws an Error whose text says which variable is wrong and what to
 * write.
 */
export function readSettings(env: Environment): Settings {
  const databaseUrl = databaseUrlOf(env);
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
    pool: {
      connections: readInteger(env, 'TESSERA_DATABASE_POOL', 10, 5, 1_000),
      namedStatements: readSwitch(env, 'TESSERA_DATABASE_NAMED_STATEMENTS', true),
    },
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
    metricsToken: readMetricsToken(env.TESSERA_METRICS_TOKEN),
    tracesUrl: readTracesUrl(env),
    limits: {
      connections: readInteger(env, 'TESSERA_MAX_CONNECTIONS', 10_000, 1, 1_000_000),
      inFlight: readInteger(env, 'TESSERA_MAX_IN_FLIGHT', 1_000, 1, 1_000_000),
      requestSeconds: readInteger(env, 'TESSERA_REQUEST_TIMEOUT', 30, 1, 300),
    },
    drainSeconds: readInteger(env, 'TESSERA_DRAIN_SECONDS', 1, 0, 300),
  };
}

/** Where the database is, whether it is there or not. */
export function databaseUrlOf(env: Environment): string {
  return env.DATABASE_URL || 'file:./data/tessera.db';
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

function readMetricsToken(value: string | undefined): string | null {
  if (!value) return null;
  if (value.length < 16 || !/^[\x21-\x7e]+$/.test(value))
    throw new Error('TESSERA_METRICS_TOKEN needs at least 16 characters, and none of them a blank');
  return value;
}

/** As the OpenTelemetry specification names them: the second is used as it is, the first is the base of it. */
function readTracesUrl(env: Environment): string | null {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base && `${base.replace(/\/$/, '')}/v1/traces`);
  if (!url) return null;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT is "${base ?? url}"; write a full URL such as http://localhost:4318`);
  return url;
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

function readSwitch(env: Environment, name: string, fallback: boolean): boolean {
  const value = env[name] || (fallback ? 'on' : 'off');
  if (value !== 'on' && value !== 'off') throw new Error(`${name} is "${value}"; write on or off`);
  return value === 'on';
}

function readPair<T>(env: Environment, first: string, second: string, make: (a: string, b: string) => T): T | null {
  const [a, b] = [env[first], env[second]];
  if (!a && !b) return null;
  if (!a || !b) throw new Error(`${first} and ${second} go together; ${a ? second : first} is missing`);
  return make(a, b);
}

export interface MasterKey {
  key: Buffer;
  /** Where it was found: the name of a variable, or the path of a file. */
  source: string;
}

/** The file that keeps the master key of an embedded database. */
export function masterKeyFile(databaseUrl: string): string {
  return join(dirname(databaseUrl.slice('file:'.length)), 'master.key');
}

/** The master key: from TESSERA_SECRET, else from the file beside the embedded database; null where there is none. */
export function findMasterKey(env: Environment, databaseUrl: string): MasterKey | null {
  if (env.TESSERA_SECRET)
    return { key: parseMasterKey(env.TESSERA_SECRET, 'TESSERA_SECRET'), source: 'TESSERA_SECRET' };
  if (!databaseUrl.startsWith('file:')) return null;
  const path = masterKeyFile(databaseUrl);
  return existsSync(path) ? readMasterKeyFile(path) : null;
}

/** Makes the master key in the file beside the embedded database, with mode 0600. */
function makeMasterKey(databaseUrl: string): Buffer {
  if (!databaseUrl.startsWith('file:'))
    throw new Error(
      "TESSERA_SECRET is required with PostgreSQL; make one with: node -p \"require('crypto').randomBytes(32).toString('base64url')\"",
    );
  const path = masterKeyFile(databaseUrl);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
  return readMasterKeyFile(path).key;
}

/** Reads a master key as it stands in a file. Throws an Error that names the file when it is none. */
export function readMasterKeyFile(path: string): MasterKey {
  return { key: parseMasterKey(readFileSync(path, 'utf8').trim(), path), source: path };
}

function parseMasterKey(value: string, source: string): Buffer {
  const key = Buffer.from(value, 'base64url');
  if (key.length !== 32 || !/^[A-Za-z0-9_-]{43}=?$/.test(value))
    throw new Error(`${source} must be 32 bytes in base64url (43 characters)`);
  return key;
}
