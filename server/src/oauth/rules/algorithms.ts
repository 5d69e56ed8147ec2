/** The algorithms a suite signs with: ID tokens, access tokens, userinfo and all else (domain rule 6, RFC 7518 §3.1, RFC 8037). */
export const signingAlgorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;

/**
 * Those of DPoP proofs: FAPI 2.0 takes no RS256, and no client of DPoP is old enough to need it. Newer clients say
 * Ed25519 where older ones say EdDSA (RFC 9864).
 */
export const dpopAlgorithms = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** Those of what clients sign: assertions and request objects. Ed25519 is the newer name of EdDSA (RFC 9864 §2.2). */
export const clientAlgorithms = [...signingAlgorithms, 'Ed25519'] as const;

/** What a client may sign with when it registered this algorithm, or none. */
export function clientAlgorithmsFor(registered: string | null): readonly string[] {
  if (registered === null) return clientAlgorithms;
  return registered === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [registered];
}
