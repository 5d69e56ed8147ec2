import type { AuthenticatorType } from '@tessera/contract/applications';
import { isAuthenticatorType } from './authenticator-type';

export interface CreateValues {
  name: string;
  suiteId: string;
  projectId: string;
  authenticatorType: AuthenticatorType | '';
  redirectUris: string[];
  allowedOrigins: string[];
}

// Nothing secret is entered on the page, so the tab may keep it.
const key = 'tessera-new-application';

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

function isValues(value: unknown): value is CreateValues {
  if (typeof value !== 'object' || value === null) return false;
  const given = value as Record<string, unknown>;
  const { authenticatorType: type } = given;
  return (
    [given.name, given.suiteId, given.projectId].every(isText) &&
    isText(type) &&
    (type === '' || isAuthenticatorType(type)) &&
    isTexts(given.redirectUris) &&
    isTexts(given.allowedOrigins)
  );
}

/** What was entered before a refresh under the same address, or null. */
export function readDraft(search: string): CreateValues | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as { search?: unknown; values?: unknown } | null;
    return kept?.search === search && isValues(kept.values) ? kept.values : null;
  } catch {
    return null;
  }
}

/** Keeps a draft, as far as the browser lets us. */
export function writeDraft(search: string, values: CreateValues): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ search, values }));
  } catch {
    // No storage in this browser: a refresh starts over.
  }
}

export function dropDraft(): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // No storage, nothing kept.
  }
}
