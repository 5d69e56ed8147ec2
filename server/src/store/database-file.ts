/** The file of an embedded database, as `DATABASE_URL` names it; null for any other. */
export function databaseFileOf(url: string): string | null {
  return url.startsWith('file:') ? url.slice('file:'.length) : null;
}
