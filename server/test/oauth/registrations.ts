import type { Application } from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import type { RegistrationMode, RegistrationTokenWithValue } from '@tessera/contract/registration';
import type { GivenApplication } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import { type Answer, type Person, send, type World } from './requests.js';

/** What the registration endpoint answers (RFC 7591 §3.2), as far as the tests name it. */
export interface Registered extends Record<string, unknown> {
  client_id: string;
  client_secret?: string;
  client_secret_expires_at?: number;
  client_id_issued_at: number;
  registration_client_uri: string;
  registration_access_token: string;
  redirect_uris: string[];
  grant_types: string[];
  error?: string;
  error_description?: string;
}

/** What the certification suite sends (protocol.md §3): no application_type, no scope. */
export const leastMetadata = {
  client_name: 'OIDF Conformance Test r4nd0m',
  redirect_uris: ['https://client.example.org/callback'],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  contacts: ['certification@oidf.org'],
};

/** Says who may register clients at the suite of a world. */
export async function setRegistration(world: World, registration: RegistrationMode): Promise<void> {
  const answer = await world.admin.api('PATCH', `/suites/${world.suite.id}`, { registration });
  if (answer.status !== 200) throw new Error(`The suite was not changed: ${JSON.stringify(answer.body)}`);
}

/** A new initial access token of the suite, shown by the management API this once. */
export async function givenInitialAccessToken(
  world: World,
  fields: { expiresIn?: number } = {},
): Promise<RegistrationTokenWithValue> {
  const path = `/suites/${world.suite.id}/registration-tokens`;
  const answer = await world.admin.api<RegistrationTokenWithValue>('POST', path, { name: 'CI', ...fields });
  if (answer.status !== 201) throw new Error(`No token was made: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Posts a registration; a text is sent as it is. */
export function register(world: World, metadata: object | string, headers = {}): Promise<Answer<Registered>> {
  return send<Registered>(`${world.issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
  });
}

/** Registers; throws where that was refused. */
export async function registered(world: World, metadata: object = {}): Promise<Registered> {
  const answer = await register(world, { ...leastMetadata, ...metadata });
  if (answer.status !== 201) throw new Error(`Not registered: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** A request to the client configuration endpoint (RFC 7592 §2). */
export function manage(
  client: Pick<Registered, 'registration_client_uri' | 'registration_access_token'>,
  method: 'GET' | 'PUT' | 'DELETE',
  metadata?: object | string,
): Promise<Answer<Registered>> {
  return send<Registered>(client.registration_client_uri, {
    method,
    headers: {
      ...bearer(client.registration_access_token),
      ...(metadata === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(metadata === undefined ? {} : { body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata) }),
  });
}

/** A registered client as the console sees it, with its secret. */
export async function applicationOf(world: World, client: Registered): Promise<GivenApplication> {
  const { body } = await world.admin.api<Page<Application>>('GET', `/applications?q=${client.client_id}`);
  const [application] = body.items;
  if (!application) throw new Error(`No application has the client id ${client.client_id}`);
  return { ...application, ...(client.client_secret ? { clientSecret: client.client_secret } : {}) };
}

/** Signs a person in, agrees where that is asked, and answers where the browser was sent. */
export async function signInAndAgree(browser: Browser, url: string | URL, person: Person): Promise<URL> {
  let view = await browser.open(url);
  if (!view.left && view.url.pathname.endsWith('/sign-in'))
    view = await browser.submit(view, { email: person.email, password: person.password });
  if (!view.left && view.url.pathname.endsWith('/consent'))
    view = await browser.submit(view, {}, { name: 'decision', value: 'allow' });
  if (!view.left) throw new Error(`Still on ${view.url} (${view.status}):\n${view.html}`);
  return view.url;
}
