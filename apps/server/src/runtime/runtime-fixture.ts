/** Runtimes of several processes in this one, on one database: without HTTP, each with node types of its own. */
import {
  type AnyNodeDefinition,
  type WorkflowDefinitionInput,
  workflowDefinitionSchema,
} from '@navette/contracts';
import type { StartRequest, VersionRecord } from '@navette/engine';
import { createUuid, silentLogger } from '@navette/kit';
import { NodeRegistry } from '@navette/node-sdk';
import { builtinNodes } from '@navette/nodes';
import { type Database, openDatabase, openPostgresBus, type ProcessBus } from '@navette/store';
import { createTestDatabase } from '@navette/testing';
import { EventHub } from '../live/event-hub.ts';
import { createRuntime, type Runtime } from './create-runtime.ts';
import { DatabaseWatch } from './database-watch.ts';
import { createPostgresDispatcher } from './postgres-dispatcher.ts';
import type { Role } from './role.ts';

export interface ProcessFixture {
  runtime: Runtime;
  hub: EventHub;
  /** What is at work may take so long to end. */
  stop(drainMs?: number): Promise<void>;
}

export interface DeploymentFixture {
  database: Database;
  projectId: string;
  /** `bus: null` is one that loses everything. */
  start(options: {
    role: Role;
    nodes?: readonly AnyNodeDefinition[];
    bus?: null;
    leaseMs?: number;
  }): Promise<ProcessFixture>;
  /** A version of a workflow that starts at its node "start". `schemaVersion` is what its stored form says. */
  createVersion(definition: WorkflowDefinitionInput, schemaVersion?: number): VersionRecord;
  request(version: VersionRecord): StartRequest;
  stopAll(): Promise<void>;
  close(): Promise<void>;
}

/** A bus may lose messages: this one loses all. */
const deafBus: ProcessBus = {
  publish() {},
  subscribe: () => () => {},
  texts: { isUp: false, maxTextBytes: 0, send: () => false, listen: () => () => {} },
  close: async () => {},
};

export async function openDeployment(): Promise<DeploymentFixture> {
  const testDatabase = await createTestDatabase();
  const { connectionString } = testDatabase;
  const database = await openDatabase({ connectionString, maxConnections: 3 });
  const projectId = createUuid();
  const versions = new Map<string, VersionRecord>();
  const processes: ProcessFixture[] = [];
  const refuse = () => {
    throw new Error('No such port here');
  };
  return {
    database,
    projectId,
    async start({ role, nodes = builtinNodes, bus: given, leaseMs = 60_000 }) {
      const own = await openDatabase({ connectionString, maxConnections: 4 });
      const watch = new DatabaseWatch({ connectionString, logger: silentLogger, readFreeBytes: undefined });
      const bus = given === null ? deafBus : await openListeningBus(connectionString);
      const hub = new EventHub(bus);
      const runtime = createRuntime({
        role,
        database: own,
        bus,
        watch,
        hub,
        listener: hub,
        logger: silentLogger,
        nodeTypes: new NodeRegistry(nodes),
        versions: {
          read: async (_projectId, versionId) => versions.get(versionId),
          readPublished: async () => undefined,
        },
        credentials: { read: async () => undefined },
        stepPorts: { http: refuse, artifacts: refuse },
        version: 'test',
        exclusiveInstance: undefined,
        maxActive: 10,
        heartbeatIntervalMs: 500,
        leaseMs,
        createDispatcher: createPostgresDispatcher,
        leaderTasks: [],
      });
      await runtime.start();
      let stopped: Promise<void> | undefined;
      const stop = async (drainMs: number) => {
        await runtime.stop(drainMs);
        watch.stop();
        await bus.close();
        await own.close();
      };
      const started: ProcessFixture = {
        runtime,
        hub,
        stop(drainMs = 10_000) {
          stopped ??= stop(drainMs);
          return stopped;
        },
      };
      processes.push(started);
      return started;
    },
    createVersion(input, schemaVersion) {
      const definition = workflowDefinitionSchema.parse(input);
      if (schemaVersion !== undefined) Object.assign(definition, { schemaVersion });
      const ids = { versionId: createUuid(), workflowId: createUuid(), projectId };
      const version = { ...ids, workflowName: 'Test', definition };
      versions.set(version.versionId, version);
      return version;
    },
    request: (version) => ({ projectId, version, triggerNodeId: 'start', items: [], mode: 'api' }),
    async stopAll() {
      await Promise.all(processes.splice(0).map((each) => each.stop()));
    },
    async close() {
      await Promise.all(processes.map((each) => each.stop()));
      await database.close();
      await testDatabase.drop();
    },
  };
}

async function openListeningBus(connectionString: string): Promise<ProcessBus> {
  const bus = openPostgresBus({ connectionString, logger: silentLogger });
  await bus.connected();
  return bus;
}
