/** The engine with its store on a real embedded Postgres (fsync on), in this process and without a server around it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { type AnyNodeDefinition, workflowDefinitionSchema } from '@navette/contracts';
import { type Engine, type VersionRecord, validateDefinition } from '@navette/engine';
import { createUuid, silentLogger } from '@navette/kit';
import { NodeRegistry } from '@navette/node-sdk';
import { type Database, migrate, openDatabase } from '@navette/store';
import { EventHub } from '../../apps/server/src/live/event-hub.ts';
import { createRuntime } from '../../apps/server/src/runtime/create-runtime.ts';
import { DatabaseWatch } from '../../apps/server/src/runtime/database-watch.ts';
import { createPostgresDispatcher } from '../../apps/server/src/runtime/postgres-dispatcher.ts';

export interface EngineWorld {
  engine: Engine;
  database: Database;
  /** In a project of the world when none is given. */
  createVersion(name: string, definition: WorkflowDefinitionInput, projectId?: string): VersionRecord;
  close(): Promise<void>;
}

export async function openEngineWorld(
  nodes: readonly AnyNodeDefinition[],
  { maxActive = 200 } = {},
): Promise<EngineWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-bench-engine-'));
  const database = await openDatabase({ embedded: { dataDir }, maxConnections: 10 });
  await migrate(database);
  const versions = new Map<string, VersionRecord>();
  const nodeTypes = new NodeRegistry(nodes);
  const refuse = () => {
    throw new Error('The benchmark has no such port');
  };
  const hub = new EventHub(undefined);
  const { connectionString } = database;
  const watch = new DatabaseWatch({ connectionString, logger: silentLogger, readFreeBytes: undefined });
  const runtime = createRuntime({
    role: 'all',
    bus: undefined,
    watch,
    hub,
    createDispatcher: createPostgresDispatcher,
    leaderTasks: [],
    database,
    logger: silentLogger,
    nodeTypes,
    versions: {
      read: async (_projectId, versionId) => versions.get(versionId),
      readPublished: async () => undefined,
    },
    credentials: { read: async () => undefined },
    stepPorts: { http: refuse, artifacts: refuse },
    listener: { committed() {} },
    version: 'bench',
    exclusiveInstance: dataDir,
    maxActive,
    heartbeatIntervalMs: 1_000,
    leaseMs: 5_000,
  });
  await runtime.start();
  const projectId = createUuid();
  return {
    engine: runtime.engine,
    database,
    createVersion(workflowName, input, ofProject = projectId) {
      const definition = workflowDefinitionSchema.parse(input);
      const issues = validateDefinition(definition, nodeTypes);
      if (issues.length > 0) throw new Error(JSON.stringify(issues));
      const ids = { versionId: createUuid(), workflowId: createUuid(), projectId: ofProject };
      const version = { ...ids, workflowName, definition };
      versions.set(version.versionId, version);
      return version;
    },
    async close() {
      await runtime.stop(5_000);
      watch.stop();
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
