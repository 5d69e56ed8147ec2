import { randomBytes } from 'node:crypto';
import type { Account, ApplicationUser, CreateAccount, CreateApplicationUser } from '@tessera/contract/accounts';
import type {
  Application,
  ApplicationWithSecret,
  AuthenticatorType,
  CreateApplication,
} from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import type { CreateProject, Project } from '@tessera/contract/projects';
import type { CreateSuite, Suite } from '@tessera/contract/suites';

/** The admin and the client that every product of these tests starts with. */
export const owner = { name: 'Admin', email: 'owner@tessera.test', password: 'correct horse battery staple' };
const client = { id: 'e2e', secret: `tes_cs_${'e'.repeat(43)}` };

export const ownerEnv = {
  // A worker signs in once; a run may last longer than a sign-in counts as recent.
  TESSERA_STEP_UP_MAX_AGE: '86400',
  TESSERA_ADMIN_EMAIL: owner.email,
  TESSERA_ADMIN_PASSWORD: owner.password,
  TESSERA_BOOTSTRAP_CLIENT_ID: client.id,
  TESSERA_BOOTSTRAP_CLIENT_SECRET: client.secret,
};

export const callbackUrl = 'https://app.example.com/callback';

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** A suite of its own with one project, so that a test sees nothing of the others. */
export interface Place {
  suite: Suite;
  project: Project;
}

export type Person = ApplicationUser & { password: string };

export type Api = ReturnType<typeof createApi>;

/** A name that no other test of this product has. */
export function unique(word: string): string {
  return `${word} ${randomBytes(3).toString('hex')}`;
}

/** The management API, called as the bootstrap client: for what a test needs but is not about. */
export function createApi(url: string) {
  let token: Promise<string> | undefined;

  async function newToken(): Promise<string> {
    const answer = await fetch(`${url}/suites/system/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client.id,
        client_secret: client.secret,
        resource: `${url}/api`,
      }),
    });
    const body = (await answer.json()) as { access_token?: string };
    if (!body.access_token) throw new Error(`The bootstrap client got no token: ${JSON.stringify(body)}`);
    return body.access_token;
  }

  /** Sends one request below `/api/v1`; a refusal is an answer like any other. */
  async function send<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    token ??= newToken();
    const headers = new Headers({ authorization: `Bearer ${await token}` });
    if (body !== undefined) headers.set('content-type', 'application/json');
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text ? JSON.parse(text) : undefined) as T };
  }

  /** As `send`, but throws where the answer is not a success. */
  async function done<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await send<T>(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  const person = (word = 'ana') => {
    const name = unique(word);
    return { firstName: 'Ana', email: `${name.replace(' ', '.')}@example.com`, password: 'a pass phrase to keep' };
  };

  async function place(names: { suite?: string; project?: string } = {}): Promise<Place> {
    const suite = await givenSuite({ name: names.suite ?? unique('Suite') });
    return { suite, project: await givenProject(suite, { name: names.project ?? unique('Project') }) };
  }

  const givenSuite = (fields: Partial<CreateSuite> = {}) =>
    done<Suite>('POST', '/suites', { name: unique('Suite'), ...fields });

  const givenProject = (suite: Suite, fields: Partial<CreateProject> = {}) =>
    done<Project>('POST', '/projects', { suiteId: suite.id, name: unique('Project'), ...fields });

  /** The flows get `callbackUrl`; a confidential application brings its first secret. */
  function givenApplication(
    { suite, project }: Place,
    authenticatorType: AuthenticatorType,
    fields: Partial<CreateApplication> = {},
  ): Promise<ApplicationWithSecret> {
    const redirectUris = authenticatorType.startsWith('authorization') ? [callbackUrl] : [];
    return done('POST', '/applications', {
      suiteId: suite.id,
      projectId: project.id,
      name: unique('App'),
      authenticatorType,
      redirectUris,
      ...fields,
    });
  }

  async function givenUser(application: Application, fields: Partial<CreateApplicationUser> = {}): Promise<Person> {
    const body = { ...person(), ...fields };
    const user = await done<ApplicationUser>('POST', `/applications/${application.id}/users`, body);
    return { ...user, password: body.password };
  }

  async function givenAccount(suiteId: string, fields: Partial<CreateAccount> = {}) {
    const body = { suiteId, ...person(), ...fields };
    return { ...(await done<Account>('POST', '/accounts', body)), password: body.password };
  }

  return {
    url,
    send,
    done,
    place,
    givenSuite,
    givenProject,
    givenApplication,
    givenUser,
    givenAccount,
    person,
    application: (id: string) => done<Application>('GET', `/applications/${id}`),
    applicationsOf: async (project: Project) =>
      (await done<Page<Application>>('GET', `/applications?projectId=${project.id}&limit=100`)).items,
    usersOf: async (application: Application) =>
      (await done<Page<ApplicationUser>>('GET', `/applications/${application.id}/users?limit=100`)).items,
    systemSuite: async () => {
      const { items } = await done<Page<Suite>>('GET', '/suites?q=system&limit=100');
      const system = items.find((suite) => suite.builtIn);
      if (!system) throw new Error('There is no suite system.');
      return system;
    },
  };
}
