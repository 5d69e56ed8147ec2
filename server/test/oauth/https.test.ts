import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../support/certificate.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
const { cert, key } = makeCertificate();

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-tls-'));
  const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  server = await startTestServer({ env: { TLS_CERT: certFile, TLS_KEY: keyFile } });
});
afterAll(() => server.close());

function get(path: string): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((done, fail) => {
    const outgoing = request(`${server.url}${path}`, { ca: cert, agent: false }, (incoming) => {
      let body = '';
      incoming.on('data', (chunk) => (body += chunk));
      incoming.on('end', () => done({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }));
    });
    outgoing.on('error', fail);
    outgoing.end();
  });
}

describe('over https', () => {
  it('OpenID Connect Discovery §3: issuer and every endpoint are https', async () => {
    const { status, body } = await get('/suites/default/.well-known/openid-configuration');
    expect(status).toBe(200);
    const metadata = JSON.parse(body) as Record<string, unknown>;
    const addresses = Object.entries(metadata).filter(([name]) => /(_endpoint|_uri|^issuer)$/.test(name));
    expect(addresses.length).toBeGreaterThan(5);
    for (const [, address] of addresses) expect(address).toMatch(/^https:\/\//);
  });

  it('RFC 6797 §7.1: answers carry Strict-Transport-Security', async () => {
    expect((await get('/healthz')).headers['strict-transport-security']).toContain('max-age=');
  });

  it('RFC 6265 §4.1.2.5: cookies are Secure', async () => {
    const answer = await get(
      `/suites/system/authorize?client_id=console&response_type=code&redirect_uri=${encodeURIComponent(`${server.url}/console/callback`)}&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256`,
    );
    expect(answer.status).toBe(303);
    expect(String(answer.headers['set-cookie'])).toContain('Secure');
  });

  it.each([
    ['ECDHE-ECDSA-AES128-GCM-SHA256', true],
    ['ECDHE-ECDSA-AES256-GCM-SHA384', true],
    ['ECDHE-ECDSA-CHACHA20-POLY1305', false],
    ['ECDHE-ECDSA-AES128-SHA256', false],
    ['ECDHE-ECDSA-AES256-SHA', false],
  ])('RFC 9325 §4.2: TLS 1.2 with %s: %s', async (ciphers, offered) => {
    const { hostname, port } = new URL(server.url);
    const options = { host: hostname, port: Number(port), ca: cert, maxVersion: 'TLSv1.2' as const, ciphers };
    const agreed = new Promise((done) => {
      const socket = connect(options, () => {
        done(socket.getCipher().name);
        socket.destroy();
      });
      socket.on('error', () => done(null));
    });
    expect(await agreed).toBe(offered ? ciphers : null);
  });

  it('FAPI 2.0: TLS 1.3 is offered and preferred', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect({ host: hostname, port: Number(port), ca: cert });
    await new Promise((done) => socket.on('secureConnect', done));
    expect(socket.getProtocol()).toBe('TLSv1.3');
    socket.destroy();
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('RFC 8996: refuses %s', async (version) => {
    const { hostname, port } = new URL(server.url);
    const options = { host: hostname, port: Number(port), ca: cert, minVersion: version, maxVersion: version };
    await expect(
      new Promise((done, fail) => {
        const socket = connect({ ...options, ciphers: 'DEFAULT@SECLEVEL=0' }, () => done(socket.getProtocol()));
        socket.on('error', fail);
      }),
    ).rejects.toThrow();
  });
});
