/** Seconds that whoever reads a JWKS may keep it (`Cache-Control`, OpenID Connect Core §10.1.1). */
export const jwksMaxAge = 300;

/** Seconds after which a process sees what another one did to the keys. */
export const rereadAfter = 10;

/** Seconds that a key stands in the JWKS before it signs: by then nobody keeps a JWKS without it. */
export const publishedAhead = 2 * jwksMaxAge;

/** Seconds that the longest-lived token lives which a suite signs: an access token at most (domain rule 5). */
export const longestToken = 86_400;

/** Seconds that a key stays in the JWKS after it signed its last token, clocks that differ included. */
export const publishedAfter = longestToken + 600;
