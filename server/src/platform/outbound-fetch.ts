import { lookup as resolve } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { isListed, isPublic, type OutboundAllow } from './outbound-allow.js';

/** Why an address of somebody else gave nothing; the text is for logs and admins, never for the wire. */
export class OutboundError extends Error {
  constructor(
    readonly reason: 'url' | 'blocked' | 'unreachable' | 'too_slow' | 'too_large' | 'status',
    message: string,
  ) {
    super(message);
  }
}

export interface OutboundAnswer {
  status: number;
  /** Media type without its parameters, in lower case; empty when there is none. */
  contentType: string;
  body: string;
}

/** The one way out, for addresses that clients name. Redirects are not followed, no credentials are sent. */
export interface OutboundFetch {
  /** Reads a document. Throws OutboundError for anything but a 200 of at most 64 KB within 5 s. */
  get(url: string, accept: string): Promise<OutboundAnswer>;
  /** Posts a form; answers whatever status came. Throws OutboundError when nothing came. */
  post(url: string, form: Record<string, string>): Promise<OutboundAnswer>;
}

export interface OutboundOptions {
  allow: OutboundAllow;
  /** Certificates in PEM that are trusted besides those of Node. */
  ca: string | null;
  /** Milliseconds for everything, from the name to the last byte. */
  timeout?: number;
}

const maxBytes = 64 * 1024;

/** Makes the way out. What may be reached is decided on the address the socket connects to, so that a name cannot change its mind. */
export function createOutboundFetch({ allow, ca, timeout = 5_000 }: OutboundOptions): OutboundFetch {
  const trusted = ca === null ? {} : { ca: [...rootCertificates, ca] };

  function send(target: string, options: RequestOptions, body: string | null): Promise<OutboundAnswer> {
    const url = readTarget(target);
    const mayReach = reachable(allow, url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // A literal address is not looked up.
    if (isIP(host) && !mayReach(host)) throw blocked(url);
    const signal = AbortSignal.timeout(timeout);
    return new Promise((done, fail) => {
      const giveUp = (error: Error) => fail(asOutboundError(error, url, signal));
      signal.addEventListener('abort', () => giveUp(new Error('out of time')));
      const open = url.protocol === 'https:' ? requestHttps : requestHttp;
      const outgoing = open(url, { ...options, ...trusted, agent: false, signal, lookup: lookupFor(url, mayReach) });
      outgoing.on('response', (incoming) => readAnswer(incoming, url).then(done, giveUp));
      outgoing.on('error', giveUp);
      outgoing.end(body ?? undefined);
    });
  }

  const headers = { 'user-agent': 'Tessera', 'accept-encoding': 'identity' };
  return {
    async get(url, accept) {
      const answer = await send(url, { method: 'GET', headers: { ...headers, accept } }, null);
      if (answer.status === 200) return answer;
      throw new OutboundError('status', `${url} answered ${answer.status}, not 200.`);
    },
    async post(url, form) {
      const body = new URLSearchParams(form).toString();
      const contentType = 'application/x-www-form-urlencoded';
      const sized = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
      return send(url, { method: 'POST', headers: { ...headers, ...sized } }, body);
    },
  };
}

function readTarget(target: string): URL {
  const url = URL.canParse(target) ? new URL(target) : null;
  if (url && ['https:', 'http:'].includes(url.protocol) && !url.username && !url.password) return url;
  throw new OutboundError('url', 'The address is no URL with https and without a user name.');
}

/** Which addresses a URL may lead to: public ones, with https; listed ones in any case. */
function reachable(allow: OutboundAllow, url: URL): (address: string) => boolean {
  if (allow.hosts.has(url.hostname.toLowerCase())) return () => true;
  return (address) => isListed(allow, address) || (url.protocol === 'https:' && isPublic(address));
}

function lookupFor(url: URL, mayReach: (address: string) => boolean): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { family: options.family ?? 0, all: true }, (error, addresses) => {
      if (error) return done(error, '', 0);
      const usable = addresses.filter(({ address }) => mayReach(address));
      const [first] = usable;
      if (!first) return done(blocked(url), '', 0);
      if (options.all) return done(null, usable);
      return done(null, first.address, first.family);
    });
  };
}

async function readAnswer(incoming: IncomingMessage, url: URL): Promise<OutboundAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the connection.
    if (size > maxBytes) throw new OutboundError('too_large', `${url.host} sent more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return {
    status: incoming.statusCode ?? 0,
    contentType: (incoming.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function blocked(url: URL): OutboundError {
  return new OutboundError(
    'blocked',
    `${url.host} is not a public address with https, and not listed in TESSERA_OUTBOUND_ALLOW.`,
  );
}

function asOutboundError(error: Error, url: URL, signal: AbortSignal): OutboundError {
  if (error instanceof OutboundError) return error;
  if (signal.aborted) return new OutboundError('too_slow', `${url.host} did not answer in time.`);
  return new OutboundError('unreachable', `${url.host} cannot be reached: ${error.message}.`);
}
