import { hashPassword } from '../accounts/password.js';
import { makeFirstKeys } from '../keys/signing-key.js';
import { newCredential, newId } from '../platform/random.js';
import type { Tx } from '../store/db.js';
import type { SigningKeyRow } from '../store/schema.js';
import { findSuiteBySlug } from '../store/suites.js';
import {
  type ApplicationValues,
  addAccount,
  addApplication,
  addApplicationUser,
  addProject,
  addSuite,
  applicationDefaults,
  type Occasion,
} from './new-objects.js';
import { resourceOf } from './projects.js';

/** What takes time and so is made before the transaction opens. */
export interface SamplePreparation {
  suiteId: string;
  keys: SigningKeyRow[];
  passwordHash: string;
}

/** Makes the keys of the sample suite and a password nobody knows. */
export async function prepareSampleData(masterKey: Buffer, now: number): Promise<SamplePreparation> {
  const suiteId = newId();
  return {
    suiteId,
    keys: await makeFirstKeys(masterKey, suiteId, now),
    passwordHash: await hashPassword(newCredential('')),
  };
}

const noSecretYet = 'Sample application. It has no client secret yet; add one under Credentials.';

const applications: Pick<
  ApplicationValues,
  'name' | 'description' | 'authenticatorType' | 'redirectUris' | 'allowedOrigins'
>[] = [
  {
    name: 'Back office',
    description: noSecretYet,
    authenticatorType: 'user_credentials',
    redirectUris: [],
    allowedOrigins: [],
  },
  {
    name: 'Shop server',
    description: noSecretYet,
    authenticatorType: 'authorization_flow',
    redirectUris: ['http://localhost:8080/callback'],
    allowedOrigins: [],
  },
  {
    name: 'Storefront',
    description: 'Sample application: a single-page application.',
    authenticatorType: 'authorization_pkce_flow',
    redirectUris: ['http://localhost:5173/callback'],
    allowedOrigins: ['http://localhost:5173'],
  },
];

const people = [
  { givenName: 'Ana', familyName: 'Sample', email: 'ana@shop.test' },
  { givenName: 'Ben', familyName: 'Sample', email: 'ben@shop.test' },
];

/** Adds a suite with a project, an application of each kind of the manual and two users; nothing if a suite `shop` exists. */
export async function addSampleData(
  tx: Tx,
  occasion: Occasion,
  baseUrl: string,
  prepared: SamplePreparation,
): Promise<void> {
  if (await findSuiteBySlug(tx, 'shop')) return;
  const description =
    'Sample data. Its two users have random passwords that nobody knows: set a password before you sign in as one of them.';
  const suite = await addSuite(
    tx,
    occasion,
    { id: prepared.suiteId, slug: 'shop', name: 'Shop', description, builtIn: false },
    prepared.keys,
  );
  const project = await addProject(tx, occasion, {
    suiteId: suite.id,
    slug: 'web',
    name: 'Web',
    description: 'Sample project.',
    environment: 'development',
    builtIn: false,
    resource: resourceOf(baseUrl, 'shop', 'web'),
  });
  const accounts = [];
  for (const person of people)
    accounts.push(
      await addAccount(tx, occasion, {
        suiteId: suite.id,
        ...person,
        passwordHash: prepared.passwordHash,
        emailVerified: false,
      }),
    );
  for (const sample of applications) {
    const application = await addApplication(tx, occasion, suite.id, {
      ...applicationDefaults,
      ...sample,
      projectId: project.id,
    });
    for (const account of accounts) await addApplicationUser(tx, occasion, application, account);
  }
}
