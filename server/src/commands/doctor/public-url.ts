import { connect } from 'node:net';
import type { Settings } from '../../config.js';
import { isLoopback } from '../../oauth/rules/web-url.js';
import { reasonOf } from '../reason-of.js';
import { compareClocks } from './clock.js';
import { type Finding, fault, note, ok } from './finding.js';

const title = 'Public URL';

/** Milliseconds for an answer. */
const patience = 5_000;

/** Whether TESSERA_URL is one that people can be sent to with passwords. */
export function checkScheme({ url, tls }: Pick<Settings, 'url' | 'tls'>): Finding {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !isLoopback(new URL(url)))
    return fault(
      title,
      `${url} is plain http: passwords and tokens can be read on the way`,
      'put a proxy with TLS in front, or set TLS_CERT and TLS_KEY, and make TESSERA_URL https',
    );
  if (protocol === 'http:' && tls !== null)
    return fault(
      title,
      `${url} is http, but TLS_CERT makes the server speak https`,
      `set TESSERA_URL to https://${hostname}…`,
    );
  if (protocol === 'http:')
    return note(
      title,
      `${url} is reached from this machine only`,
      'for others, set TESSERA_URL to the https address they use',
    );
  return ok(title, `${url} is https`);
}

/** Whether the addresses of people are known, which failed sign-ins are counted by. */
export function checkProxies({ url, tls, trustedProxies }: Pick<Settings, 'url' | 'tls' | 'trustedProxies'>): Finding {
  const name = 'Proxies';
  const everybody = trustedProxies.filter((one) => /^(0\.0\.0\.0|::)\/0$/.test(one));
  if (everybody.length > 0)
    return fault(
      name,
      `TESSERA_TRUSTED_PROXIES has ${everybody.join(', ')}: anybody may claim any address`,
      'list the addresses of the proxies only',
    );
  if (trustedProxies.length > 0) return ok(name, `the X-Forwarded-For of ${trustedProxies.join(', ')} is believed`);
  if (url.startsWith('https:') && tls === null)
    return fault(
      name,
      'a proxy ends TLS, but none is trusted: everybody has its address, so the failed sign-ins of a few pause all',
      'set TESSERA_TRUSTED_PROXIES to the address that the proxy connects from, such as 127.0.0.1 (from a container: the gateway of its network), and let it send X-Forwarded-For',
    );
  return ok(name, 'there is none in front');
}

/** What this server is known by, so that the answer of another one is told from its own. */
interface Identity {
  /** Key ids of suite `system`; null where the database did not tell. */
  kids: string[] | null;
}

/** Whether TESSERA_URL leads to this server. Nothing is said about a server that does not run. */
export async function checkReached(settings: Settings, { kids }: Identity, now: () => number): Promise<Finding[]> {
  const runs = await listens(settings.host, settings.port);
  const name = 'Way to the server';
  const issuer = `${settings.url}/suites/system`;
  let answer: Response;
  const from = performance.now();
  try {
    answer = await get(`${issuer}/.well-known/openid-configuration`);
  } catch (error) {
    const found = `${settings.url} does not answer: ${reasonOf(error)}`;
    if (!runs)
      return [
        note(
          name,
          `${found}; nothing listens at ${settings.host}:${settings.port} either`,
          'start the server, and run this again',
        ),
      ];
    return [
      fault(
        name,
        `${found}, though a server listens at ${settings.host}:${settings.port}`,
        'see that DNS, the certificate and the proxy lead there',
      ),
    ];
  }
  const clock = clockOf(answer, now(), (performance.now() - from) / 1_000);
  return [await judgeAnswer(answer, { issuer, kids, runs }), ...clock];
}

async function judgeAnswer(
  answer: Response,
  { issuer, kids, runs }: Identity & { issuer: string; runs: boolean },
): Promise<Finding> {
  const name = 'Way to the server';
  const { status, headers } = answer;
  if ([502, 503, 504].includes(status)) {
    const found = `${issuer} answers ${status}`;
    if (!runs) return note(name, `${found}, and no server listens here`, 'start the server, and run this again');
    return fault(name, `${found}, though a server listens here`, 'let the proxy pass requests on to HOST and PORT');
  }
  if (status >= 300 && status < 400)
    return fault(
      name,
      `${issuer} is redirected to ${withoutQuery(headers.get('location'))}`,
      'set TESSERA_URL to the address it leads to, or take the redirect out of the proxy',
    );
  const found =
    status === 200 ? ((await answer.json().catch(() => null)) as { issuer?: string; jwks_uri?: string } | null) : null;
  if (typeof found?.issuer !== 'string')
    return fault(
      name,
      `${issuer} answers ${status}, but not as Tessera does`,
      'see which server TESSERA_URL leads to, and that the proxy keeps the path',
    );
  if (found.issuer !== issuer)
    return fault(
      name,
      `the server there calls itself ${found.issuer}, not ${issuer}`,
      'set the same TESSERA_URL for all processes, and restart them',
    );
  if (kids === null) return ok(name, `${issuer} answers as itself`);
  const theirs = await readKids(`${issuer}/jwks`).catch((): string[] => []);
  if (kids.some((kid) => theirs.includes(kid)))
    return ok(name, `${issuer} answers as itself, with the keys of this database`);
  return fault(
    name,
    `${issuer} has none of the keys of this database: another server answers there`,
    'set DATABASE_URL and TESSERA_URL to those of one installation',
  );
}

async function readKids(jwksUri: string): Promise<string[]> {
  const { keys } = (await (await get(jwksUri)).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

function get(url: string): Promise<Response> {
  return fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(patience),
    headers: { accept: 'application/json' },
  });
}

/** The Date header has whole seconds. */
function clockOf(answer: Response, now: number, seconds: number): Finding[] {
  const date = Date.parse(answer.headers.get('date') ?? '');
  return Number.isNaN(date) ? [] : [compareClocks('the public URL', date / 1_000, now, seconds + 1)];
}

function withoutQuery(location: string | null): string {
  return (location ?? '').split('?', 1)[0] ?? '';
}

/** True where something takes connections at the address of the server. */
function listens(host: string, port: number): Promise<boolean> {
  const address = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: patience });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
