const maxLength = 40;

/** A key for URLs from a name: ASCII letters, digits and single hyphens; `fallback` where nothing is left. */
export function slugFrom(name: string, fallback: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength)
    .replace(/^-+|-+$/g, '');
  return slug.length < 2 ? fallback : slug;
}

/** The first of `slug`, `slug-2`, `slug-3`, … that is free. */
export async function firstFreeSlug(slug: string, isTaken: (slug: string) => Promise<boolean>): Promise<string> {
  if (!(await isTaken(slug))) return slug;
  for (let number = 2; ; number += 1) {
    const end = `-${number}`;
    const numbered = slug.slice(0, maxLength - end.length).replace(/-+$/, '') + end;
    if (!(await isTaken(numbered))) return numbered;
  }
}
