/**
 * Runs a workflow as the product does, with the real engine and nodes. Store and files are in memory, and the clock
 * jumps over waits and retry delays.
 */
import type {
  AnyNodeDefinition,
  ArtifactPort,
  BinaryRef,
  Item,
  StepData,
  WebhookResponse,
} from '@navette/contracts';
import {
  Engine,
  type ExecutionOutcome,
  foldJournal,
  type VersionRecord,
  viewStepData,
} from '@navette/engine';
import { type Clock, createUuid, silentLogger } from '@navette/kit';
import { MemoryArtifacts } from '@navette/testing';
import { MemoryExecutionStore } from '../packages/engine/src/memory-store.ts';
import { dataNodes } from '../packages/nodes/src/data-nodes.ts';
import { createFixtureHttpPort } from '../packages/nodes/src/http-request/fixture-http-port.ts';
import { ioNodes } from '../packages/nodes/src/io-nodes.ts';
import type { Template } from './load-template.ts';

const allNodes: AnyNodeDefinition[] = [...ioNodes, ...dataNodes];

export const nodeTypes = {
  find: (type: string, version: number) =>
    allNodes.find((node) => node.type === type && node.version === version),
  list: () => allNodes,
};

export interface TemplateRun {
  outcome: ExecutionOutcome;
  response: WebhookResponse | undefined;
  /** Inputs and outputs of a node; undefined when the workflow has no such node. */
  step(nodeId: string): StepData | undefined;
  /** Every file that a step wrote, in order. */
  files: { ref: BinaryRef; text: string }[];
}

export async function runTemplate(
  template: Template,
  start: { triggerNodeId: string; items: readonly Item[] },
): Promise<TemplateRun> {
  await using http = createFixtureHttpPort();
  const clock = createJumpingClock();
  const store = new MemoryExecutionStore();
  const version = createVersion(template);
  const files: TemplateRun['files'] = [];
  const artifacts = recordFiles(new MemoryArtifacts(), files);
  const workerId = createUuid();
  store.registerWorker(workerId);
  const engine = new Engine(
    {
      maxActive: 10,
      deps: {
        store,
        versions: { read: async () => version, readPublished: async () => undefined },
        nodeTypes,
        credentials: { read: async () => undefined },
        stepPorts: { http: () => http, artifacts: () => artifacts },
        dispatcher: { enqueue: (ids) => void engine.claim(ids) },
        clock,
        random: () => 0.5,
        uuid: () => createUuid(),
        logger: silentLogger,
      },
    },
    workerId,
  );
  const { projectId } = version;
  const { executionId } = await engine.start({ projectId, version, mode: 'manual', ...start });
  const outcome = await finish(store, engine, clock, executionId);
  const chunks = await store.readJournal(executionId);
  const state = foldJournal(version, nodeTypes, start.triggerNodeId, chunks);
  const records = chunks.flatMap((chunk) => chunk.records);
  const answered = records.find(
    (record) => record.type === 'step-completed' && record.response !== undefined,
  );
  return {
    outcome,
    response: answered?.type === 'step-completed' ? answered.response : undefined,
    step: (nodeId) => viewStepData(state, nodeId),
    files,
  };
}

function createVersion(template: Template): VersionRecord {
  return {
    versionId: createUuid(),
    workflowId: createUuid(),
    projectId: createUuid(),
    workflowName: template.workflow.name,
    definition: template.workflow.definition,
  };
}

interface JumpingClock extends Clock {
  jumpTo(timeMs: number): void;
}

function createJumpingClock(): JumpingClock {
  let skippedMs = 0;
  return {
    now: () => Date.now() + skippedMs,
    async sleep(ms, signal) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      skippedMs += ms;
    },
    jumpTo(timeMs) {
      skippedMs += Math.max(0, timeMs - Date.now() - skippedMs);
    },
  };
}

/** Lets the execution run to its end; where it waits, the clock jumps to the time it waits for. */
async function finish(
  store: MemoryExecutionStore,
  engine: Engine,
  clock: JumpingClock,
  id: string,
): Promise<ExecutionOutcome> {
  for (;;) {
    const row = store.list().find((each) => each.id === id);
    if (row?.status === 'waiting' && row.wakeAt !== null) {
      clock.jumpTo(row.wakeAt);
      await engine.claim(store.queueDueWaits(clock.now()));
    }
    const outcome = await store.readOutcome(id);
    if (outcome && ['succeeded', 'failed', 'cancelled'].includes(outcome.status)) return outcome;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The same files for every step, each write noted. */
function recordFiles(artifacts: MemoryArtifacts, files: TemplateRun['files']): ArtifactPort {
  return {
    read: (ref) => artifacts.read(ref),
    async write(file) {
      const ref = await artifacts.write(file);
      files.push({ ref, text: await artifacts.readText(ref) });
      return ref;
    },
  };
}
