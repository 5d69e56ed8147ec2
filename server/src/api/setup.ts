import type { ConsoleConfig } from '@tessera/contract/session';
import { hashPassword } from '../accounts/password.js';
import type { Deps } from '../deps.js';
import { issuerOf } from '../oauth/issuer.js';
import { sha256 } from '../platform/hash.js';
import { hasAdmin, insertAdmin } from '../store/admins.js';
import type { Db, Tx } from '../store/db.js';
import { consumeSetting, findSetting, updateSetting } from '../store/settings.js';
import { findSuiteBySlug } from '../store/suites.js';
import { audit, change } from './change.js';
import { addAccount } from './new-objects.js';
import type { Call } from './operation.js';
import { type ProblemError, problem } from './problem.js';
import { addSampleData, prepareSampleData } from './sample-data.js';

/** The name of the product, as its owner set it. */
export async function findProductName(db: Db): Promise<string> {
  return (await findSetting(db, 'product_name')) ?? 'Tessera';
}

/** What the console needs before anybody has signed in. */
export async function getConsoleConfig(deps: Deps): Promise<ConsoleConfig> {
  return {
    productName: await findProductName(deps.db),
    issuer: issuerOf(deps.config.url, { slug: 'system' }),
    clientId: 'console',
    setupOpen: !(await hasAdmin(deps.db)),
  };
}

/** Says whether a set-up link could be used now; uses nothing up. */
export async function checkSetup(deps: Deps, call: Call<'checkSetup'>): Promise<void> {
  await checkSetupToken(deps.db, call.body.setupToken);
}

async function checkSetupToken(db: Db, setupToken: string): Promise<void> {
  if (await hasAdmin(db)) throw closed();
  if ((await findSetting(db, 'setup_token_hash')) !== sha256(setupToken)) throw invalidLink();
}

function closed(): ProblemError {
  return problem('setup_closed', 'This server is set up already. Sign in instead.');
}

function invalidLink(): ProblemError {
  return problem('setup_link_invalid', 'This set-up link is wrong or was used. Restart the server to get a new one.');
}

/** Makes the first owner and uses the set-up link up, both in one transaction. */
export async function runSetup(deps: Deps, call: Call<'runSetup'>): Promise<void> {
  const { body, now } = call;
  // Before the costly hash: only who holds the link may make the server work.
  await checkSetupToken(deps.db, body.setupToken);
  const passwordHash = await hashPassword(body.password);
  const sample = body.sampleData ? await prepareSampleData(deps.config.masterKey, now) : null;
  await change(
    deps,
    async (tx) => {
      if (await hasAdmin(tx)) throw closed();
      if (!(await consumeSetting(tx, 'setup_token_hash', sha256(body.setupToken)))) throw invalidLink();
      await addFirstOwner(tx, call, { name: body.name, email: body.email, passwordHash });
      await updateSetting(tx, 'product_name', body.productName);
      if (sample) await addSampleData(tx, call, deps.config.url, sample);
    },
    {
      unique: (constraint) =>
        constraint.includes('email')
          ? problem(
              'email_taken',
              `${body.email} already has an account in the suite of the admins. Use another e-mail.`,
            )
          : problem('name_taken', 'A suite called “Shop” already exists. Go on without sample data.'),
    },
  );
  deps.keys.clear();
}

async function addFirstOwner(
  tx: Tx,
  { now, actor }: Pick<Call<'runSetup'>, 'now' | 'actor'>,
  person: { name: string; email: string; passwordHash: string },
): Promise<void> {
  const suite = await findSuiteBySlug(tx, 'system');
  if (!suite) throw new Error('suite system is missing; bootstrap makes it');
  const [givenName = '', ...rest] = person.name.split(/\s+/);
  const { email, passwordHash } = person;
  const account = await addAccount(
    tx,
    { now, actor },
    { suiteId: suite.id, email, givenName, familyName: rest.join(' '), passwordHash, emailVerified: true },
  );
  await insertAdmin(tx, account.id, 'account', now);
  await audit(
    tx,
    now,
    actor,
    'admin.created',
    { type: 'account', id: account.id, name: account.email },
    { role: { from: null, to: 'owner' } },
  );
}
