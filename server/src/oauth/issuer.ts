import type { Suite } from '../store/registry.js';

/** The issuer URL of a suite (RFC 8414 §2): every suite is one. */
export function issuerOf(baseUrl: string, suite: Pick<Suite, 'slug'>): string {
  return `${baseUrl}/suites/${suite.slug}`;
}
