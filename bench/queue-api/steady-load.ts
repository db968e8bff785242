/**
 * Steady load on the queue API: requests are sent when they are due, whether earlier ones were answered or not, and their
 * latency counts from then. So a server that stands still is seen in every request that was due meanwhile.
 */
import { Agent, request } from 'node:http';

export interface SteadyPlan {
  /** Where the server is now: it may be started again elsewhere. */
  target: { url: string };
  apiKey: string;
  workflowId: string;
  perSecond: number;
  seconds: number;
}

export interface SteadyResult {
  /** Milliseconds from the moment at which a request was due to its whole answer, ascending. */
  executeMs: number[];
  statusMs: number[];
  /** Executions that were answered with 202. */
  accepted: string[];
  /** Requests without the answer that they ask for: of other statuses, refused, broken. */
  refused: number;
}

/** As often as `perSecond` says: queues an execution and, once it is accepted, asks where it is. */
export async function runSteadyLoad(plan: SteadyPlan): Promise<SteadyResult> {
  const { perSecond, seconds } = plan;
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const result: SteadyResult = { executeMs: [], statusMs: [], accepted: [], refused: 0 };
  const startedAt = performance.now();
  const total = perSecond * seconds;
  const under: Promise<void>[] = [];
  for (let sent = 0; sent < total; ) {
    const now = performance.now();
    for (; sent < total && startedAt + (sent * 1_000) / perSecond <= now; sent++)
      under.push(queueAndAsk(plan, agent, startedAt + (sent * 1_000) / perSecond, result));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(under);
  agent.destroy();
  result.executeMs.sort((a, b) => a - b);
  result.statusMs.sort((a, b) => a - b);
  return result;
}

async function queueAndAsk(
  plan: SteadyPlan,
  agent: Agent,
  dueAt: number,
  result: SteadyResult,
): Promise<void> {
  const body = JSON.stringify({ workflowId: plan.workflowId, input: { order: 7 } });
  const queued = await send(plan, agent, { method: 'POST', path: '/api/v1/queue/execute', body });
  if (queued?.status !== 202) {
    result.refused += 1;
    return;
  }
  const answeredAt = performance.now();
  result.executeMs.push(answeredAt - dueAt);
  const { executionId } = JSON.parse(queued.text) as { executionId: string };
  result.accepted.push(executionId);
  const found = await send(plan, agent, { method: 'GET', path: `/api/v1/queue/status/${executionId}` });
  if (found?.status === 200) result.statusMs.push(performance.now() - answeredAt);
  else result.refused += 1;
}

/** Undefined when the connection failed: the server was killed. */
function send(
  { apiKey, target }: SteadyPlan,
  agent: Agent,
  { body, method, path }: { method: string; path: string; body?: string },
): Promise<{ status: number; text: string } | undefined> {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const sent = request(`${target.url}${path}`, { agent, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.once('error', () => resolve(undefined));
    });
    sent.once('error', () => resolve(undefined));
    sent.end(body);
  });
}
