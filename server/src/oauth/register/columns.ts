import { readMetadata } from '../../store/client-metadata.js';
import { registeredNameKey } from '../../store/name-key.js';
import type { ApplicationRow } from '../../store/schema.js';
import { originsOf } from '../rules/registered-redirect-uri.js';
import type { CheckedRegistration } from './document.js';

type Registered = Pick<
  ApplicationRow,
  | 'name'
  | 'nameKey'
  | 'authenticatorType'
  | 'redirectUris'
  | 'postLogoutRedirectUris'
  | 'allowedOrigins'
  | 'anyOrigin'
  | 'refreshTokens'
  | 'metadata'
>;

/** The part of an application that its registration decides; `before` is what it replaces. */
export function registeredColumns(
  clientId: string,
  registration: CheckedRegistration,
  before: ApplicationRow | null,
): Registered {
  const name = registration.name ?? clientId;
  const allowedOrigins = originsFor(registration, before);
  return {
    name,
    nameKey: registeredNameKey(name, clientId),
    authenticatorType: registration.authenticatorType,
    redirectUris: JSON.stringify(registration.redirectUris),
    postLogoutRedirectUris: JSON.stringify(registration.postLogoutRedirectUris),
    allowedOrigins: JSON.stringify(allowedOrigins),
    anyOrigin: allowedOrigins.includes('*') ? 1 : 0,
    // An admin may have said that they need offline_access.
    refreshTokens:
      registration.refreshTokens === 'always' && before?.refreshTokens === 'offline_access'
        ? 'offline_access'
        : registration.refreshTokens,
    metadata: JSON.stringify({ ...readMetadata(before?.metadata ?? '{}'), ...registration.metadata }),
  };
}

/** A public web application runs in the browser: at the origins it comes back to, and those an admin has added. */
function originsFor({ redirectUris, metadata }: CheckedRegistration, before: ApplicationRow | null): string[] {
  const had = before === null ? [] : (JSON.parse(before.allowedOrigins) as string[]);
  const derived = before === null ? [] : originsOf(JSON.parse(before.redirectUris) as string[]);
  const kept = had.filter((origin) => !derived.includes(origin));
  const isInBrowser = metadata.authMethod === 'none' && metadata.applicationType === 'web';
  if (!isInBrowser || kept.includes('*')) return kept;
  return [...new Set([...kept, ...originsOf(redirectUris)])];
}
