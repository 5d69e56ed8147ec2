import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseKind } from '../support/database.js';
import { testClient } from '../support/server.js';
import { type ChildServer, startChildServer } from './child-server.js';

const token = 'a-token-of-twenty-characters';

/** Workers share a PostgreSQL. */
describe.runIf(databaseKind === 'postgres')('of several workers', () => {
  let server: ChildServer;
  beforeAll(async () => {
    server = await startChildServer({ TESSERA_METRICS_TOKEN: token }, ['--workers', '2']);
  });
  afterAll(() => server.remove());

  async function scrape(): Promise<string> {
    // On a connection of its own, so that it may reach either of them.
    const headers = { authorization: `Bearer ${token}`, connection: 'close' };
    const answer = await fetch(`${server.url}/metrics`, { headers });
    expect(answer.status).toBe(200);
    return answer.text();
  }

  const sampleOf = (text: string, name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length + 1),
    );

  test('whichever is asked answers with the sum', async () => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: testClient.clientId,
      client_secret: testClient.clientSecret,
    });
    const headers = { connection: 'close' };
    const asked = Array.from({ length: 20 }, () =>
      fetch(`${server.url}/suites/system/token`, { method: 'POST', body, headers }).then((answer) => answer.status),
    );
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    const scrapes = [await scrape(), await scrape(), await scrape(), await scrape()];
    for (const text of scrapes)
      expect(sampleOf(text, 'tessera_tokens_issued_total{grant_type="client_credentials"}')).toBe(20);
    // Of what is the same for all, one is enough: the size of the database is not that of two.
    const [first = ''] = scrapes;
    expect(sampleOf(first, 'tessera_signing_key_age_seconds{alg="ES256"}')).toBeLessThan(600);
    expect(first.match(/^tessera_build_info\{.*\} 1$/gm)).toHaveLength(1);
  });
});
