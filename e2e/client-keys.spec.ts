import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../server/test/support/certificate.js';
import { ownerEnv } from './support/api.js';
import { askByKey, clientKey } from './support/client-key.js';
import { expect, openApplication, saveForm, test } from './support/console.js';
import { expectAccessible } from './support/page-checks.js';

// The application publishes its keys on this machine, with a certificate that signed itself.
const certificate = makeCertificate();
const caFile = join(mkdtempSync(join(tmpdir(), 'tessera-ca-')), 'ca.pem');
writeFileSync(caFile, certificate.cert);
test.use({ productEnv: { ...ownerEnv, TESSERA_OUTBOUND_ALLOW: 'localhost', TESSERA_OUTBOUND_CA: caFile } });

test('Credentials: the keys at a URL are fetched and told apart, or it says why not; with them tokens are issued', async ({
  page,
  api,
  allowConsoleErrors,
}) => {
  allowConsoleErrors('status of 422');
  const key = await clientKey();
  const answer = { text: '<html>' };
  const site = createServer(certificate, (_request, response) => response.end(answer.text));
  await new Promise<void>((done) => {
    site.listen(0, 'localhost', done);
  });
  try {
    const jwksUri = `https://localhost:${(site.address() as AddressInfo).port}/jwks.json`;
    const application = await api.givenApplication(await api.place(), 'client_credentials');
    await openApplication(page, application, 'Credentials');
    const card = page.getByRole('region', { name: 'Client authentication' });
    const url = card.getByLabel('JWKS URL');
    const now = card.getByRole('button', { name: 'Fetch now' });
    await card.getByLabel('Method').selectOption('private_key_jwt');
    await card.getByRole('radio', { name: 'At a URL' }).check();
    await url.fill('app.example.com');
    await expect(now).toBeDisabled();
    await url.fill('https://127.0.0.1/jwks.json');
    await now.click();
    await expect(card.getByRole('alert')).toContainText('not listed in TESSERA_OUTBOUND_ALLOW');
    await url.fill(jwksUri);
    await expect(card.getByRole('alert')).toHaveCount(0);
    await now.click();
    await expect(card.getByRole('alert')).toContainText('The keys could not be read. The document is not JSON.');
    answer.text = JSON.stringify(key.jwks);
    await now.click();
    await expect(card.getByRole('status').filter({ hasText: '1 key was found:' })).toBeVisible();
    await expect(card.getByText('EC · P-256 · ES256 · sig · first')).toBeVisible();
    await saveForm(page);
    await expectAccessible(page);
    expect((await askByKey(application, key.privateKey)).body.access_token).toBeDefined();
  } finally {
    site.close();
  }
});
