import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';
import { type LocalTrust, listen, makeLocalTrust } from '../support/listener.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');

const dockerfile = read('Dockerfile');
const compose = read('compose.yaml');
const unit = read('packaging/tessera.service');
const environmentFile = read('packaging/compose.env');

describe('Dockerfile', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '));

  test('copies what is there, and .dockerignore lets it through', () => {
    const admitted = new Set([...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path));
    expect(copied.length).toBeGreaterThan(5);
    for (const path of copied) {
      expect(existsSync(`${root}${path}`), path).toBe(true);
      expect(admitted.has(path) || admitted.has(path.split('/')[0]), path).toBe(true);
    }
  });

  test('installs every workspace that the lock file has', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
    expect(copied).toEqual(expect.arrayContaining(workspaces.map((name) => `${name}/package.json`)));
  });

  test('runs as nobody special, with its data in a volume and a check of its health', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    for (const line of [/^USER node$/m, /^VOLUME \/data$/m, /^HEALTHCHECK /m, /HOST=0\.0\.0\.0/])
      expect(last).toMatch(line);
    expect(dockerfile.match(/^FROM node:24-/gm)).toHaveLength(3);
  });
});

describe("the check of a container's health", () => {
  const check = (env: Record<string, string>) =>
    new Promise<number>((resolve) => {
      const done = (error: Error | null) => resolve(error === null ? 0 : 1);
      execFile(process.execPath, [`${root}packaging/healthcheck.mjs`], { env }, done);
    });

  test.each(['http', 'https'])('over %s: fails where the server does not answer, or not well', async (scheme) => {
    const trust: LocalTrust | null = scheme === 'https' ? makeLocalTrust() : null;
    const server = await listen(trust?.certificate);
    const env = { PORT: new URL(server.url).port, ...(trust ? { TLS_CERT: 'some.pem' } : {}) };
    expect(await check(env)).toBe(0);
    expect(server.received.map(({ path }) => path)).toEqual(['/healthz']);
    server.answer({ status: 503 });
    expect(await check(env)).toBe(1);
    server.close();
    expect(await check(env)).toBe(1);
    trust?.remove();
  });
});

test('no file that is delivered has a password, and compose does not start without one', () => {
  const values = [...environmentFile.matchAll(/^[A-Z_]+=(.*)$/gm)].map(([, value]) => value);
  expect(values.length).toBeGreaterThan(3);
  expect(values.filter((value) => value !== '')).toEqual([]);
  for (const name of ['POSTGRES_PASSWORD', 'TESSERA_SECRET']) {
    const uses = [...compose.matchAll(new RegExp(`\\$\\{${name}[^}]*\\}`, 'g'))].map(([use]) => use);
    expect(uses.length).toBeGreaterThan(0);
    for (const use of uses) expect(use).toContain(':?');
  }
});

test('every variable that is set for a container or a unit is one that Tessera reads', () => {
  const source = read('server/src/config.ts');
  const names = [compose, environmentFile, unit].flatMap(
    (text) => text.match(/\b(TESSERA_[A-Z_]+|DATABASE_URL)\b/g) ?? [],
  );
  expect(names.length).toBeGreaterThan(8);
  for (const name of new Set(names)) expect(source, name).toContain(name);
});

test('the settings of operations have limits, and say which', () => {
  const env = { DATABASE_URL: 'postgres://localhost/x', TESSERA_SECRET: Buffer.alloc(32).toString('base64url') };
  const reading = (more: Record<string, string>) => () => readConfig({ ...env, ...more });
  expect(reading({ TESSERA_METRICS_TOKEN: 'short' })).toThrow(/TESSERA_METRICS_TOKEN needs at least 16 characters/);
  expect(reading({ TESSERA_DRAIN_SECONDS: '301' })).toThrow(/TESSERA_DRAIN_SECONDS .* from 0 to 300/);
  expect(reading({ TESSERA_MAX_IN_FLIGHT: '0' })).toThrow(/TESSERA_MAX_IN_FLIGHT/);
  expect(reading({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toThrow(/OTEL_EXPORTER_OTLP_ENDPOINT/);
  const { tracesUrl } = readConfig({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' });
  expect(tracesUrl).toBe('http://collector:4318/v1/traces');
});
