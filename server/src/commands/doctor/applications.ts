import { isLoopback } from '../../oauth/rules/web-url.js';
import { listApplicationUrlsAfter } from '../../store/applications.js';
import { readMetadata } from '../../store/client-metadata.js';
import type { Db } from '../../store/db.js';
import { type Finding, fault, note, ok } from './finding.js';

const part = 500;

/** Applications that are named; the others are counted. */
const shown = 5;

type ApplicationUrls = Awaited<ReturnType<typeof listApplicationUrlsAfter>>[number];

type Doubt = 'plain' | 'any-origin' | 'localhost';

/** Where applications send people with codes, and which pages may ask for tokens. */
export async function checkApplications(db: Db): Promise<Finding[]> {
  const doubts: Record<Doubt, string[]> = { plain: [], 'any-origin': [], localhost: [] };
  let count = 0;
  for (let after = ''; ; ) {
    const applications = await listApplicationUrlsAfter(db, after, part);
    for (const application of applications)
      for (const doubt of findDoubts(application))
        doubts[doubt].push(`${application.projectName} › ${application.name}`);
    count += applications.length;
    after = applications.at(-1)?.id ?? '';
    if (applications.length < part) break;
  }
  return present(doubts, count);
}

/** What is doubtful about the URLs of one application. */
export function findDoubts(application: Omit<ApplicationUrls, 'id' | 'name' | 'projectName'>): Doubt[] {
  const urls = [application.redirectUris, application.allowedOrigins]
    .flatMap((list) => JSON.parse(list) as string[])
    .filter((value) => /^https?:/i.test(value) && URL.canParse(value))
    .map((value) => new URL(value));
  const isProduction = application.environment === 'production';
  // An application on the person's own machine listens there (RFC 8252 §7.3).
  const isNative = readMetadata(application.metadata).applicationType === 'native';
  const doubts: Doubt[] = [];
  if (urls.some((url) => url.protocol === 'http:' && !isLoopback(url))) doubts.push('plain');
  if (isProduction && application.anyOrigin === 1) doubts.push('any-origin');
  if (isProduction && !isNative && urls.some(isLoopback)) doubts.push('localhost');
  return doubts;
}

function present({ plain, 'any-origin': anyOrigin, localhost }: Record<Doubt, string[]>, count: number): Finding[] {
  const title = 'Redirect URLs and origins';
  const findings: Finding[] = [];
  if (plain.length > 0)
    findings.push(
      fault(
        title,
        `http on the network, where codes and tokens can be read: ${some(plain)}`,
        'give these applications https URLs',
      ),
    );
  if (anyOrigin.length > 0)
    findings.push(
      note(
        title,
        `any origin is allowed in a production project: ${some(anyOrigin)}`,
        'list the origins of their own pages',
      ),
    );
  if (localhost.length > 0)
    findings.push(
      note(
        title,
        `localhost in a production project: ${some(localhost)}`,
        'keep it to an application of a development project',
      ),
    );
  return findings.length > 0 ? findings : [ok(title, `nothing doubtful at ${count} applications`)];
}

function some(names: string[]): string {
  const rest = names.length - shown;
  return `${names.slice(0, shown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
