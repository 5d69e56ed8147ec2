import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort, residentMegabytes } from '../pinned-process.mjs';
import { measureRounds } from '../rounds.mjs';
import { answersTo, credentials, post, scenarios } from '../scenarios.mjs';
import { launchTessera } from '../targets/tessera.mjs';
import { seededDatabase } from './seed.mjs';

export const scales = [1, 1000];

/** Few, so that a latency is that of a request and not of a queue. */
const connections = 4;

/** Access tokens, of as many people, that introspection goes round in. */
const distinctTokens = 256;

const refreshed = (site, { client }) =>
  post(site.paths.token, { grant_type: 'refresh_token', ...credentials({ id: client, secret: site.web.secret }) });

/** The work at a scale: like that of the other tables, but round many clients, people and tokens. */
const work = [
  {
    name: 'client_credentials',
    prepare: async ({ site }) => {
      const requests = site.clients.map((id) =>
        post(site.paths.token, { grant_type: 'client_credentials', ...credentials({ ...site.service, id }) }),
      );
      return () => ({ requests });
    },
  },
  {
    name: 'refresh',
    async prepare({ site }) {
      const requests = site.tokens.map((one) => refreshed(site, one));
      let tokens = site.tokens.map(({ token }) => token);
      return () => ({
        requests,
        tokens,
        after: (result) => {
          tokens = result.tokens;
        },
      });
    },
  },
  {
    name: 'introspect_jwt',
    async prepare({ site }) {
      const requests = site.accessTokens.map(({ client, token }) =>
        post(site.paths.introspect, { token, ...credentials({ id: client, secret: site.web.secret }) }),
      );
      return () => ({ requests });
    },
  },
  {
    name: 'password',
    prepare: async ({ site }) => {
      const { password } = site.people[0];
      const requests = site.usernames.map((username) =>
        post(site.paths.token, { grant_type: 'password', username, password, ...credentials(site.legacy) }),
      );
      return () => ({ requests });
    },
  },
];

/** Rates and latencies of Tessera on SQLite at each scale, round by round in turn. */
export async function measureScale({ place, generator, cores, run, faults }) {
  const sites = new Map();
  const targets = [];
  const results = { ready: {}, scenarios: {}, residentMegabytes: {} };
  for (const scale of scales) {
    const target = { name: `scale ${scale}`, cannot: {} };
    const directory = join(place.directory, `scale-${scale}`);
    const { product, nodeArgs } = place;
    const seeded = await seededDatabase({ scale, directory, product, core: cores.target, generator });
    // What was copied must not be written back while the rounds measure their own writes.
    execFileSync('sync');
    const port = await freePort();
    const server = await launchTessera({
      core: cores.target,
      nodeArgs,
      port,
      directory,
      product,
      databaseUrl: `file:${join(directory, 'tessera.db')}`,
    });
    const site = { ...seeded, ...server, host: `localhost:${port}`, port };
    sites.set(target, { ...site, accessTokens: await accessTokensOf(site) });
    targets.push(target);
    results.ready[target.name] = server.readyMs;
    process.stderr.write(`${target.name}: ready after ${server.readyMs.toFixed(0)} ms\n`);
  }
  for (const { name, prepare } of work) {
    const scenario = { ...scenarios.find((one) => one.name === name), prepare, connections };
    results.scenarios[name] = await measureRounds({ scenario, targets, sites, generator, cores, run, faults });
  }
  for (const [target, site] of sites) {
    results.residentMegabytes[target.name] = residentMegabytes(site.pid);
    await site.stop();
  }
  return results;
}

/** Access tokens of the last seeded refresh tokens, which are taken from those that the work refreshes. */
async function accessTokensOf(site) {
  const taken = site.tokens.splice(-distinctTokens);
  const requests = taken.map((one) => {
    const request = refreshed(site, one);
    return { ...request, body: `${request.body}&refresh_token=${one.token}` };
  });
  const answers = await answersTo(site, requests);
  return answers.map((answer, index) => ({ client: taken[index].client, token: answer.access_token }));
}
