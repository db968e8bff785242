import { type Problem, problemSchema } from '@navette/contracts';

/** A refusal of the server (an RFC 9457 problem), or the lack of any answer (`status` 0). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly help: string | undefined;
  readonly issues: NonNullable<Problem['issues']>;
  /** Seconds the server asked to wait before another try. */
  readonly retryAfter: number | undefined;

  constructor(problem: Omit<Problem, 'type'>, retryAfter?: number) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.help = problem.help;
    this.issues = problem.issues ?? [];
    this.retryAfter = retryAfter;
  }
}

/** No answer came: the server is down, restarting, or the network is. */
export function createNetworkProblem(): ApiProblem {
  return new ApiProblem({
    status: 0,
    code: 'NETWORK_UNREACHABLE',
    title: 'No answer',
    detail: 'The server did not answer.',
  });
}

/** Reads a refusal; a body that is no problem document (a proxy's page) still gives a problem with the status. */
export async function parseProblem(response: Response): Promise<ApiProblem> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const seconds = Number.isFinite(retryAfter) ? retryAfter : undefined;
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = problemSchema.safeParse(body);
  if (parsed.success) return new ApiProblem(parsed.data, seconds);
  return new ApiProblem(
    {
      status: response.status,
      code: response.status === 401 ? 'SESSION_REQUIRED' : 'HTTP_UNEXPECTED',
      title: response.statusText,
      detail: `The server answered ${response.status}.`,
    },
    seconds,
  );
}

export function isProblem(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem;
}
