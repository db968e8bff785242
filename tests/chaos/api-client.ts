/** What the crash tests ask of the API, as a program with a key. */
import type { ExecutionDetail, WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';

const owner = { name: 'Chaos', email: 'chaos@example.com', password: 'a long password for chaos' };
const key = {
  name: 'Chaos',
  scopes: [
    'workflows:read',
    'workflows:write',
    'executions:read',
    'executions:run',
    'artifacts:read',
    'credentials:write',
    'keys:manage',
  ],
};

/** What a create under a key was answered with. */
export interface KeyedAnswer {
  body: Record<string, unknown>;
  /** It was made before, and this is the answer from then. */
  isRepeat: boolean;
}

export interface ApiClient {
  /** Creates and publishes. */
  createWorkflow(name: string, definition: WorkflowDefinitionInput): Promise<string>;
  /** Starts the published version; resolves once the server has accepted it. */
  run(workflowId: string, input: object, options?: { key?: string }): Promise<string>;
  /** A create under an `Idempotency-Key`. */
  create(path: string, body: object | FormData, key: string): Promise<KeyedAnswer>;
  /** The bytes of a file. */
  download(artifactId: string): Promise<Buffer>;
  cancel(executionId: string): Promise<void>;
  getExecution(executionId: string): Promise<ExecutionDetail>;
  /** Every execution of the workflow, newest first. */
  listExecutions(workflowId: string): Promise<{ id: string; status: string }[]>;
  /** Resolves when it is in one of these states. */
  waitForStatus(executionId: string, statuses: readonly string[]): Promise<ExecutionDetail>;
  waitForEnd(executionId: string): Promise<ExecutionDetail>;
}

/** Creates the owner on a new data folder, and an API key that outlives restarts. */
export async function signUp(url: string): Promise<ApiClient> {
  const setup = await send(url, 'POST', '/api/v1/setup', { body: owner });
  const cookie = setup.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const created = await send(url, 'POST', '/api/v1/api-keys', {
    body: key,
    headers: { cookie, origin: url },
  });
  const { secret } = (await created.json()) as { secret: string };
  const headers = { authorization: `Bearer ${secret}` };
  const call = async <T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
    const response = await send(url, method, path, { body, headers: { ...headers, ...more } });
    return (await response.json()) as T;
  };
  const getExecution = (id: string) => call<ExecutionDetail>('GET', `/api/v1/executions/${id}`);
  const waitForStatus = (id: string, statuses: readonly string[]) =>
    waitFor(
      async () => {
        const execution = await getExecution(id).catch(ignoreUnavailable);
        if (!execution) return undefined;
        return statuses.includes(execution.status) ? execution : undefined;
      },
      { timeoutMs: 60_000, what: `execution ${id} to be ${statuses.join(' or ')}` },
    );
  return {
    getExecution,
    waitForStatus,
    waitForEnd: (id) => waitForStatus(id, ['succeeded', 'failed', 'cancelled']),
    async createWorkflow(name, definition) {
      const { id } = await call<{ id: string }>('POST', '/api/v1/workflows', { name, definition });
      await call('POST', `/api/v1/workflows/${id}/publish`, {});
      return id;
    },
    async run(workflowId, input, { key } = {}) {
      const { executionId } = await call<{ executionId: string }>(
        'POST',
        `/api/v1/workflows/${workflowId}/run`,
        { target: 'published', input },
        key === undefined ? {} : { 'idempotency-key': key },
      );
      return executionId;
    },
    async create(path, body, key) {
      const response = await send(url, 'POST', path, {
        body,
        headers: { ...headers, 'idempotency-key': key },
      });
      const isRepeat = response.headers.get('idempotency-replayed') === 'true';
      return { body: (await response.json()) as KeyedAnswer['body'], isRepeat };
    },
    async download(artifactId) {
      const response = await send(url, 'GET', `/api/v1/artifacts/${artifactId}/content`, { headers });
      return Buffer.from(await response.arrayBuffer());
    },
    async cancel(id) {
      await call('POST', `/api/v1/executions/${id}/cancel`);
    },
    async listExecutions(workflowId) {
      const query = `workflowId=${workflowId}&limit=100`;
      const page = await call<{ items: { id: string; status: string }[] }>(
        'GET',
        `/api/v1/executions?${query}`,
      );
      return page.items;
    },
  };
}

/** An answer that the request was refused. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(what: string, status: number, text: string) {
    super(`${what}: ${status} ${text}`);
    this.status = status;
  }
}

/** The database may be on its way back: whoever waits asks again. */
function ignoreUnavailable(error: unknown): undefined {
  if (error instanceof RefusedError && error.status === 503) return undefined;
  throw error;
}

async function send(
  url: string,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> },
): Promise<Response> {
  const isJson = body !== undefined && !(body instanceof FormData);
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as FormData) }),
  });
  if (!response.ok) throw new RefusedError(`${method} ${path}`, response.status, await response.text());
  return response;
}
