import { invalidGrant, invalidTarget } from '../errors.js';

/** An API resource that an application may name as audience (RFC 8707), with what the application may ask for there. */
export interface Resource {
  identifier: string;
  projectId: string;
  scopes: readonly ResourceScope[];
  /** Names of the scopes it has that the application is not allowed, as far as they are known. */
  otherScopes: readonly string[];
}

export interface ResourceScope {
  name: string;
  description: string;
  /** The roles that carry it, of which a person needs one; where there are none, everybody has it. */
  roleIds: readonly string[];
}

type Named = Pick<Resource, 'identifier'>;

/** The resources an authorization is asked for: each must be known; without any it is the default (RFC 8707 §2.1). */
export function chooseResources<R extends Named>(requested: readonly string[], known: readonly R[]): R[] {
  const [byDefault] = known;
  if (requested.length === 0 && byDefault) return [byDefault];
  if (requested.length === 0) throw invalidTarget('(none)', []);
  return [...new Set(requested)].map((identifier) => {
    const resource = known.find((one) => one.identifier === identifier);
    if (!resource) throw invalidTarget(identifier, identifiersOf(known));
    return resource;
  });
}

/** The audience of one token: the requested resource, or the default one (RFC 8707 §2.2). */
export function chooseResource<R extends Named>(requested: readonly string[], known: readonly R[]): R {
  const [resource, ...others] = chooseResources(requested, known);
  if (!resource || others.length > 0)
    throw invalidTarget(requested.join(' '), identifiersOf(known), {
      rule: 'resource.several',
      reason: 'A token has one audience: name one resource in the token request.',
    });
  return resource;
}

/**
 * The audience of a token that is issued on a grant: the requested one of the granted resources, or the first of them.
 * `granted` is the list as the grant keeps it. What the application may no longer name counts as not granted.
 */
export function chooseAudience<R extends Named>(requested: readonly string[], granted: string, known: readonly R[]): R {
  const available = namedResources(granted, known);
  if (available.length === 0 && requested.length === 0)
    throw invalidGrant('The grant has no resource any more', {
      rule: 'resource.gone',
      reason: 'The API resource of the grant was deleted, or the application may no longer use it.',
      expected: identifiersOf(known).join(' '),
      received: granted,
    });
  return chooseResource(requested, available);
}

/** The resources of a list as grants and codes keep it, in its order; what is no longer known is left out. */
export function namedResources<R extends Named>(list: string, known: readonly R[]): R[] {
  return list.split(' ').flatMap((identifier) => known.find((one) => one.identifier === identifier) ?? []);
}

/** The list as grants and codes keep it; no identifier has a blank. */
export function listOf(resources: readonly Named[]): string {
  return identifiersOf(resources).join(' ');
}

function identifiersOf(resources: readonly Named[]): string[] {
  return resources.map((resource) => resource.identifier);
}
