import { email as emailSchema } from '@tessera/contract/fields';
import { passwordFault } from '@tessera/contract/password';
import { hashPassword } from './accounts/password.js';
import { audit, change, checkWritten } from './api/change.js';
import { addAccount, addApplication, addProject, addSecret, addSuite, applicationDefaults } from './api/new-objects.js';
import { resourceOf } from './api/projects.js';
import type { Deps } from './deps.js';
import { checkMasterKey } from './keys/check-master-key.js';
import { makeFirstKeys } from './keys/signing-key.js';
import { sha256 } from './platform/hash.js';
import { newCredential, newId } from './platform/random.js';
import { findAccountByEmail } from './store/accounts.js';
import { hasAdmin, hasAdminAccount, insertAdmin } from './store/admins.js';
import { findApplicationByClientId, updateApplication } from './store/applications.js';
import { systemActor } from './store/audit-events.js';
import { findProjectBySlug } from './store/projects.js';
import { updateDefaultResource } from './store/resources.js';
import { updateSetting } from './store/settings.js';
import { findSuiteBySlug } from './store/suites.js';

/**
 * Brings a database to the state the server needs: suite `system` with the console, the first owner and the bootstrap
 * client. Runs at every start; several processes may run it at once. Answers the one-time set-up link while there is
 * no admin.
 */
export async function bootstrap(deps: Deps): Promise<{ setupLink: string | null }> {
  await checkMasterKey(deps.db, deps.config.masterKey);
  await makeFirstSuites(deps);
  await keepConsoleInStep(deps);
  await makeFirstOwner(deps);
  await makeBootstrapClient(deps);
  deps.registry.clear();
  deps.keys.clear();
  return { setupLink: await makeSetupLink(deps) };
}

/** What another process made at the same moment is found at the next try. */
const again = { unique: () => 'retry' as const };

function consoleUrls(url: string) {
  return {
    redirectUris: [`${url}/console/callback`],
    postLogoutRedirectUris: [`${url}/console/signed-out`],
    allowedOrigins: [new URL(url).origin],
  };
}

/** Makes suite `system` and, only together with it, suite `default`: an operator who deletes that one keeps it deleted. */
async function makeFirstSuites(deps: Deps): Promise<void> {
  const { db, config, clock } = deps;
  if (await findSuiteBySlug(db, 'system')) return;
  const occasion = { now: clock.now(), actor: systemActor };
  const [systemId, defaultId] = [newId(), newId()];
  const systemKeys = await makeFirstKeys(config.masterKey, systemId, occasion.now);
  const defaultKeys = await makeFirstKeys(config.masterKey, defaultId, occasion.now);
  await change(
    deps,
    async (tx) => {
      if (await findSuiteBySlug(tx, 'system')) return;
      const system = {
        id: systemId,
        slug: 'system',
        name: 'System',
        description: 'The admins of this server and its console.',
      };
      await addSuite(tx, occasion, { ...system, builtIn: true }, systemKeys);
      const project = await addProject(tx, occasion, {
        suiteId: systemId,
        slug: 'console',
        name: 'Console',
        description: 'The console and its management API.',
        environment: 'production',
        builtIn: true,
        resource: `${config.url}/api`,
      });
      const values = {
        ...applicationDefaults,
        ...consoleUrls(config.url),
        name: 'Console',
        description: 'The console of this server.',
        projectId: project.id,
        authenticatorType: 'authorization_pkce_flow' as const,
        access: 'everyone' as const,
      };
      await addApplication(tx, occasion, systemId, values, { clientId: 'console', builtIn: true });
      await addSuite(
        tx,
        occasion,
        { id: defaultId, slug: 'default', name: 'Default', description: '', builtIn: false },
        defaultKeys,
      );
      await addProject(tx, occasion, {
        suiteId: defaultId,
        slug: 'default',
        name: 'Default',
        description: '',
        environment: 'development',
        builtIn: false,
        resource: resourceOf(config.url, 'default', 'default'),
      });
    },
    again,
  );
}

/** The console's own URLs follow TESSERA_URL. */
async function keepConsoleInStep(deps: Deps): Promise<void> {
  const urls = consoleUrls(deps.config.url);
  const columns = {
    redirectUris: JSON.stringify(urls.redirectUris),
    postLogoutRedirectUris: JSON.stringify(urls.postLogoutRedirectUris),
    allowedOrigins: JSON.stringify(urls.allowedOrigins),
  };
  await change(deps, async (tx) => {
    const application = await findApplicationByClientId(tx, 'console');
    if (application?.builtIn !== 1)
      throw new Error('The application "console" of suite "system" is missing; restore the database from a backup');
    await updateDefaultResource(tx, application.projectId, `${deps.config.url}/api`);
    const { redirectUris, postLogoutRedirectUris, allowedOrigins } = columns;
    if (
      application.redirectUris === redirectUris &&
      application.postLogoutRedirectUris === postLogoutRedirectUris &&
      application.allowedOrigins === allowedOrigins
    )
      return;
    const now = deps.clock.now();
    checkWritten(await updateApplication(tx, { ...application, ...columns }, now));
    const changes = { redirectUris: { from: JSON.parse(application.redirectUris) as unknown, to: urls.redirectUris } };
    await audit(
      tx,
      now,
      systemActor,
      'application.updated',
      { type: 'application', id: application.id, name: application.name },
      changes,
    );
  });
}

/** Makes the owner that the environment names, if no person is an admin yet. */
async function makeFirstOwner(deps: Deps): Promise<void> {
  const { firstAdmin } = deps.config;
  if (!firstAdmin || (await hasAdminAccount(deps.db))) return;
  const email = emailSchema.safeParse(firstAdmin.email);
  if (!email.success)
    throw new Error(`TESSERA_ADMIN_EMAIL is "${firstAdmin.email}"; write an address such as ana@example.com`);
  const fault = passwordFault(firstAdmin.password, email.data);
  if (fault) throw new Error(`TESSERA_ADMIN_PASSWORD does not fit the password policy: ${fault.message}`);
  const passwordHash = await hashPassword(firstAdmin.password);
  const occasion = { now: deps.clock.now(), actor: systemActor };
  await change(
    deps,
    async (tx) => {
      const suite = await findSuiteBySlug(tx, 'system');
      if (!suite || (await hasAdminAccount(tx))) return;
      const person = {
        suiteId: suite.id,
        email: email.data,
        givenName: 'Admin',
        familyName: '',
        passwordHash,
        emailVerified: true,
      };
      const account = (await findAccountByEmail(tx, suite.id, email.data)) ?? (await addAccount(tx, occasion, person));
      await insertAdmin(tx, account.id, 'account', occasion.now);
      const target = { type: 'account' as const, id: account.id, name: account.email };
      await audit(tx, occasion.now, systemActor, 'admin.created', target, { role: { from: null, to: 'owner' } });
    },
    again,
  );
}

/** Makes the Client Credentials application that the environment names, with an owner's rights, if it does not exist. */
async function makeBootstrapClient(deps: Deps): Promise<void> {
  const { bootstrapClient } = deps.config;
  if (!bootstrapClient) return;
  const { clientId, clientSecret } = bootstrapClient;
  const occasion = { now: deps.clock.now(), actor: systemActor };
  let name = 'Bootstrap';
  await change(
    deps,
    async (tx) => {
      if (await findApplicationByClientId(tx, clientId)) return;
      const suite = await findSuiteBySlug(tx, 'system');
      const project = suite && (await findProjectBySlug(tx, suite.id, 'console'));
      if (!project)
        throw new Error('The project "console" of suite "system" is missing; restore the database from a backup');
      const values = {
        ...applicationDefaults,
        name,
        description: 'Made from TESSERA_BOOTSTRAP_CLIENT_ID, with the rights of an owner.',
        projectId: project.id,
        authenticatorType: 'client_credentials' as const,
      };
      const application = await addApplication(tx, occasion, suite.id, values, { clientId, builtIn: false });
      await addSecret(tx, occasion, application, {
        name: 'TESSERA_BOOTSTRAP_CLIENT_SECRET',
        expiresAt: null,
        value: clientSecret,
      });
      await insertAdmin(tx, application.id, 'application', occasion.now);
      const target = { type: 'application' as const, id: application.id, name };
      await audit(tx, occasion.now, systemActor, 'admin.created', target, { role: { from: null, to: 'owner' } });
    },
    {
      unique(constraint) {
        // The client of an earlier environment has the name; or another process made this one just now.
        if (constraint.includes('name')) name = `Bootstrap ${clientId}`.slice(0, 80);
        return 'retry';
      },
    },
  );
}

/** Makes the one-time link to the first owner while there is no admin; its token stands in the fragment, which no log sees. */
async function makeSetupLink(deps: Deps): Promise<string | null> {
  if (await hasAdmin(deps.db)) return null;
  const token = newCredential('tes_su_');
  await updateSetting(deps.db, 'setup_token_hash', sha256(token));
  return `${deps.config.url}/console/setup#token=${token}`;
}
