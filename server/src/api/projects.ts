import type { Project } from '@tessera/contract/projects';
import type { Deps } from '../deps.js';
import { nameKey } from '../store/name-key.js';
import {
  deleteProject,
  findProject,
  findProjectBySlug,
  listProjects,
  type ProjectView,
  updateProject,
} from '../store/projects.js';
import { findResourceByIdentifier } from '../store/resources.js';
import { findSuite } from '../store/suites.js';
import { audit, change, checkWritten, differences, type Target } from './change.js';
import { checkIfMatch } from './if-match.js';
import { readList } from './lists.js';
import { addProject } from './new-objects.js';
import type { Call, Result } from './operation.js';
import { invalidField, notFound, type ProblemError, problem } from './problem.js';
import { firstFreeSlug, slugFrom } from './slug.js';

function presentProject(project: ProjectView): Project {
  return {
    id: project.id,
    suiteId: project.suiteId,
    suiteName: project.suiteName,
    slug: project.slug,
    name: project.name,
    description: project.description,
    environment: project.environment,
    defaultResource: project.defaultResource,
    applicationCount: project.applicationCount,
    createdAt: project.createdAt,
    updatedAt: project.updatedAt,
    version: project.version,
  };
}

const target = (project: { id: string; name: string }): Target => ({
  type: 'project',
  id: project.id,
  name: project.name,
});

function taken(name: string, suiteName: string): ProblemError {
  return problem('name_taken', `“${name}” already exists in ${suiteName}. Choose another name.`);
}

/** One page of projects. */
export async function listAllProjects(deps: Deps, call: Call<'listProjects'>): Promise<Result<'listProjects'>> {
  return readList(listProjects(deps.db, call.query), presentProject);
}

/** One project. */
export async function getProject(deps: Deps, call: Call<'getProject'>): Promise<Project> {
  const project = await findProject(deps.db, call.params.id);
  if (!project) throw notFound('project_not_found');
  return presentProject(project);
}

/** The identifier of the API resource a project starts with. */
export function resourceOf(baseUrl: string, suiteSlug: string, projectSlug: string): string {
  return `${baseUrl}/suites/${suiteSlug}/resources/${projectSlug}`;
}

/** Makes a project in a suite, with its default API resource. */
export async function createProject(deps: Deps, call: Call<'createProject'>): Promise<Project> {
  const { suiteId, name, description, environment, slug: wanted } = call.body;
  const noSuite = () =>
    invalidField('suiteId', 'suite_not_found', 'This suite does not exist any more. Select another.');
  let suiteName = '';
  const id = await change(
    deps,
    async (tx) => {
      const suite = await findSuite(tx, suiteId);
      if (!suite) throw noSuite();
      suiteName = suite.name;
      const isTaken = async (one: string) =>
        (await findProjectBySlug(tx, suiteId, one)) !== undefined ||
        (await findResourceByIdentifier(tx, suiteId, resourceOf(deps.config.url, suite.slug, one))) !== undefined;
      const slug = wanted ?? (await firstFreeSlug(slugFrom(name, 'project'), isTaken));
      const resource = resourceOf(deps.config.url, suite.slug, slug);
      return (await addProject(tx, call, { suiteId, slug, name, description, environment, builtIn: false, resource }))
        .id;
    },
    {
      unique(constraint) {
        if (!/slug|identifier/.test(constraint)) return taken(name, suiteName);
        return wanted
          ? problem('slug_taken', `${suiteName} already has a project with the key “${wanted}”. Choose another.`)
          : 'retry';
      },
      foreignKey: noSuite,
    },
  );
  return readBack(deps, id);
}

async function readBack(deps: Deps, id: string): Promise<Project> {
  const project = await findProject(deps.db, id);
  if (!project) throw notFound('project_not_found');
  return presentProject(project);
}

/** Changes a project; its key, suite and API resource stay. */
export async function changeProject(deps: Deps, call: Call<'updateProject'>): Promise<Project> {
  const { params, body, now } = call;
  let suiteName = '';
  await change(
    deps,
    async (tx) => {
      const before = await findProject(tx, params.id);
      if (!before) throw notFound('project_not_found');
      suiteName = before.suiteName;
      await checkIfMatch(tx, call.ifMatch, 'project', before, now);
      const name = body.name ?? before.name;
      const description = body.description === undefined ? before.description : (body.description ?? '');
      const after = {
        ...before,
        name,
        nameKey: nameKey(name),
        description,
        environment: body.environment ?? before.environment,
      };
      const changes = differences(before, after, ['name', 'description', 'environment']);
      if (Object.keys(changes).length === 0) return;
      checkWritten(await updateProject(tx, after, now));
      await audit(tx, now, call.actor, 'project.updated', target(after), changes);
    },
    { unique: () => taken(body.name ?? '', suiteName) },
  );
  return readBack(deps, params.id);
}

/** Deletes a project without applications, with its API resources. */
export async function removeProject(deps: Deps, call: Call<'deleteProject'>): Promise<void> {
  const { params, now } = call;
  await change(
    deps,
    async (tx) => {
      const project = await findProject(tx, params.id);
      if (!project) throw notFound('project_not_found');
      await checkIfMatch(tx, call.ifMatch, 'project', project, now);
      if (project.builtIn === 1) throw problem('built_in', `${project.name} is built in: the console belongs to it.`);
      if (project.applicationCount > 0) throw hasApplications(project);
      checkWritten(await deleteProject(tx, project));
      await audit(tx, now, call.actor, 'project.deleted', target(project));
    },
    { foreignKey: async () => hasApplications(await findProject(deps.db, params.id)) },
  );
}

function hasApplications(project: ProjectView | undefined): ProblemError {
  if (!project) return notFound('project_not_found');
  const count = Math.max(1, project.applicationCount);
  const applications = count === 1 ? '1 application' : `${count} applications`;
  return problem('project_has_applications', `${project.name} still has ${applications}. Move or delete them first.`, {
    count,
  });
}
