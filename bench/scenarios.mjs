import { createHash, randomBytes } from 'node:crypto';

/** The same verifier for all codes: what is measured hashes it each time. */
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

const formHeaders = 'content-type: application/x-www-form-urlencoded\r\n';
const fewTokens = 256;
/** More than Tessera remembers the signatures of, so that none is remembered when its turn comes again. */
const manyTokens = 12_000;

export function post(path, fields) {
  return { method: 'POST', path, headers: formHeaders, body: new URLSearchParams(fields).toString() };
}

export function get(path, headers = '') {
  return { method: 'GET', path, headers };
}

export function credentials({ id, secret }) {
  return { client_id: id, client_secret: secret };
}

function serviceToken(site, client) {
  return post(site.paths.token, { grant_type: 'client_credentials', ...credentials(client), ...client.params });
}

export function redemption(site, code) {
  return post(site.paths.token, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: site.redirectUri,
    code_verifier: verifier,
    ...credentials(site.web),
    ...site.web.exchangeParams,
  });
}

/** Authorization codes, by the authorization endpoint, for people who are signed in; not part of what is timed. */
export async function makeCodes(site, load, count, purpose) {
  if (site.makeCodes) return site.makeCodes(count);
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: site.web.id,
    redirect_uri: site.redirectUri,
    state: 'bench',
    code_challenge_method: 'S256',
    code_challenge: challenge,
    ...site.web.ask[purpose],
  });
  const requests = site.people.map(({ cookie }) => get(`${site.paths.authorize}?${query}`, `cookie: ${cookie}\r\n`));
  const { collected } = await load({
    requests,
    count,
    status: site.authorizeStatus ?? 303,
    collect: '[?&]code=([^&\\s]+)',
  });
  if (collected.length < count)
    throw new Error(`the authorization endpoint gave ${collected.length} of ${count} codes`);
  return collected;
}

/** Answers of requests that prepare others, one after the other. */
export async function answersTo(site, requests) {
  const answers = [];
  for (const { method, path, headers, body } of requests) {
    const answer = await fetch(`http://${site.host}${path}`, {
      method,
      headers: Object.fromEntries(
        headers
          .split('\r\n')
          .filter(Boolean)
          .map((line) => line.split(': ')),
      ),
      body,
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 500)}`);
    answers.push(JSON.parse(text));
  }
  return answers;
}

async function peopleTokens(site, load, count, purpose) {
  const codes = await makeCodes(site, load, count, purpose);
  return answersTo(
    site,
    codes.map((code) => redemption(site, code)),
  );
}

function isText(value) {
  return typeof value === 'string' && value !== '';
}

/** True for a JWT that is signed with ES256. */
function isSigned(token) {
  const [header, , signature] = token?.split('.') ?? [];
  return Boolean(signature) && JSON.parse(Buffer.from(header, 'base64url').toString()).alg === 'ES256';
}

/** Introspections of so many tokens of a client, by itself, that go on in each round where the last one ended. */
async function introspectionOf({ site, load }, client, count) {
  const { collected } = await load({
    requests: [serviceToken(site, client)],
    count,
    status: 200,
    collect: '"access_token":"([^"]+)"',
  });
  let requests = collected.map((token) => post(site.paths.introspect, { token, ...credentials(client) }));
  return () => ({
    requests,
    after({ answered }) {
      const next = answered % requests.length;
      requests = [...requests.slice(next), ...requests.slice(0, next)];
    },
  });
}

/**
 * What is measured. `prepare` runs once for a target and resolves with a function that makes the job of each round:
 * the requests, which the generator takes in turn. `accepts` tells a right answer. `load` sends requests that are not timed.
 */
export const scenarios = [
  {
    name: 'client_credentials',
    title: 'client credentials → JWT',
    accepts: (answer) => isSigned(answer.access_token),
    prepare:
      async ({ site }) =>
      () => ({ requests: [serviceToken(site, site.service)] }),
  },
  {
    name: 'code',
    title: 'code + PKCE exchange',
    accepts: (answer) => isSigned(answer.access_token) && isSigned(answer.id_token) && isText(answer.refresh_token),
    prepare:
      async ({ site, load }) =>
      async ({ seconds, rate }) => {
        const count = Math.ceil(rate ? rate * seconds * 1.3 + 200 : 400);
        const codes = await makeCodes(site, load, count, 'code');
        return { requests: codes.map((code) => redemption(site, code)), once: true };
      },
  },
  {
    name: 'refresh',
    title: 'refresh with rotation',
    accepts: (answer) => isSigned(answer.access_token) && isText(answer.refresh_token) && !answer.id_token,
    async prepare({ site, load, connections }) {
      const answers = await peopleTokens(site, load, connections, 'refresh');
      let tokens = answers.map((answer) => answer.refresh_token);
      const fields = { grant_type: 'refresh_token', ...credentials(site.web), ...site.web.refreshParams };
      return () => ({
        requests: [post(site.paths.token, fields)],
        tokens,
        after: (result) => {
          tokens = result.tokens;
        },
      });
    },
  },
  {
    name: 'introspect_jwt',
    title: 'introspection of a JWT',
    accepts: (answer) => answer.active === true,
    prepare: ({ site, load }) => introspectionOf({ site, load }, site.service, site.manyTokens ?? manyTokens),
  },
  {
    name: 'introspect_jwt_again',
    title: 'the same, few JWTs again and again',
    accepts: (answer) => answer.active === true,
    prepare: ({ site, load }) => introspectionOf({ site, load }, site.service, fewTokens),
  },
  {
    name: 'introspect_opaque',
    title: 'introspection, opaque',
    accepts: (answer) => answer.active === true,
    prepare: ({ site, load }) => introspectionOf({ site, load }, site.opaque, fewTokens),
  },
  {
    name: 'userinfo',
    title: 'userinfo',
    accepts: (answer) => isText(answer.sub),
    async prepare({ site, load }) {
      const tokens = await peopleTokens(site, load, 64, 'userinfo');
      const requests = tokens.map((answer) =>
        get(site.paths.userinfo, `authorization: Bearer ${answer.access_token}\r\n`),
      );
      return () => ({ requests });
    },
  },
  {
    name: 'jwks',
    title: 'JWKS',
    accepts: (answer) => answer.keys.some(({ alg }) => alg === 'ES256'),
    prepare:
      async ({ site }) =>
      () => ({ requests: [get(site.paths.jwks)] }),
  },
  {
    name: 'password',
    title: 'password sign-in (argon2id)',
    accepts: (answer) => isText(answer.access_token ?? answer.token),
    async prepare({ site }) {
      const requests = site.people.map((person) =>
        site.signIn
          ? site.signIn(person)
          : post(site.paths.token, {
              grant_type: 'password',
              username: person.email,
              password: person.password,
              ...credentials(site.legacy),
            }),
      );
      return () => ({ requests });
    },
  },
];
