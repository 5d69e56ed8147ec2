import { describe, expect, it, test } from 'vitest';
import { readSettings } from '../../config.js';
import { withoutPassword } from '../database-url.js';
import { findDoubts } from './applications.js';
import { compareClocks } from './clock.js';
import { checkDurability, checkLimits, checkThere, judgeConnections } from './database.js';
import { judgeCommit, judgeSpace } from './files.js';
import { checkProxies, checkScheme } from './public-url.js';
import { checkNode, checkSettings } from './settings.js';

const level = ({ level: found }: { level: string }) => found;

test.each([
  ['18.20.0', 'fault'],
  ['20.18.3', 'fault'],
  ['20.19.0', 'note'],
  ['22.12.0', 'ok'],
  ['24.1.0', 'ok'],
])('Node %s: %s', (version, expected) => {
  expect(level(checkNode(version))).toBe(expected);
});

describe('settings', () => {
  const notes = (env: Record<string, string>, hasOwner = true) =>
    checkSettings(readSettings(env), hasOwner)
      .filter((one) => one.level === 'note')
      .map(({ title }) => title);
  const owner = { TESSERA_ADMIN_EMAIL: 'ana@example.com', TESSERA_ADMIN_PASSWORD: 'a secret of mine' };

  it('says nothing about those of an empty environment', () => {
    expect(notes({})).toEqual([]);
  });
  it('notes a password of the first owner once there is one', () => {
    expect(notes(owner)).toEqual(['First owner']);
    expect(notes(owner, false)).toEqual([]);
  });
  it('notes a bootstrap secret, rows that are kept for ever, and a throttle that lets guess', () => {
    expect(notes({ TESSERA_BOOTSTRAP_CLIENT_ID: 'ci', TESSERA_BOOTSTRAP_CLIENT_SECRET: 'x' })).toEqual([
      'Bootstrap client',
    ]);
    expect(notes({ TESSERA_KEEP_AUDIT_DAYS: '0' })).toEqual(['Retention']);
    expect(notes({ TESSERA_MAX_FAILURES_PER_ACCOUNT: '1000' })).toEqual(['Throttle']);
  });
});

describe('public URL', () => {
  test.each([
    ['https://id.example.com', 'ok'],
    ['http://localhost:3000', 'note'],
    ['http://id.example.com', 'fault'],
    ['http://10.0.0.7:3000', 'fault'],
  ])('%s: %s', (url, expected) => {
    expect(level(checkScheme({ url, tls: null }))).toBe(expected);
  });
  test('http where the server itself speaks https: fault', () => {
    expect(level(checkScheme({ url: 'http://localhost:3000', tls: { cert: '', key: '' } }))).toBe('fault');
  });

  const url = 'https://id.example.com';
  test.each([
    ['a proxy that ends TLS and is not trusted', { url, tls: null, trustedProxies: [] }, 'fault'],
    ['one that is', { url, tls: null, trustedProxies: ['127.0.0.1'] }, 'ok'],
    ['TLS by ourselves', { url, tls: { cert: '', key: '' }, trustedProxies: [] }, 'ok'],
    ['everybody as a proxy', { url, tls: null, trustedProxies: ['0.0.0.0/0'] }, 'fault'],
    ['no proxy on localhost', { url: 'http://localhost:3000', tls: null, trustedProxies: [] }, 'ok'],
  ])('%s', (_, settings, expected) => {
    expect(level(checkProxies(settings))).toBe(expected);
  });
});

test.each([
  [100, 'ok'],
  [105, 'ok'],
  [106, 'ok'],
  [107, 'fault'],
  [93, 'fault'],
])('a clock at %s where ours is at 100, read within 1 s: %s', (theirs, expected) => {
  expect(level(compareClocks('x', theirs, 100, 1))).toBe(expected);
});

test('which way a clock is off is told', () => {
  expect(compareClocks('x', 160, 100, 0).found).toMatch(/^60 s ahead of/);
  expect(compareClocks('x', 40, 100, 0).found).toMatch(/^60 s behind/);
});

describe('storage', () => {
  test.each([
    [100, 'fault'],
    [1_000, 'note'],
    [10_000, 'ok'],
  ])('%s MiB free: %s', (free, expected) => {
    expect(level(judgeSpace('/data', free * 1024 * 1024))).toBe(expected);
  });
  test.each([
    [3, 'ok'],
    [40, 'note'],
  ])('%s ms for a commit: %s', (milliseconds, expected) => {
    expect(level(judgeCommit(milliseconds))).toBe(expected);
  });
  test('a PostgreSQL that may lose what was committed is a fault, and the fix names the settings', () => {
    const finding = checkDurability({ fsync: 'off', synchronous_commit: 'on', full_page_writes: 'off' });
    expect(finding).toMatchObject({ level: 'fault', found: expect.stringMatching(/^fsync, full_page_writes off/) });
    expect(finding.fix).toContain('alter system set fsync = on');
    expect(level(checkDurability({ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }))).toBe('ok');
  });
  test('limits that a pooler has dropped are noted, and the fix names each', () => {
    const limits = { statement_timeout: '15000', lock_timeout: '10000', idle_in_transaction_session_timeout: '15000' };
    expect(level(checkLimits(limits))).toBe('ok');
    const finding = checkLimits({ ...limits, statement_timeout: '0', lock_timeout: '0' });
    expect(finding).toMatchObject({
      level: 'note',
      found: expect.stringMatching(/^statement_timeout, lock_timeout not/),
    });
    expect(finding.fix).toContain("alter role … set statement_timeout = '15s'; alter role … set lock_timeout = '10s'");
  });
  test.each([
    [20, 10, 'ok', /so 8 of them fit/],
    [95, 10, 'note', /95 in use/],
    [20, 100, 'fault', /so 0 of them fit/],
  ])('%s connections in use, a pool of %s: %s', (open, pool, expected, text) => {
    const finding = judgeConnections({ max_connections: '100', superuser_reserved_connections: '3' }, open, pool);
    expect(finding).toMatchObject({ level: expected, found: expect.stringMatching(text) });
  });
  test('a URL of neither database is a fault', () => {
    expect(checkThere('mysql://localhost')?.level).toBe('fault');
  });
});

describe('URLs of applications', () => {
  const plain = { redirectUris: '[]', allowedOrigins: '[]', anyOrigin: 0, metadata: '{}' };
  const production = { ...plain, environment: 'production' as const };
  const development = { ...plain, environment: 'development' as const };

  test.each([
    ['https', { ...production, redirectUris: '["https://app.example/cb"]' }, []],
    ['http on the network', { ...development, redirectUris: '["http://app.example/cb"]' }, ['plain']],
    ['an origin on http', { ...development, allowedOrigins: '["http://10.0.0.7"]' }, ['plain']],
    ['a private-use scheme', { ...production, redirectUris: '["com.example.app:/cb"]' }, []],
    ['localhost in development', { ...development, redirectUris: '["http://localhost:5173/cb"]' }, []],
    ['localhost in production', { ...production, redirectUris: '["http://localhost:5173/cb"]' }, ['localhost']],
    [
      'localhost of a native application',
      { ...production, redirectUris: '["http://127.0.0.1/cb"]', metadata: '{"applicationType":"native"}' },
      [],
    ],
    ['any origin in production', { ...production, anyOrigin: 1 }, ['any-origin']],
    ['any origin in development', { ...development, anyOrigin: 1 }, []],
  ])('%s', (_, application, doubts) => {
    expect(findDoubts(application)).toEqual(doubts);
  });
});

test.each([
  ['postgres://ana:s3cret@db.example/tessera', 'postgres://ana:***@db.example/tessera'],
  ['postgres://db.example/tessera?password=s3cret', 'postgres://db.example/tessera?password=***'],
  ['postgres://ana:s3cret@not a host/tessera', 'postgres://…@not a host/tessera'],
  ['file:./data/tessera.db', 'file:./data/tessera.db'],
])('%s is shown without its password', (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
});
