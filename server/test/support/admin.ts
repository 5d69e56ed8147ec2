import type { Account, ApplicationUser, CreateAccount, CreateApplicationUser } from '@tessera/contract/accounts';
import type { Application, AuthenticatorType, CreateApplication } from '@tessera/contract/applications';
import type { Problem } from '@tessera/contract/problems';
import type { CreateProject, Project } from '@tessera/contract/projects';
import type { CreateSuite, Suite } from '@tessera/contract/suites';
import { type TestServer, testClient } from './server.js';

export interface ApiAnswer<T> {
  status: number;
  headers: Headers;
  /** The body, or undefined for 204. */
  body: T;
}

/** The management API as an admin uses it, over HTTP. */
export interface Admin {
  token(): Promise<string>;
  /** Sends a request below `/api/v1`; a failure is an answer like any other. */
  api<T = Problem>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<T>>;
  givenSuite(fields?: Partial<CreateSuite>): Promise<Suite>;
  givenProject(suiteId: string, fields?: Partial<CreateProject>): Promise<Project>;
  /** A confidential application brings its first secret. */
  givenApplication(
    project: Project,
    type: AuthenticatorType,
    fields?: Partial<CreateApplication>,
  ): Promise<GivenApplication>;
  givenAccount(suiteId: string, fields?: Partial<CreateAccount>): Promise<Account & { password: string }>;
  /** A new person of the suite, assigned to the application. */
  givenUser(
    applicationId: string,
    fields?: Partial<CreateApplicationUser>,
  ): Promise<ApplicationUser & { password: string }>;
}

export type GivenApplication = Application & { clientSecret?: string };

export const testRedirectUri = 'https://app.example.com/callback';
export const testPassword = 'a long enough pass phrase';

let made = 0;

/** Names that differ within a run, so that tests may share a server. */
function unique(word: string): string {
  made += 1;
  return `${word} ${made}`;
}

export function createAdmin(server: TestServer): Admin {
  let known: { value: string; until: number } | undefined;

  async function token(): Promise<string> {
    if (known && known.until > server.clock.now()) return known.value;
    const { clientId, clientSecret } = testClient;
    const answer = await fetch(`${server.issuer('system')}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: `${server.url}/api` }),
    });
    const body = (await answer.json()) as { access_token: string; expires_in: number };
    if (!answer.ok) throw new Error(`The bootstrap client got no token: ${answer.status} ${JSON.stringify(body)}`);
    known = { value: body.access_token, until: server.clock.now() + body.expires_in };
    return known.value;
  }

  async function api<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<T>> {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await token()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text ? JSON.parse(text) : undefined) as T };
  }

  async function create<T>(path: string, body: unknown): Promise<T> {
    const answer = await api<T>('POST', path, body);
    if (answer.status !== 201)
      throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  const person = () => ({
    firstName: 'Ana',
    email: `${unique('ana').replace(' ', '.')}@example.com`,
    password: testPassword,
  });

  return {
    token,
    api,
    givenSuite: (fields) => create<Suite>('/suites', { name: unique('Suite'), ...fields }),
    givenProject: (suiteId, fields) => create<Project>('/projects', { suiteId, name: unique('Project'), ...fields }),
    givenApplication: ({ suiteId, id: projectId }, authenticatorType, fields) =>
      create<GivenApplication>('/applications', {
        suiteId,
        projectId,
        name: unique('Application'),
        authenticatorType,
        redirectUris: authenticatorType.startsWith('authorization_') ? [testRedirectUri] : [],
        ...fields,
      }),
    async givenAccount(suiteId, fields) {
      const body = { suiteId, ...person(), ...fields };
      return { ...(await create<Account>('/accounts', body)), password: body.password };
    },
    async givenUser(applicationId, fields) {
      const body = { ...person(), ...fields };
      return {
        ...(await create<ApplicationUser>(`/applications/${applicationId}/users`, body)),
        password: body.password,
      };
    },
  };
}
