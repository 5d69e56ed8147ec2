/** What an error says, also one that has no text but its code or its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, cause } = error as NodeJS.ErrnoException;
  if (cause !== undefined) return reasonOf(cause);
  return error.message || code || error.name;
}
