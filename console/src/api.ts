import { QueryClient } from '@tanstack/react-query';
import { type OperationId, paths } from '@tessera/contract/paths';
import type { Answer, BodyIn, Params, QueryIn } from '@tessera/contract/routes';
import { ApiProblem, readProblem } from './problem';
import { apiBase } from './server';
import { accessToken, endSession, refreshSession } from './session';
import { askToSignInAgain, readChallenge } from './step-up';

type Needed<T, K extends string> = [T] extends [never] ? unknown : { [key in K]: T };
type Offered<T, K extends string> = [T] extends [never] ? unknown : { [key in K]?: T };

/** What one operation takes; parts the contract does not name are not accepted. */
export type CallInput<O extends OperationId> = Needed<Params<O>, 'params'> &
  Needed<BodyIn<O>, 'body'> &
  Offered<QueryIn<O>, 'query'> & {
    /** `version` of the object that was read; a newer one on the server is 412 `version_conflict`. */
    ifMatch?: number;
    signal?: AbortSignal;
  };
type CallArguments<O extends OperationId> =
  Record<never, never> extends CallInput<O> ? [input?: CallInput<O>] : [input: CallInput<O>];

export interface Reply<O extends OperationId> {
  /** Undefined where the operation answers 204. */
  data: [Answer<O>] extends [never] ? undefined : Answer<O>;
  etag: string | null;
}

/** Operations that need no access token. */
const open: ReadonlySet<OperationId> = new Set(['getConsoleConfig', 'checkSetup', 'runSetup'] as const);

interface LooseInput {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  ifMatch?: number;
  signal?: AbortSignal;
}

/** Calls one operation of the management API. Throws `ApiProblem`, and nothing else but an abort. */
export async function call<O extends OperationId>(operation: O, ...[given]: CallArguments<O>): Promise<Reply<O>> {
  const input: LooseInput = given ?? {};
  let response = await send(operation, input);
  if (isSessionOver(response) && !open.has(operation)) {
    // The token may have been revoked or the clock may be off: one swap, one more try.
    await refreshSession();
    response = await send(operation, input);
    if (isSessionOver(response)) endSession();
  }
  const maxAge = readChallenge(response);
  if (maxAge !== null && (await askToSignInAgain(maxAge))) response = await send(operation, input);
  if (!response.ok) throw await readProblem(response);
  const data = response.status === 204 ? undefined : await response.json();
  return { data, etag: response.headers.get('ETag') };
}

function isSessionOver(response: Response): boolean {
  return response.status === 401 && readChallenge(response) === null;
}

async function send(operation: OperationId, input: LooseInput): Promise<Response> {
  const [method, template] = paths[operation];
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(input.params?.[name] ?? ''));
  const headers = new Headers({ Accept: 'application/json' });
  if (!open.has(operation)) headers.set('Authorization', `Bearer ${await accessToken()}`);
  if (input.body !== undefined) headers.set('Content-Type', 'application/json');
  if (input.ifMatch !== undefined) headers.set('If-Match', `"${input.ifMatch}"`);
  try {
    return await fetch(apiBase + path + search(input.query), {
      method,
      headers,
      body: input.body === undefined ? null : JSON.stringify(input.body),
      signal: input.signal ?? null,
      credentials: 'omit',
    });
  } catch (cause) {
    if (input.signal?.aborted) throw cause;
    throw new ApiProblem({ code: 'offline' }, { cause });
  }
}

function search(query: Record<string, unknown> = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  return params.size ? `?${params}` : '';
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // Offline and 503 pass by themselves; every other problem is an answer.
      retry: (count, error) =>
        count < 2 && error instanceof ApiProblem && (error.code === 'offline' || error.status === 503),
      retryDelay: 600,
      // Our own sentence says that the server cannot be reached; a paused query would only spin.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
