import type { FieldError, Problem, ProblemCode } from '@tessera/contract/problems';

/** Faults the browser finds before or instead of an answer of the API. */
type ClientCode = 'offline' | 'unreadable_answer';

/** Any failed call of the management API: RFC 9457 problem details, or a fault on the way there. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: ProblemCode | ClientCode;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string | null;
  readonly errors: FieldError[];
  readonly count: number | undefined;
  readonly accountId: string | undefined;
  readonly oauthError: Problem['oauthError'];
  /** Unix seconds. */
  readonly retryAt: number | undefined;

  constructor(problem: Partial<Omit<Problem, 'code'>> & { code: ProblemCode | ClientCode }, options?: ErrorOptions) {
    super(problem.detail || problem.title || problem.code, options);
    this.code = problem.code;
    this.status = problem.status ?? 0;
    this.detail = problem.detail || problem.title || '';
    this.requestId = problem.requestId || null;
    this.errors = problem.errors ?? [];
    this.count = problem.count;
    this.accountId = problem.accountId;
    this.oauthError = problem.oauthError;
    this.retryAt = problem.retryAt;
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}

/** Turns an answer that is not 2xx into an ApiProblem. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('X-Request-Id') ?? '';
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body))
    return new ApiProblem({ ...body, status: response.status, requestId: body.requestId || requestId });
  return new ApiProblem({ code: 'unreadable_answer', status: response.status, requestId });
}

/** The problem behind anything that was thrown; a fault of our own code stays visible as its message. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem(
    { code: 'unreadable_answer', detail: error instanceof Error ? error.message : '' },
    { cause: error },
  );
}

export function isProblemCode(error: unknown, ...codes: ApiProblem['code'][]): error is ApiProblem {
  return error instanceof ApiProblem && codes.includes(error.code);
}
