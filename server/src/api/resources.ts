import { maxResourcesOfProject, type Resource } from '@tessera/contract/resources';
import type { Deps } from '../deps.js';
import { newId } from '../platform/random.js';
import type { Db, Tx } from '../store/db.js';
import { nameKey } from '../store/name-key.js';
import { findProject, lockProject, type ProjectView } from '../store/projects.js';
import {
  clearDefaultResource,
  countResources,
  deleteResource,
  findResource,
  insertResource,
  listResourceApplications,
  listResources,
  type ResourceView,
  updateResource,
} from '../store/resources.js';
import { audit, change, checkWritten, differences, type Target } from './change.js';
import { checkIfMatch } from './if-match.js';
import { readList } from './lists.js';
import type { Call, Result } from './operation.js';
import { invalidField, notFound, type ProblemError, problem } from './problem.js';

function presentResource(resource: ResourceView): Resource {
  return {
    id: resource.id,
    suiteId: resource.suiteId,
    suiteName: resource.suiteName,
    projectId: resource.projectId,
    projectName: resource.projectName,
    identifier: resource.identifier,
    name: resource.name,
    description: resource.description,
    isDefault: resource.isDefault === 1,
    scopeCount: resource.scopeCount,
    createdAt: resource.createdAt,
    updatedAt: resource.updatedAt,
    version: resource.version,
  };
}

const target = (resource: { id: string; name: string }): Target => ({
  type: 'resource',
  id: resource.id,
  name: resource.name,
});

/** The API resource of a path, or 404. */
export async function requireResource(db: Db, id: string): Promise<ResourceView> {
  const resource = await findResource(db, id);
  if (!resource) throw notFound('resource_not_found');
  return resource;
}

/** One page of API resources. */
export async function listAllResources(deps: Deps, call: Call<'listResources'>): Promise<Result<'listResources'>> {
  return readList(listResources(deps.db, call.query), presentResource);
}

/** One API resource. */
export async function getResource(deps: Deps, call: Call<'getResource'>): Promise<Resource> {
  return presentResource(await requireResource(deps.db, call.params.id));
}

/** Adds an API resource to a project; it can take the default's place at once. */
export async function createResource(deps: Deps, call: Call<'createResource'>): Promise<Resource> {
  const { now, body } = call;
  const { projectId, identifier, name, description, isDefault } = body;
  let suiteName = '';
  const id = await change(
    deps,
    async (tx) => {
      const project = await requireLockedProject(tx, projectId);
      suiteName = project.suiteName;
      if ((await countResources(tx, projectId)) >= maxResourcesOfProject)
        throw problem('limit_reached', `A project has at most ${maxResourcesOfProject} API resources.`);
      if (isDefault) await giveUpDefault(tx, project, now);
      const row = {
        id: newId(),
        suiteId: project.suiteId,
        projectId,
        identifier,
        name,
        nameKey: nameKey(name),
        description,
        isDefault: isDefault ? 1 : 0,
        createdAt: now,
        updatedAt: now,
        version: 1,
      };
      await insertResource(tx, row);
      const changes = differences({}, body, ['name', 'identifier', 'description', 'isDefault']);
      await audit(tx, now, call.actor, 'resource.created', target(row), changes);
      return row.id;
    },
    { unique: (constraint) => taken(constraint, identifier, suiteName), foreignKey: noProject },
  );
  return presentResource(await requireResource(deps.db, id));
}

/** What a broken unique constraint means: another default at the same moment, or an identifier that the suite has. */
function taken(constraint: string, identifier: string, suiteName: string): ProblemError | 'retry' {
  if (!constraint.includes('identifier')) return 'retry';
  return problem('resource_taken', `${suiteName} already has an API resource “${identifier}”. Choose another.`);
}

async function requireLockedProject(tx: Tx, projectId: string): Promise<ProjectView> {
  const project = (await lockProject(tx, projectId)) ? await findProject(tx, projectId) : undefined;
  if (!project) throw noProject();
  return project;
}

/** The 422 for a project that is gone. */
export function noProject(): ProblemError {
  return invalidField('projectId', 'project_not_found', 'This project does not exist any more. Select another.');
}

/** Makes room for another default; the console's own audience is fixed, or every admin would be locked out. */
async function giveUpDefault(tx: Tx, project: ProjectView, now: number): Promise<void> {
  if (project.builtIn === 1)
    throw problem('built_in', `${project.name} is built in: its default API resource is the management API.`);
  await clearDefaultResource(tx, project.id, now);
}

/** Changes an API resource; its identifier and project stay. To be the default passes from one to another. */
export async function changeResource(deps: Deps, call: Call<'updateResource'>): Promise<Resource> {
  const { params, body, now } = call;
  await change(
    deps,
    async (tx) => {
      const { projectId } = await requireResource(tx, params.id);
      const project = await requireLockedProject(tx, projectId);
      const before = await requireResource(tx, params.id);
      await checkIfMatch(tx, call.ifMatch, 'API resource', before, now);
      const after = {
        ...before,
        name: body.name ?? before.name,
        description: body.description === undefined ? before.description : (body.description ?? ''),
        isDefault: body.isDefault === undefined ? before.isDefault : Number(body.isDefault),
      };
      if (after.isDefault < before.isDefault) throw isTheDefault(before);
      const changes = differences(presentResource(before), presentResource(after), [
        'name',
        'description',
        'isDefault',
      ]);
      if (Object.keys(changes).length === 0) return;
      if (after.isDefault > before.isDefault) await giveUpDefault(tx, project, now);
      checkWritten(await updateResource(tx, after, now));
      await audit(tx, now, call.actor, 'resource.updated', target(after), changes);
    },
    { unique: () => 'retry' },
  );
  return presentResource(await requireResource(deps.db, params.id));
}

function isTheDefault({ name, projectName }: ResourceView): ProblemError {
  return problem(
    'resource_default',
    `${name} is the default API resource of ${projectName}. Make another one the default first.`,
  );
}

/** Deletes an API resource with its scopes; the default stays. What was issued lives to its end. */
export async function removeResource(deps: Deps, call: Call<'deleteResource'>): Promise<void> {
  const { params, now } = call;
  await change(deps, async (tx) => {
    const resource = await requireResource(tx, params.id);
    await checkIfMatch(tx, call.ifMatch, 'API resource', resource, now);
    if (resource.isDefault === 1) throw isTheDefault(resource);
    checkWritten(await deleteResource(tx, resource));
    const changes = { identifier: { from: resource.identifier, to: null } };
    await audit(tx, now, call.actor, 'resource.deleted', target(resource), changes);
  });
}

/** One page of the applications that are allowed scopes of an API resource: what loses when it is deleted. */
export async function listApplicationsOfResource(
  deps: Deps,
  call: Call<'listResourceApplications'>,
): Promise<Result<'listResourceApplications'>> {
  const { id } = await requireResource(deps.db, call.params.id);
  return readList(listResourceApplications(deps.db, id, call.query), (application) => application);
}
