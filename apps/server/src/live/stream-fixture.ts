/** What tests of live streams share: a reader of events, and a server outside that keeps a code step at work. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkflowDefinitionInput } from '@navette/contracts';

export interface StreamEvent {
  id: string | undefined;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of any kind
  data: any;
}

/** The events of an execution to the end of its stream, or until the signal. */
export async function* readStream(
  { key, url }: { url: string; key: string },
  executionId: string,
  signal?: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const response = await fetch(`${url}/api/v1/executions/${executionId}/events`, {
    headers: { authorization: `Bearer ${key}` },
    ...(signal ? { signal } : {}),
  });
  let text = '';
  for await (const bytes of response.body!.pipeThrough(new TextDecoderStream())) {
    text += bytes;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = parseEvent(text.slice(0, end));
      text = text.slice(end + 2);
      if (event) yield event;
    }
  }
}

function parseEvent(text: string): StreamEvent | undefined {
  const pairs = text.split('\n').map((one) => one.split(/: (.*)/s) as [string, string]);
  const fields = new Map(pairs);
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id'), name: fields.get('event') ?? 'message', data: JSON.parse(data) };
}

/** Requests wait for their answer until the test lets them go. */
export async function openHoldingServer() {
  const held: ServerResponse[] = [];
  let isHolding = true;
  let answer = '';
  const server = createServer((_, response) => {
    if (isHolding) held.push(response);
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    hold() {
      isHolding = true;
    },
    letGo() {
      isHolding = false;
      for (const response of held.splice(0)) response.end(answer);
    },
    /** The text of the answers from now on. */
    say(text: string) {
      answer = text;
    },
    close: () => server.close(),
  };
}

/** Of servers whose code steps reach the holding server. */
export const holdingEnv = {
  NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
  NAVETTE_CODE_ALLOWED_HOSTS: '127.0.0.1',
};

export function createCodeDefinition(source: string): WorkflowDefinitionInput {
  return {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'code', name: 'Code', type: 'code', parameters: { source, allowedHosts: ['127.0.0.1'] } },
    ],
    edges: [{ from: 'start', to: 'code' }],
  };
}
