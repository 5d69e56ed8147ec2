import { invalidTarget } from '../errors.js';

/** The audience of a token: the requested resource of the application's project, or its default one (RFC 8707 §2). */
export function chooseResource(requested: readonly string[], known: readonly string[]): string {
  if (requested.length > 1) throw invalidTarget(requested.join(' '), known);
  const [resource] = requested;
  if (resource === undefined) {
    const [byDefault] = known;
    if (byDefault === undefined) throw invalidTarget('(none)', known);
    return byDefault;
  }
  if (!known.includes(resource)) throw invalidTarget(resource, known);
  return resource;
}
