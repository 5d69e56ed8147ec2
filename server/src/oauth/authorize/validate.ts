import { invalidRequest, requestNotSupported, unsupportedResponseType } from '../errors.js';
import { type Params, requireParam } from '../request.js';
import { checkGrantAllowed, isConfidentialType } from '../rules/grants.js';
import { readMaxAge } from '../rules/max-age.js';
import { type Challenge, readChallenge } from '../rules/pkce.js';
import { type Prompt, readPrompt } from '../rules/prompt.js';
import { chooseResource } from '../rules/resource.js';
import { openIdScopes, readScope } from '../rules/scope.js';
import type { Target } from './target.js';

/** An authorization request that broke no rule. */
export interface AuthorizationRequest extends Target {
  scope: string;
  resource: string;
  nonce: string | null;
  challenge: Challenge | null;
  prompt: Prompt[];
  /** Seconds, or null. */
  maxAge: number | null;
  loginHint: string | undefined;
}

/** Checks everything that is answered at the redirect URI (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.2). */
export function validate(target: Target, params: Params): AuthorizationRequest {
  const { client } = target;
  if (params.get('request') !== undefined) throw requestNotSupported('request');
  if (params.get('request_uri') !== undefined) throw requestNotSupported('request_uri');
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
  return {
    ...target,
    scope: readScope(params.get('scope'), openIdScopes).join(' '),
    resource: chooseResource(params.resources, client.resources),
    nonce: params.get('nonce') ?? null,
    challenge: readChallenge(params.get('code_challenge'), params.get('code_challenge_method'), {
      required: !isConfidentialType(client.authenticatorType),
      plainAllowed: client.allowPlainPkce,
    }),
    prompt: readPrompt(params.get('prompt')),
    maxAge: readMaxAge(params.get('max_age')),
    loginHint: params.get('login_hint'),
  };
}
