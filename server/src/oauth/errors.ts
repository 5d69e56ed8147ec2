/** Why a request was refused, for the log and the refusals table; the wire gets only `error` and `description`. */
export interface Refused {
  /** Name of the rule, such as `redirect.mismatch`. */
  rule: string;
  /** One sentence for an admin or developer. */
  reason: string;
  expected?: string;
  received?: string;
}

/** What a client sent in JSON, as text for the refusals log. Never by `String`: an object may have a `toString` of its own. */
export function asReceived(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '(none)')).slice(0, 100);
}

/** The one error of the protocol. `description` is fixed ASCII text without quotes (RFC 6749 §5.2). */
export class OAuthError extends Error {
  constructor(
    readonly error: string,
    readonly description: string,
    readonly status: number,
    readonly refused: Refused,
    /** Seconds after which a 429 or 503 may be tried again. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${error}: ${refused.rule}`);
  }
}

// RFC 6749 §4.1.2.1 and §5.2

export function invalidRequest(description: string, refused: Refused): OAuthError {
  return new OAuthError('invalid_request', description, 400, refused);
}

export function invalidClient(description: string, refused: Refused): OAuthError {
  return new OAuthError('invalid_client', description, 401, refused);
}

export function invalidGrant(description: string, refused: Refused): OAuthError {
  return new OAuthError('invalid_grant', description, 400, refused);
}

export function unauthorizedClient(description: string, refused: Refused): OAuthError {
  return new OAuthError('unauthorized_client', description, 400, refused);
}

export function unsupportedGrantType(grantType: string): OAuthError {
  return new OAuthError('unsupported_grant_type', 'The grant_type is not supported', 400, {
    rule: 'grant.unknown',
    reason: 'The grant type is not one this server knows.',
    received: grantType,
  });
}

export function unsupportedResponseType(received: string): OAuthError {
  return new OAuthError('unsupported_response_type', 'Only response_type=code is supported', 400, {
    rule: 'response_type.unknown',
    reason: 'Only the code flow is offered (RFC 9700 section 2.1.2).',
    expected: 'code',
    received,
  });
}

export function invalidScope(description: string, refused: Refused): OAuthError {
  return new OAuthError('invalid_scope', description, 400, refused);
}

export function accessDenied(description: string, refused: Refused): OAuthError {
  return new OAuthError('access_denied', description, 403, refused);
}

/** The database cannot be reached; the same request may succeed in a moment (RFC 6749 §4.1.2.1, RFC 9110 §15.6.4). */
export function unavailable(): OAuthError {
  return new OAuthError(
    'temporarily_unavailable',
    'The server cannot reach its database, try again',
    503,
    { rule: 'server.unavailable', reason: 'The database cannot be reached.' },
    1,
  );
}

/** There is more to do than can be finished in time (RFC 6749 §4.1.2.1, RFC 9110 §15.6.4). */
export function overloaded(): OAuthError {
  return new OAuthError(
    'temporarily_unavailable',
    'The server has too much to do, try again',
    503,
    { rule: 'server.overloaded', reason: 'More requests came than the server can finish in time.' },
    1,
  );
}

/** A method the endpoint does not have (RFC 9110 §15.5.6). */
export function methodNotAllowed(received: string, allowed: readonly string[]): OAuthError {
  return new OAuthError('invalid_request', 'The method is not allowed here', 405, {
    rule: 'param.method',
    reason: 'The endpoint does not answer to this method.',
    expected: allowed.join(' '),
    received,
  });
}

/** An origin that is not in Allow Origins (domain rule 4). */
export function originRefused(origin: string, allowed: readonly string[]): OAuthError {
  return new OAuthError('invalid_request', 'The origin is not in Allow Origins of this application', 403, {
    rule: 'origin.not_allowed',
    reason: `Origin ${origin} is not in Allow Origins, so nothing was issued and a browser blocks the answer.`,
    expected: allowed.length > 0 ? allowed.join(' ') : '(no origin is allowed)',
    received: origin,
  });
}

export function tooManyAttempts(retryAfter: number): OAuthError {
  return new OAuthError(
    'temporarily_unavailable',
    'Too many failed attempts, try again later',
    429,
    { rule: 'rate.limit', reason: 'Too many failed sign-ins for this account or from this address.' },
    retryAfter,
  );
}

/** A wrong password and an unknown e-mail are told apart nowhere. */
export function wrongCredentials(): OAuthError {
  return invalidGrant('The user name or password is not correct', {
    rule: 'user.credentials',
    reason: 'Email or password is not correct.',
  });
}

// RFC 8628 §3.5

export function deviceRefused(
  error: 'authorization_pending' | 'slow_down' | 'expired_token' | 'access_denied',
  description: string,
  rule: string,
): OAuthError {
  return new OAuthError(error, description, 400, { rule, reason: description });
}

// RFC 9449 §5, §7.1, §8

export function invalidDpopProof(status: 400 | 401, refused: Refused): OAuthError {
  return new OAuthError('invalid_dpop_proof', 'The DPoP proof is missing or not valid', status, refused);
}

export function useDpopNonce(status: 400 | 401): OAuthError {
  return new OAuthError('use_dpop_nonce', 'Use the nonce of the DPoP-Nonce header', status, {
    rule: 'dpop.nonce',
    reason: 'The proof has no nonce of this server, or an old one.',
  });
}

// RFC 6750 §3.1

export function invalidToken(description: string, refused: Refused): OAuthError {
  return new OAuthError('invalid_token', description, 401, refused);
}

export function insufficientScope(needed: string, received: string): OAuthError {
  return new OAuthError('insufficient_scope', `The access token lacks the scope ${needed}`, 403, {
    rule: 'token.scope',
    reason: `The endpoint needs the scope ${needed}.`,
    expected: needed,
    received,
  });
}

// RFC 8707 §2

export function invalidTarget(
  received: string,
  known: readonly string[],
  refused: Pick<Refused, 'rule' | 'reason'> = {
    rule: 'resource.unknown',
    reason: 'The resource is none that the application may name here.',
  },
): OAuthError {
  return new OAuthError('invalid_target', 'The resource is not known to this application', 400, {
    ...refused,
    expected: known.join(' '),
    received,
  });
}

// OpenID Connect Core §3.1.2.6

export function consentRequired(): OAuthError {
  return new OAuthError('consent_required', 'The user has to agree', 400, {
    rule: 'prompt.none',
    reason: 'Silent sign-in was asked for, but the person has not agreed to this application and scope.',
  });
}

export function loginRequired(reason: string): OAuthError {
  return new OAuthError('login_required', 'The user has to sign in', 400, { rule: 'prompt.none', reason });
}

export function invalidRequestObject(refused: Refused): OAuthError {
  return new OAuthError('invalid_request_object', 'The request object is not valid', 400, refused);
}

export function invalidRequestUri(refused: Refused): OAuthError {
  return new OAuthError('invalid_request_uri', 'The request_uri is not valid', 400, refused);
}

// RFC 7591 §3.2.2

export function invalidClientMetadata(description: string, refused: Refused): OAuthError {
  return new OAuthError('invalid_client_metadata', description, 400, refused);
}

export function invalidRedirectUri(description: string, refused: Pick<Refused, 'expected' | 'received'>): OAuthError {
  const rule = { rule: 'registration.redirect_uris', reason: `${description}.` };
  return new OAuthError('invalid_redirect_uri', description, 400, { ...rule, ...refused });
}

/** `wellFormed` where it is a JWT, but nobody's whom this server trusts. */
export function invalidSoftwareStatement(wellFormed: boolean): OAuthError {
  const [error, description] = wellFormed
    ? ['unapproved_software_statement', 'No issuer of software statements is trusted here']
    : ['invalid_software_statement', 'The software statement is not a JWT'];
  return new OAuthError(error, description, 400, {
    rule: 'registration.software_statement',
    reason: `${description}.`,
  });
}
