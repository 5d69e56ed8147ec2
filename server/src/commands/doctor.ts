import { type Environment, findMasterKey, type MasterKey, readSettings, type Settings } from '../config.js';
import type { Clock } from '../platform/clock.js';
import { hasAdminAccount } from '../store/admins.js';
import { type Db, openToLookAt } from '../store/db.js';
import { listPublishedKeys } from '../store/signing-keys.js';
import { findSuiteBySlug } from '../store/suites.js';
import { checkApplications } from './doctor/applications.js';
import { checkSchema, checkStorage, checkThere } from './doctor/database.js';
import { type Finding, fault } from './doctor/finding.js';
import { checkKeys } from './doctor/keys.js';
import { checkProxies, checkReached, checkScheme } from './doctor/public-url.js';
import { checkMail, checkNode, checkSettings } from './doctor/settings.js';
import { reasonOf } from './reason-of.js';

/** Looks at an installation, running or not, and answers what it found. Changes nothing, and makes no file that stays. */
export async function doctor(env: Environment, clock: Clock): Promise<Finding[]> {
  const node = checkNode(process.versions.node);
  let settings: Settings;
  let masterKey: MasterKey | null;
  try {
    settings = readSettings(env);
    masterKey = findMasterKey(env, settings.databaseUrl);
  } catch (error) {
    return [node, fault('Settings', reasonOf(error), 'set it as the text says; nothing else was checked')];
  }
  const nothing = checkThere(settings.databaseUrl);
  const ofDatabase = nothing ? null : await lookAtDatabase(settings, masterKey, clock);
  return [
    node,
    ...(nothing ? [nothing] : []),
    ...(ofDatabase?.findings ?? []),
    checkScheme(settings),
    checkProxies(settings),
    ...(await checkReached(settings, { kids: ofDatabase?.kids ?? null }, clock.now)),
    ...checkSettings(settings, ofDatabase?.hasOwner ?? false),
    checkMail(),
  ];
}

interface Looked {
  findings: Finding[];
  kids: string[] | null;
  hasOwner: boolean;
}

async function lookAtDatabase(settings: Settings, masterKey: MasterKey | null, clock: Clock): Promise<Looked> {
  const db = openToLookAt(settings.databaseUrl);
  try {
    return await lookAt(db, settings, masterKey, clock);
  } catch (error) {
    const found = fault(
      'Database',
      `it cannot be read: ${reasonOf(error)}`,
      /unsupported startup parameter/.test(reasonOf(error))
        ? 'set ignore_startup_parameters of the pooler, as docs/operations.md has it'
        : 'see that it runs, that DATABASE_URL is right, and that this user may read it',
    );
    return { findings: [found], kids: null, hasOwner: false };
  } finally {
    await db.destroy();
  }
}

async function lookAt(db: Db, settings: Settings, masterKey: MasterKey | null, clock: Clock): Promise<Looked> {
  const schema = await checkSchema(db, settings.databaseUrl);
  const findings = [schema, ...(await checkStorage(db, settings, clock.now))];
  // Tables of an older release may lack what the rest asks for.
  if (schema.level !== 'ok') return { findings, kids: null, hasOwner: false };
  findings.push(...(await checkKeys(db, masterKey, clock.now())), ...(await checkApplications(db)));
  const system = await findSuiteBySlug(db, 'system');
  const keys = system && (await listPublishedKeys(db, system.id, clock.now()));
  return { findings, kids: keys?.map(({ kid }) => kid) ?? null, hasOwner: await hasAdminAccount(db) };
}

/** As lines to read: what is wrong stands out by its first word. */
export function presentFindings(findings: readonly Finding[]): string {
  const words = { ok: 'ok   ', note: 'note ', fault: 'FAULT' };
  const lines = findings.flatMap(({ level, title, found, fix }) => [
    `${words[level]}  ${title}: ${found}`,
    ...(fix === null ? [] : [`       fix: ${fix}`]),
  ]);
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  return `${lines.join('\n')}\n\nfaults: ${count('fault')}, notes: ${count('note')}\n`;
}
