import { connect } from 'node:net';

/**
 * The load generator, a process of its own: keep-alive connections over plain sockets, one request at a time on each.
 * A job comes as a message, its result goes back as one. Reads of an answer only what it needs: the status, where the
 * body ends and, where asked, the refresh token or the code in it.
 */
process.on('message', (job) => {
  run(job).then(
    (result) => process.send(result),
    (error) => process.send({ error: error.message }),
  );
});

/**
 * Sends requests until `seconds` are over, `count` are answered, or `once` used every one up. With `tokens`, each is a
 * refresh token that goes with the request of its place, and what comes back takes its place.
 */
async function run(job) {
  const startedAt = performance.now();
  const state = {
    job,
    /** Place of the next request, and how many were sent. */
    next: 0,
    sent: 0,
    tokens: job.tokens,
    latencies: [],
    failures: 0,
    firstFailure: null,
    collected: [],
    last: '',
    endsAt: job.seconds ? startedAt + job.seconds * 1000 : Number.POSITIVE_INFINITY,
  };
  const connections = Array.from({ length: job.connections }, () => drive(state));
  await Promise.all(connections).catch(async (error) => {
    state.endsAt = 0;
    await Promise.allSettled(connections);
    throw error;
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const { latencies, failures, firstFailure, collected, tokens } = state;
  const sorted = Float64Array.from(latencies).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
  return {
    answered: latencies.length,
    failures,
    firstFailure,
    seconds,
    p50: at(0.5),
    p99: at(0.99),
    lastAnswer: state.last,
    ...(job.collect ? { collected } : {}),
    ...(tokens ? { tokens } : {}),
  };
}

/** The next request on any connection, with its place, or null when the job is over. */
function nextRequest(state) {
  const { job, tokens } = state;
  if (performance.now() >= state.endsAt || state.sent === (job.once ? job.requests.length : job.count)) return null;
  // A refresh token that is on its way belongs to another connection; there are more tokens than connections.
  while (tokens && tokens[state.next % tokens.length] === null) state.next += 1;
  const place = tokens ? state.next % tokens.length : state.next;
  state.next += 1;
  state.sent += 1;
  const { method, path, headers, body = '' } = job.requests[place % job.requests.length];
  const text = tokens ? `${body}&refresh_token=${encodeURIComponent(tokens[place])}` : body;
  if (tokens) tokens[place] = null;
  const length = method === 'GET' ? '' : `content-length: ${Buffer.byteLength(text)}\r\n`;
  return { place, bytes: `${method} ${path} HTTP/1.1\r\nhost: ${job.host}\r\n${headers}${length}\r\n${text}` };
}

/** One connection from its first request to its last. */
function drive(state) {
  const { job } = state;
  return new Promise((resolve, reject) => {
    const socket = connect(job.port, '127.0.0.1');
    socket.setNoDelay(true);
    let request;
    let pending = '';
    let sentAt = 0;

    function send() {
      request = nextRequest(state);
      if (request === null) {
        socket.end();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(request.bytes, 'latin1');
    }

    function take(text) {
      state.latencies.push(performance.now() - sentAt);
      state.last = text;
      if (Number(text.slice(9, 12)) !== job.status) {
        state.failures += 1;
        state.firstFailure ??= text.slice(0, 2000);
        if (state.failures > 100) {
          reject(new Error(`more than 100 answers failed; the first: ${state.firstFailure}`));
          return;
        }
      }
      if (state.tokens) state.tokens[request.place] = /"refresh_token":"([^"]+)"/.exec(text)?.[1] ?? 'none came';
      if (job.collect) {
        const found = new RegExp(job.collect).exec(text)?.[1];
        if (found) state.collected.push(found);
      }
      send();
    }

    socket.on('connect', send);
    socket.on('data', (chunk) => {
      pending += chunk.latin1Slice();
      if (!isWhole(pending)) return;
      const text = pending;
      pending = '';
      take(text);
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (request !== null) reject(new Error(`the target closed a connection; last read: ${pending.slice(0, 500)}`));
    });
  });
}

function isWhole(text) {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text);
  if (length && length.index < headEnd) return text.length >= headEnd + 4 + Number(length[1]);
  const chunked = /\r\ntransfer-encoding: *chunked/i.exec(text);
  if (chunked && chunked.index < headEnd) return text.endsWith('\r\n0\r\n\r\n');
  return true;
}
