import {
  type AuthenticatorType,
  isConfidential,
  needsRedirectUri,
  type TypeChange,
  wholeApplication,
} from '@tessera/contract/applications';
import type { Body } from '@tessera/contract/routes';
import type { Deps } from '../deps.js';
import { type ApplicationView, lockApplication, updateApplication } from '../store/applications.js';
import { countActiveSecrets, revokeSecretsOf } from '../store/client-secrets.js';
import type { Db, Tx } from '../store/db.js';
import { countLiveRefreshTokens, endGrantsOf } from '../store/grants.js';
import {
  applicationNameTaken,
  applicationTarget,
  checkNotLastOwner,
  noProject,
  presentApplication,
  requireApplication,
  requireProjectOf,
} from './applications.js';
import { audit, change, checkWritten, differences } from './change.js';
import { checkIfMatch } from './if-match.js';
import { readIssues } from './issues.js';
import { type ApplicationValues, addSecret, applicationColumns, applicationFields } from './new-objects.js';
import type { Call, Result } from './operation.js';
import { invalidFields, notFound, problem } from './problem.js';

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
  return {
    refreshTokensRevoked: await countLiveRefreshTokens(db, application.id, now),
    secretIssued: isConfidential(to) && active === 0,
    secretsDropped: isConfidential(to) ? 0 : active,
  };
}

/** Changes an application. A new authenticator type, project or status takes its effects in the same transaction. */
export async function changeApplication(
  deps: Deps,
  call: Call<'updateApplication'>,
): Promise<Result<'updateApplication'>> {
  const { params, body, now } = call;
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
      if (values.projectId !== before.projectId) {
        const suite = { id: before.suiteId, name: before.suiteName };
        projectName = (await requireProjectOf(tx, suite, values.projectId)).name;
      }
      const disabled = values.status === 'disabled' && before.status === 'active';
      if (disabled || changes.authenticatorType || changes.projectId) await checkNotLastOwner(tx, before);
      if (disabled) await endGrantsOf(tx, { applicationId: before.id }, now, 'disabled');
      checkWritten(await updateApplication(tx, { ...before, ...applicationColumns(values) }, now));
      const effects = await takeTypeEffects(tx, call, before, values);
      const target = applicationTarget({ id: before.id, name: values.name });
      await audit(tx, now, call.actor, 'application.updated', target, { ...changes, ...effects.ended });
      return effects.clientSecret;
    },
    { unique: () => applicationNameTaken(body.name ?? '', projectName), foreignKey: noProject },
  );
  const application = presentApplication(deps, await requireApplication(deps.db, params.id));
  return clientSecret === undefined ? application : { ...application, clientSecret };
}

function valuesOf(deps: Deps, application: ApplicationView): ApplicationValues {
  const shown = presentApplication(deps, application);
  return Object.fromEntries(applicationFields.map((field) => [field, shown[field]])) as unknown as ApplicationValues;
}

/** JSON merge patch (RFC 7396): null empties the description, what is left out stays. */
function merge(values: ApplicationValues, patch: Body<'updateApplication'>): ApplicationValues {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  return {
    ...values,
    ...given,
    description: patch.description === undefined ? values.description : (patch.description ?? ''),
  };
}

function checkWhole(values: ApplicationValues): void {
  const checked = wholeApplication.safeParse(values);
  if (!checked.success) throw invalidFields(readIssues(checked.error.issues, values));
}

interface TypeEffects {
  /** How much ended, for the audit log. */
  ended: { grantsEnded?: number; secretsRevoked?: number };
  /** The first secret, where one was made. */
  clientSecret?: string;
}

/** Ends what was granted under the old type, drops secrets or makes the first one (domain rule 2). */
async function takeTypeEffects(
  tx: Tx,
  call: Call<'updateApplication'>,
  before: ApplicationView,
  values: ApplicationValues,
): Promise<TypeEffects> {
  const to = values.authenticatorType;
  if (to === before.authenticatorType) return { ended: {} };
  const grantsEnded = await endGrantsOf(tx, { applicationId: before.id }, call.now, 'type_changed');
  if (!isConfidential(to))
    return { ended: { grantsEnded, secretsRevoked: await revokeSecretsOf(tx, before.id, call.now) } };
  if ((await countActiveSecrets(tx, before.id, call.now)) > 0) return { ended: { grantsEnded } };
  const secret = await addSecret(
    tx,
    call,
    { id: before.id, name: values.name },
    { name: 'First secret', expiresAt: null },
  );
  return { ended: { grantsEnded }, clientSecret: secret.value };
}
