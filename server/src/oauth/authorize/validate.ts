import { invalidRequest, unsupportedResponseType } from '../errors.js';
import { type Params, requireParam } from '../request.js';
import { checkAcr } from '../rules/acr.js';
import { type ClaimsRequest, readClaims } from '../rules/claims.js';
import { checkGrantAllowed, isConfidential } from '../rules/grants.js';
import { readMaxAge } from '../rules/max-age.js';
import { type Challenge, readChallenge } from '../rules/pkce.js';
import { type Prompt, readPrompt } from '../rules/prompt.js';
import { chooseResources, listOf } from '../rules/resource.js';
import { openIdScopes, readScope } from '../rules/scope.js';
import type { Target } from './target.js';

/** An authorization request that broke no rule. */
export interface AuthorizationRequest extends Target {
  scope: string;
  /** The identifiers of the granted API resources, with blanks between (RFC 8707 §2.1). */
  resource: string;
  nonce: string | null;
  challenge: Challenge | null;
  prompt: Prompt[];
  /** Seconds, or null. */
  maxAge: number | null;
  loginHint: string | undefined;
  idTokenHint: string | undefined;
  claims: ClaimsRequest | null;
  /** Thumbprint of the key the code is to be bound to (RFC 9449 §10). */
  dpopJkt: string | null;
  /** Hash of the URI of the pushed request it came in; used up when a code is issued (RFC 9126 §7.3). */
  pushed: string | null;
}

/** Checks everything that is answered at the redirect URI (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.2). */
export function validate(target: Target, params: Params, pushed: string | null = null): AuthorizationRequest {
  const { client } = target;
  const mode = params.get('response_mode');
  if (mode !== undefined && mode !== target.responseMode)
    throw invalidRequest('The response_mode is not supported', {
      rule: 'response_mode.unknown',
      reason: 'The response mode is not one this server knows.',
      expected: 'query fragment form_post',
      received: mode,
    });
  const responseType = requireParam(params, 'response_type');
  if (responseType !== 'code') throw unsupportedResponseType(responseType);
  checkGrantAllowed(client.authenticatorType, 'authorization_code');
  const claims = readClaims(params.get('claims'));
  checkAcr(claims);
  const resources = chooseResources(params.resources, client.resources);
  return {
    ...target,
    scope: readScope(params.get('scope'), openIdScopes, resources).join(' '),
    resource: listOf(resources),
    nonce: params.get('nonce') ?? null,
    challenge: readChallenge(params.get('code_challenge'), params.get('code_challenge_method'), {
      required: !isConfidential(client),
      plainAllowed: client.allowPlainPkce,
    }),
    prompt: readPrompt(params.get('prompt')),
    maxAge: readMaxAge(params.get('max_age')) ?? client.metadata.defaultMaxAge,
    loginHint: params.get('login_hint'),
    idTokenHint: params.get('id_token_hint'),
    claims,
    dpopJkt: readThumbprint(params.get('dpop_jkt')),
    pushed,
  };
}

/** RFC 9449 §10: the SHA-256 thumbprint of a key, in base64url. */
function readThumbprint(value: string | undefined): string | null {
  if (value === undefined || /^[A-Za-z0-9_-]{43}$/.test(value)) return value ?? null;
  throw invalidRequest('dpop_jkt is not a thumbprint', {
    rule: 'dpop.jkt',
    reason: 'dpop_jkt is a SHA-256 in base64url: 43 characters.',
  });
}
