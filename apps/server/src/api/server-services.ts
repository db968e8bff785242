import type { Health } from '@navette/contracts';
import type { ExecutionQueue } from '@navette/dispatch';
import type { Engine } from '@navette/engine';
import type { Logger } from '@navette/kit';
import type { NodeRegistry } from '@navette/node-sdk';
import type { CodeEngines, PolicySource } from '@navette/sandbox';
import type { Repositories } from '@navette/store';
import type { Accounts } from '../accounts/accounts.ts';
import type { CodeChecks } from '../code/code-checks.ts';
import type { Links } from '../links/links.ts';
import type { EventHub } from '../live/event-hub.ts';
import type { LiveConsoles } from '../live/live-consoles.ts';
import type { ReplayService } from '../replay/replay-service.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { TemplateSource } from '../templates/template-source.ts';
import type { RetentionService } from './retention-handlers.ts';

/** The parts of the engine that requests use. */
export type EngineFacade = Pick<
  Engine,
  'start' | 'startAndAwait' | 'retry' | 'rerun' | 'fork' | 'cancel' | 'post'
>;

/** Everything that handlers are given; made once by the composition root. */
export interface ServerServices {
  accounts: Accounts;
  codeChecks: CodeChecks;
  codeEngines: Pick<CodeEngines, 'report'>;
  consoles: LiveConsoles;
  engine: EngineFacade;
  hub: EventHub;
  links: Links;
  logger: Logger;
  nodes: NodeRegistry;
  policies: PolicySource;
  queue: Pick<ExecutionQueue, 'clean' | 'health' | 'pause' | 'remove' | 'resume'>;
  replayer: ReplayService;
  repositories: Repositories;
  retention: RetentionService;
  templates: TemplateSource;
  settings: ServerSettings;
  /** Called after the live webhooks have changed. */
  reloadWebhooks(): Promise<void>;
  readHealth(): Promise<Health>;
  telemetry: Telemetry;
  /** Aborted when the server begins to stop. */
  stopping: AbortSignal;
}

export interface ServerSettings {
  version: string;
  /** What browsers and other programs see, without a slash at the end: "https://flows.example.com". */
  publicUrl: string;
  /** Bytes of a request to the API. */
  bodyLimitBytes: number;
  /** Bytes of a request that carries a workflow. */
  definitionLimitBytes: number;
  /** Bytes of an uploaded file. */
  uploadLimitBytes: number;
  /** Bytes of a request to a webhook. */
  webhookLimitBytes: number;
  /** How long a webhook waits for the answer of its workflow. */
  webhookTimeoutMs: number;
  /** Checks answers against their schemas. */
  checkResponses: boolean;
}
