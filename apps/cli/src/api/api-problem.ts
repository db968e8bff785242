import { type Problem, problemSchema } from '@navette/contracts';
import { cliErrors } from '../errors.ts';

/** A refusal of the server: an RFC 9457 problem document. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string;
  readonly status: number;
  readonly help: string | undefined;
  readonly issues: NonNullable<Problem['issues']>;
  /** What the server asked to wait before another try. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs?: number) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.help = problem.help;
    this.issues = problem.issues ?? [];
    this.retryAfterMs = retryAfterMs;
  }
}

/** Reads a refusal. Anything but a problem document (a proxy's page, another program) is CLI_RESPONSE_INVALID. */
export async function parseProblem(response: Response, url: string): Promise<Error> {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = problemSchema.safeParse(body);
  if (parsed.success)
    return new ApiProblem(parsed.data, Number.isFinite(seconds) ? seconds * 1_000 : undefined);
  if (response.status >= 502 && response.status <= 504) {
    return cliErrors.create('CLI_UNREACHABLE', { params: { url, detail: `it answers ${response.status}` } });
  }
  return cliErrors.create('CLI_RESPONSE_INVALID', { params: { url, status: response.status } });
}
