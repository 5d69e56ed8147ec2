import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ownerEnv } from './support/api.js';
import { authorizeUrl, cameBack } from './support/client.js';
import { expect, openApplication, saveForm, signInOnHostedPage, test } from './support/console.js';
import { expectAccessible } from './support/page-checks.js';
import { askToken } from './support/token-endpoint.js';

// The listener of the application is on this machine, which outbound requests reach by permission only.
test.use({ productEnv: { ...ownerEnv, TESSERA_OUTBOUND_ALLOW: '127.0.0.0/8, localhost' } });

/** The back end of an application: answers logout tokens with a status that a test chooses. */
async function startBackEnd() {
  const received: string[] = [];
  const answer = { status: 200 };
  const server: Server = createServer((request, response) => {
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => received.push(chunk));
    request.on('end', () => response.writeHead(answer.status).end());
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/backchannel`;
  return { received, answer, url, close: () => server.close() };
}

test('Logout deliveries: the URL is set in the console; what arrived and what did not is seen there', async ({
  page,
  api,
  client,
  browser,
}) => {
  // The server waits 10 s before it tries again.
  test.setTimeout(150_000);
  const backEnd = await startBackEnd();
  try {
    const application = await api.givenApplication(await api.place(), 'authorization_flow', {
      redirectUris: [client.redirectUri],
    });
    const user = await api.givenUser(application);
    await openApplication(page, application, 'General');
    const deliveries = page.getByRole('region', { name: 'Logout deliveries' });
    await expect(deliveries).toHaveCount(0);
    await page.getByLabel('Back-channel logout URL').fill(`${backEnd.url}#x`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('Back-channel logout URL');
    await page.getByLabel('Back-channel logout URL').fill(backEnd.url);
    await page.getByRole('switch', { name: 'Back-channel logout needs the session (sid)' }).click();
    await saveForm(page);
    await expect(deliveries).toContainText('No session of this application has ended yet.');

    /** The person signs in, and an admin signs them out of the application. */
    const signInAndOut = async () => {
      const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
      const person = await context.newPage();
      await person.goto(authorizeUrl(application, client.redirectUri));
      await signInOnHostedPage(person, user);
      const code = (await cameBack(person, client)).get('code') ?? '';
      await askToken(application, { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri });
      await context.close();
      await api.done('POST', `/applications/${application.id}/users/${user.id}/sign-out`);
    };
    await signInAndOut();
    await expect.poll(() => backEnd.received.join('')).toMatch(/^logout_token=ey/);
    await page.reload();
    const rows = deliveries.getByRole('row');
    await expect(rows.nth(1)).toContainText('Delivered');
    await expect(rows.nth(1).getByRole('link', { name: user.email })).toBeVisible();

    backEnd.answer.status = 503;
    await signInAndOut();
    await page.reload();
    await expect(rows.nth(1)).toContainText('Waiting');
    await expect(rows.nth(1)).toContainText('The application answered 503.');
    await expectAccessible(page);
    // The next try is seen without a reload.
    backEnd.answer.status = 204;
    await expect(rows.nth(1)).toContainText('Delivered', { timeout: 60_000 });
    await rows.nth(1).getByRole('link', { name: user.email }).click();
    await expect(page).toHaveURL(new RegExp(`/users/${user.accountId}$`));
  } finally {
    backEnd.close();
  }
});
