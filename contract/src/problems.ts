/**
 * Every code the management API can answer with, with its HTTP status and title (RFC 9457 §3.1).
 * The server, the console and the tests use this one catalogue.
 */
export const problems = {
  malformed_request: { status: 400, title: 'The request could not be read' },
  unauthenticated: { status: 401, title: 'Sign in to go on' },
  insufficient_user_authentication: { status: 401, title: 'Sign in again to do this' },
  forbidden_role: { status: 403, title: 'You need another role to do this' },
  not_found: { status: 404, title: 'Not found' },
  suite_not_found: { status: 404, title: 'Suite not found' },
  project_not_found: { status: 404, title: 'Project not found' },
  application_not_found: { status: 404, title: 'Application not found' },
  key_not_found: { status: 404, title: 'Signing key not found' },
  secret_not_found: { status: 404, title: 'Secret not found' },
  registration_token_not_found: { status: 404, title: 'Initial access token not found' },
  account_not_found: { status: 404, title: 'Account not found' },
  consent_not_found: { status: 404, title: 'Consent not found' },
  application_user_not_found: { status: 404, title: 'Application user not found' },
  resource_not_found: { status: 404, title: 'API resource not found' },
  scope_not_found: { status: 404, title: 'Scope not found' },
  role_not_found: { status: 404, title: 'Role not found' },
  user_not_in_application: { status: 404, title: 'Not a user of this application' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  name_taken: { status: 409, title: 'The name is taken' },
  slug_taken: { status: 409, title: 'The key is taken' },
  resource_taken: { status: 409, title: 'The identifier is taken' },
  resource_default: { status: 409, title: 'A project needs a default API resource' },
  scope_taken: { status: 409, title: 'The scope is taken' },
  limit_reached: { status: 409, title: 'There can be no more' },
  suite_has_projects: { status: 409, title: 'The suite still has projects' },
  project_has_applications: { status: 409, title: 'The project still has applications' },
  application_has_users: { status: 409, title: 'The application still has users' },
  built_in: { status: 409, title: 'Built in, cannot be changed this way' },
  email_taken_in_app: { status: 409, title: 'Already a user of this application' },
  email_in_directory: { status: 409, title: 'The e-mail already has an account' },
  email_taken: { status: 409, title: 'The e-mail already has an account' },
  account_is_admin: { status: 409, title: 'The account is an admin' },
  last_owner: { status: 409, title: 'The last owner cannot be removed' },
  secret_limit: { status: 409, title: 'Too many active secrets' },
  secret_last: { status: 409, title: 'This is the last secret' },
  secret_not_used: { status: 409, title: 'Public clients have no secret' },
  key_last: { status: 409, title: 'The last signing key cannot be revoked' },
  key_limit: { status: 409, title: 'Too many keys are published' },
  user_disabled: { status: 409, title: 'The user is disabled in this application' },
  account_disabled: { status: 409, title: 'The account is disabled' },
  application_disabled: { status: 409, title: 'The application is disabled' },
  lab_flow_not_available: { status: 409, title: 'The authenticator type has no such flow' },
  lab_refused: { status: 400, title: 'The protocol refused the request' },
  setup_closed: { status: 409, title: 'Set-up is closed' },
  setup_link_invalid: { status: 403, title: 'The set-up link is not valid' },
  version_conflict: { status: 412, title: 'Changed in the meantime' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  validation_failed: { status: 422, title: 'Some fields need attention' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'The server could not finish this' },
  unavailable: { status: 503, title: 'The service is not available' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** Codes that stand in `errors[].code` of a 422 `validation_failed`. */
export const fieldCodes = [
  'required',
  'invalid',
  'too_short',
  'too_long',
  'unknown_field',
  'not_integer',
  'project_not_in_suite',
  'suite_not_found',
  'project_not_found',
  'redirect_required',
  'redirect_invalid',
  'redirect_insecure',
  'redirect_fragment',
  'redirect_wildcard',
  'redirect_scheme',
  'redirect_duplicate',
  'origin_invalid',
  'origin_path',
  'origin_scheme',
  'origin_duplicate',
  'origin_wildcard_mixed',
  'lifespan_order',
  'lifespan_range',
  'email_invalid',
  'password_policy',
  'password_mismatch',
  'scope_invalid',
  'auth_method_public',
  'jwks_invalid',
  'jwks_private',
  'jwks_required',
  'jwks_twice',
  'jwks_unreadable',
  'url_invalid',
  'url_insecure',
  'sector_required',
  'sector_mismatch',
  'logout_origin',
  'identifier_invalid',
  'scope_not_found',
  'scope_not_in_project',
  'scope_not_in_suite',
  'role_not_found',
  'role_not_in_suite',
] as const;

export type FieldCode = (typeof fieldCodes)[number];

export interface FieldError {
  /** Path of the field, such as `redirectUris.0`. */
  field: string;
  code: FieldCode;
  message: string;
}

/** RFC 9457 problem details as the management API sends them. `count` and ids are extension members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  requestId: string;
  errors?: FieldError[];
  /** How many things stand in the way (`…_has_…`). */
  count?: number;
  /** The account that is known already (`email_in_directory`). */
  accountId?: string;
  /** The OAuth error that the protocol answered inside the lab (`lab_refused`). */
  oauthError?: { error: string; error_description: string; rule: string };
  /** Unix seconds from which a 429 may be tried again. */
  retryAt?: number;
}
