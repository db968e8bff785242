import type { WorkflowDefinitionInput } from '@navette/contracts';
import { type ApiClient, signUp } from './api-client.ts';
import { type Answer, type Call, type CountingServer, startCountingServer } from './counting-server.ts';
import { type CrashServer, createCrashServer } from './crash-server.ts';

/** A running server with its owner signed in, and the server that its workflows call. */
export interface Stage extends AsyncDisposable {
  server: CrashServer;
  counting: CountingServer;
  api: ApiClient;
  /** Creates and publishes a workflow that calls the counting server. */
  createWorkflow(name: string, define: (url: string) => WorkflowDefinitionInput): Promise<string>;
  close(): Promise<void>;
}

export async function openStage({
  answer,
  env,
}: {
  answer?: (call: Call, calls: readonly Call[]) => Answer | undefined;
  env?: Record<string, string>;
} = {}): Promise<Stage> {
  const counting = await startCountingServer(answer);
  const server = await createCrashServer({
    allowedHost: `127.0.0.1:${counting.port}`,
    onEpoch: (epoch) => {
      counting.epoch = epoch;
    },
    ...(env ? { env } : {}),
  });
  const close = async () => {
    await server.close();
    await counting.close();
  };
  try {
    await server.start();
    const api = await signUp(server.url);
    return {
      server,
      counting,
      api,
      createWorkflow: (name, define) => api.createWorkflow(name, define(counting.url)),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
