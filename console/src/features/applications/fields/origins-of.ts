import { redirectUriFault } from '@tessera/contract/redirect-uri';

/** The web origins of redirect URLs, each once; faulty URLs and private-use schemes have none. */
export function originsOf(urls: readonly string[]): string[] {
  const origins = urls
    .filter((url) => redirectUriFault(url) === null)
    .map((url) => new URL(url))
    .filter(({ protocol }) => protocol === 'https:' || protocol === 'http:')
    .map(({ origin }) => origin);
  return [...new Set(origins)];
}
