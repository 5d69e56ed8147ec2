import {
  type AuthenticatorType,
  authMethodFault,
  isConfidential,
  needsRedirectUri,
  type TypeChange,
  usesSecret,
  wholeApplication,
} from '@tessera/contract/applications';
import type { Body } from '@tessera/contract/routes';
import type { Deps } from '../deps.js';
import { hasAdminRights } from '../store/admins.js';
import { type ApplicationView, lockApplication, updateApplication } from '../store/applications.js';
import { readMetadata } from '../store/client-metadata.js';
import { countActiveSecrets } from '../store/client-secrets.js';
import type { Db } from '../store/db.js';
import { countLiveRefreshTokens, endGrantsOf } from '../store/grants.js';
import { registeredNameKey } from '../store/name-key.js';
import { checkSector } from './application-sector.js';
import {
  applicationNameTaken,
  applicationTarget,
  checkNotLastOwner,
  noProject,
  presentApplication,
  requireApplication,
  requireProjectOf,
} from './applications.js';
import { takeAuthenticationEffects } from './authentication-effects.js';
import { audit, change, checkWritten, differences } from './change.js';
import { checkIfMatch } from './if-match.js';
import { readIssues } from './issues.js';
import { type ApplicationValues, applicationColumns, applicationFields } from './new-objects.js';
import type { Call, Result } from './operation.js';
import { invalidField, invalidFields, notFound, problem } from './problem.js';

/** What the console's own application may be changed in; anything else could lock every admin out. */
const changeableWhenBuiltIn = new Set(['name', 'description', 'accessTokenLifespan', 'refreshTokenLifespan']);

/** Says what a change of the authenticator type would do; nothing is changed. */
export async function getTypeChange(deps: Deps, call: Call<'getTypeChange'>): Promise<TypeChange> {
  const application = await requireApplication(deps.db, call.params.id);
  const effects = await foreseeTypeChange(deps.db, application, call.query.to, call.now);
  const redirectUriRequired = needsRedirectUri(call.query.to) && application.redirectUris === '[]';
  return { from: application.authenticatorType, to: call.query.to, ...effects, redirectUriRequired };
}

async function foreseeTypeChange(db: Db, application: ApplicationView, to: AuthenticatorType, now: number) {
  if (to === application.authenticatorType) return { refreshTokensRevoked: 0, secretIssued: false, secretsDropped: 0 };
  const active = await countActiveSecrets(db, application.id, now);
  const { authMethod } = readMetadata(application.metadata);
  // A public type has no method of its own.
  const needed = isConfidential(to) && usesSecret({ authenticatorType: to, tokenEndpointAuthMethod: authMethod });
  return {
    refreshTokensRevoked: await countLiveRefreshTokens(db, application.id, now),
    secretIssued: needed && active === 0,
    secretsDropped: needed ? 0 : active,
  };
}

/** Changes an application. A new authenticator type, project or status takes its effects in the same transaction. */
export async function changeApplication(
  deps: Deps,
  call: Call<'updateApplication'>,
): Promise<Result<'updateApplication'>> {
  const { params, body, now } = call;
  // Whoever sets how an admin authenticates can be that admin.
  if (await hasAdminRights(deps.db, params.id)) call.checkSignedInLately();
  await checkSector(deps, body, presentApplication(deps, await requireApplication(deps.db, params.id)));
  let projectName = '';
  const clientSecret = await change(
    deps,
    async (tx) => {
      // Secrets are counted below; nobody else may add or revoke one meanwhile.
      if (!(await lockApplication(tx, params.id))) throw notFound('application_not_found');
      const before = await requireApplication(tx, params.id);
      projectName = before.projectName;
      await checkIfMatch(tx, call.ifMatch, 'application', before, now);
      const had = valuesOf(deps, before);
      const values = merge(had, body);
      const changes = differences(had, values, applicationFields);
      const changed = Object.keys(changes);
      if (changed.length === 0) return undefined;
      if (before.builtIn === 1 && changed.some((field) => !changeableWhenBuiltIn.has(field)))
        throw problem(
          'built_in',
          `${before.name} is built in: only its name, description and life spans can be changed.`,
        );
      checkWhole(values);
      checkAuthMethod(values, body);
      if (values.projectId !== before.projectId) {
        const suite = { id: before.suiteId, name: before.suiteName };
        projectName = (await requireProjectOf(tx, suite, values.projectId)).name;
      }
      const disabled = values.status === 'disabled' && before.status === 'active';
      if (disabled || changes.authenticatorType || changes.projectId) await checkNotLastOwner(tx, before);
      if (disabled) await endGrantsOf(tx, { applicationId: before.id }, now, 'disabled');
      checkWritten(await updateApplication(tx, { ...before, ...columnsOf(values, before) }, now));
      const effects = await takeAuthenticationEffects(deps, tx, call, before, values);
      const target = applicationTarget({ id: before.id, name: values.name });
      await audit(tx, now, call.actor, 'application.updated', target, { ...changes, ...effects.ended });
      return effects.clientSecret;
    },
    { unique: () => applicationNameTaken(body.name ?? '', projectName), foreignKey: noProject },
  );
  const application = presentApplication(deps, await requireApplication(deps.db, params.id));
  return clientSecret === undefined ? application : { ...application, clientSecret };
}

function columnsOf(values: ApplicationValues, before: ApplicationView) {
  const columns = applicationColumns(values, before.metadata);
  if (before.registrationTokenHash === null) return columns;
  return { ...columns, nameKey: registeredNameKey(values.name, before.clientId) };
}

function valuesOf(deps: Deps, application: ApplicationView): ApplicationValues {
  const shown = presentApplication(deps, application);
  return Object.fromEntries(applicationFields.map((field) => [field, shown[field]])) as unknown as ApplicationValues;
}

/** JSON merge patch (RFC 7396): null empties what can be empty, what is left out stays. */
function merge(values: ApplicationValues, patch: Body<'updateApplication'>): ApplicationValues {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const merged: ApplicationValues = {
    ...values,
    ...given,
    description: patch.description === undefined ? values.description : (patch.description ?? ''),
  };
  return { ...merged, ...authenticationOf(values, merged, patch) };
}

/** What a new type or method of authentication leaves of the old, unless the patch says it. */
function authenticationOf(
  before: ApplicationValues,
  { authenticatorType, tokenEndpointAuthMethod, tokenEndpointAuthSigningAlg }: ApplicationValues,
  patch: Body<'updateApplication'>,
): Partial<ApplicationValues> {
  const isMethodLeft = patch.authenticatorType !== undefined && patch.tokenEndpointAuthMethod === undefined;
  // `none` comes from a registration: a type that is confidential now authenticates by secret.
  const isMethodOfOtherType =
    !isConfidential(authenticatorType) || (tokenEndpointAuthMethod as string | null) === 'none';
  const method = isMethodLeft && isMethodOfOtherType ? null : tokenEndpointAuthMethod;
  const isAlgLeft = method !== before.tokenEndpointAuthMethod && patch.tokenEndpointAuthSigningAlg === undefined;
  return {
    tokenEndpointAuthMethod: method,
    tokenEndpointAuthSigningAlg: isAlgLeft ? null : tokenEndpointAuthSigningAlg,
  };
}

function checkWhole(values: ApplicationValues): void {
  const checked = wholeApplication.safeParse(values);
  if (!checked.success) throw invalidFields(readIssues(checked.error.issues, values));
}

/** Only a method that is set now: applications that registered themselves may have others (RFC 7591 §2). */
function checkAuthMethod({ authenticatorType }: ApplicationValues, patch: Body<'updateApplication'>): void {
  const fault = authMethodFault(authenticatorType, patch.tokenEndpointAuthMethod ?? null);
  if (fault) throw invalidField('tokenEndpointAuthMethod', fault.code, fault.message);
}
