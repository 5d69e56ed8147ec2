import { z } from 'zod';
import { email } from './fields.js';

const text = (max: number) => z.string('Must be text.').max(max, `Use at most ${max} characters.`);

/** One check of the protocol, in the order in which it was made. */
export const traceStep = z
  .object({
    rule: z.string().meta({ description: 'Name of the rule, such as `pkce.verifier`' }),
    ok: z.boolean(),
    detail: z.string(),
  })
  .meta({ id: 'TraceStep' });
export type TraceStep = z.infer<typeof traceStep>;

/** The HTTP request a client would send; secrets and passwords stand as `$CLIENT_SECRET`, `$PASSWORD`. */
export const wireRequest = z
  .object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string().nullable(),
  })
  .meta({ id: 'WireRequest' });
export type WireRequest = z.infer<typeof wireRequest>;

export const trace = z
  .object({ checks: z.array(traceStep), request: wireRequest, curl: z.string() })
  .meta({ id: 'Trace' });
export type Trace = z.infer<typeof trace>;

/** The OAuth token response as the token endpoint sends it (RFC 6749 §5.1), so in snake_case. */
export const tokenResponse = z
  .object({
    access_token: z.string(),
    token_type: z.string(),
    expires_in: z.int(),
    scope: z.string().optional(),
    refresh_token: z.string().optional(),
    id_token: z.string().optional(),
  })
  .meta({ id: 'TokenResponse' });
export type TokenResponse = z.infer<typeof tokenResponse>;

export const labTokenRequest = z.strictObject({ email, scope: text(1000).optional(), resource: text(1000).optional() });
export type LabTokenRequest = z.input<typeof labTokenRequest>;

export const labAuthorizeRequest = z.strictObject({
  email,
  password: text(1000).min(1, 'Enter a password.'),
  redirectUri: text(2000).optional(),
  scope: text(1000).optional(),
  nonce: text(1000).optional(),
  codeChallenge: text(200).optional(),
  codeChallengeMethod: text(20).optional(),
});
export type LabAuthorizeRequest = z.input<typeof labAuthorizeRequest>;

export const labExchangeRequest = z.strictObject({
  code: text(500).min(1, 'Enter the code.'),
  redirectUri: text(2000).optional(),
  codeVerifier: text(1000).optional(),
});
export type LabExchangeRequest = z.input<typeof labExchangeRequest>;

export const labDeviceRequest = z.strictObject({ scope: text(1000).optional(), resource: text(1000).optional() });
export type LabDeviceRequest = z.input<typeof labDeviceRequest>;

export const labDeviceTokenRequest = z.strictObject({ deviceCode: text(500).min(1, 'Enter the device code.') });
export type LabDeviceTokenRequest = z.input<typeof labDeviceTokenRequest>;

export const labTokenAnswer = z.object({ token: tokenResponse, trace });
export type LabTokenAnswer = z.infer<typeof labTokenAnswer>;
export const labCodeAnswer = z.object({ code: z.string(), expiresIn: z.int(), redirectUri: z.string(), trace });
export type LabCodeAnswer = z.infer<typeof labCodeAnswer>;
/** The codes of a device (RFC 8628 §3.2); `expiresIn` and `interval` are seconds. */
export const labDeviceAnswer = z.object({
  deviceCode: z.string(),
  userCode: z.string(),
  verificationUri: z.string(),
  verificationUriComplete: z.string(),
  expiresIn: z.int(),
  interval: z.int(),
  trace,
});
export type LabDeviceAnswer = z.infer<typeof labDeviceAnswer>;
/** What a device gets that asks (RFC 8628 §3.5): tokens, or null and why it has to ask again. */
export const labDeviceTokenAnswer = z.object({
  token: tokenResponse.nullable(),
  pending: z.enum(['authorization_pending', 'slow_down']).nullable(),
  trace,
});
export type LabDeviceTokenAnswer = z.infer<typeof labDeviceTokenAnswer>;
