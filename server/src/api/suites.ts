import type { Suite } from '@tessera/contract/suites';
import type { Deps } from '../deps.js';
import { makeFirstKeys } from '../keys/signing-key.js';
import { issuerOf } from '../oauth/issuer.js';
import { newId } from '../platform/random.js';
import { nameKey } from '../store/name-key.js';
import { deleteSuite, findSuite, findSuiteBySlug, listSuites, type SuiteView, updateSuite } from '../store/suites.js';
import { requireProjectOf } from './applications.js';
import { audit, change, checkWritten, differences, type Target } from './change.js';
import { checkIfMatch } from './if-match.js';
import { readList } from './lists.js';
import { addSuite } from './new-objects.js';
import type { Call, Result } from './operation.js';
import { notFound, type ProblemError, problem } from './problem.js';
import { firstFreeSlug, slugFrom } from './slug.js';

function presentSuite(deps: Deps, suite: SuiteView): Suite {
  return {
    id: suite.id,
    slug: suite.slug,
    name: suite.name,
    description: suite.description,
    issuer: issuerOf(deps.config.url, suite),
    builtIn: suite.builtIn === 1,
    projectCount: suite.projectCount,
    applicationCount: suite.applicationCount,
    accountCount: suite.accountCount,
    registration: suite.registration,
    registrationProjectId: suite.registrationProjectId,
    keyRotationDays: suite.keyRotationDays,
    createdAt: suite.createdAt,
    updatedAt: suite.updatedAt,
    version: suite.version,
  };
}

/** A suite as the target of an audit event. */
export function suiteTarget(suite: { id: string; name: string }): Target {
  return { type: 'suite', id: suite.id, name: suite.name };
}

function taken(name: string): ProblemError {
  return problem('name_taken', `A suite called “${name}” already exists.`);
}

/** One page of suites. */
export async function listAllSuites(deps: Deps, call: Call<'listSuites'>): Promise<Result<'listSuites'>> {
  return readList(listSuites(deps.db, call.query), (suite) => presentSuite(deps, suite));
}

/** One suite. */
export async function getSuite(deps: Deps, call: Call<'getSuite'>): Promise<Suite> {
  const suite = await findSuite(deps.db, call.params.id);
  if (!suite) throw notFound('suite_not_found');
  return presentSuite(deps, suite);
}

/** Makes a suite: an issuer with its own keys and an empty directory. */
export async function createSuite(deps: Deps, call: Call<'createSuite'>): Promise<Suite> {
  const { body, now } = call;
  const id = newId();
  const keys = await makeFirstKeys(deps.config.masterKey, id, now);
  const suite = await change(
    deps,
    async (tx) => {
      const isTaken = async (slug: string) => (await findSuiteBySlug(tx, slug)) !== undefined;
      const slug = body.slug ?? (await firstFreeSlug(slugFrom(body.name, 'suite'), isTaken));
      return addSuite(tx, call, { id, slug, name: body.name, description: body.description, builtIn: false }, keys);
    },
    {
      unique(constraint) {
        if (!constraint.includes('slug')) return taken(body.name);
        return body.slug ? problem('slug_taken', `The key “${body.slug}” is taken. Choose another.`) : 'retry';
      },
    },
  );
  deps.keys.clear();
  return presentSuite(deps, { ...suite, projectCount: 0, applicationCount: 0, accountCount: 0 });
}

const suiteFields = ['name', 'description', 'registration', 'registrationProjectId', 'keyRotationDays'] as const;

/** Changes name, description, who may register clients or the days between key rotations; the slug and so the issuer stay. */
export async function changeSuite(deps: Deps, call: Call<'updateSuite'>): Promise<Suite> {
  const { params, body, now } = call;
  const suite = await change(
    deps,
    async (tx) => {
      const before = await findSuite(tx, params.id);
      if (!before) throw notFound('suite_not_found');
      await checkIfMatch(tx, call.ifMatch, 'suite', before, now);
      const name = body.name ?? before.name;
      const after = {
        ...before,
        name,
        nameKey: nameKey(name),
        description: body.description === undefined ? before.description : (body.description ?? ''),
        registration: body.registration ?? before.registration,
        registrationProjectId:
          body.registrationProjectId === undefined ? before.registrationProjectId : body.registrationProjectId,
        keyRotationDays: body.keyRotationDays ?? before.keyRotationDays,
      };
      const changes = differences(before, after, suiteFields);
      if (Object.keys(changes).length === 0) return before;
      // A stranger's client could be consented into a token for this very API.
      if (after.builtIn === 1 && after.registration !== 'off')
        throw problem('built_in', `${before.name} is built in: clients cannot register themselves with the admins.`);
      if (after.registrationProjectId !== null && changes.registrationProjectId)
        await requireProjectOf(tx, before, after.registrationProjectId, 'registrationProjectId');
      checkWritten(await updateSuite(tx, after, now));
      await audit(tx, now, call.actor, 'suite.updated', suiteTarget(after), changes);
      return { ...after, updatedAt: now, version: before.version + 1 };
    },
    { unique: () => taken(body.name ?? '') },
  );
  return presentSuite(deps, suite);
}

/** Deletes a suite without projects, with its accounts, sessions and keys. */
export async function removeSuite(deps: Deps, call: Call<'deleteSuite'>): Promise<void> {
  const { params, now } = call;
  await change(
    deps,
    async (tx) => {
      const suite = await findSuite(tx, params.id);
      if (!suite) throw notFound('suite_not_found');
      await checkIfMatch(tx, call.ifMatch, 'suite', suite, now);
      if (suite.builtIn === 1)
        throw problem('built_in', `${suite.name} is built in: its accounts are the admins of this server.`);
      if (suite.projectCount > 0) throw hasProjects(suite);
      checkWritten(await deleteSuite(tx, suite));
      await audit(tx, now, call.actor, 'suite.deleted', suiteTarget(suite));
    },
    { foreignKey: async () => hasProjects(await findSuite(deps.db, params.id)) },
  );
  deps.keys.clear();
}

function hasProjects(suite: SuiteView | undefined): ProblemError {
  if (!suite) return notFound('suite_not_found');
  const count = Math.max(1, suite.projectCount);
  const projects = count === 1 ? '1 project' : `${count} projects`;
  return problem('suite_has_projects', `${suite.name} still has ${projects}. Move or delete them first.`, { count });
}
