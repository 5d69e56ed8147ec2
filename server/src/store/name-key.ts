/** The form of a name that is unique in its parent. */
export function nameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}
