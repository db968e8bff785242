/**
 * A worker in a process of its own, for the tests of poison: with node types that end the process. It takes up what is
 * queued until it is killed. Started with the address of the database and an instance to tell it by.
 */
import { flushCompileCache } from 'node:module';
import { type AnyNodeDefinition, workflowDefinitionSchema } from '@navette/contracts';
import { silentLogger } from '@navette/kit';
import { NodeRegistry } from '@navette/node-sdk';
import { createQueryBuilder, openDatabase } from '@navette/store';
import { z } from 'zod';
import { EventHub } from '../live/event-hub.ts';
import { createRuntime } from './create-runtime.ts';
import { DatabaseWatch } from './database-watch.ts';
import { createPostgresDispatcher } from './postgres-dispatcher.ts';

const text = { en: 'x', fr: 'x' };
const base = {
  version: 1,
  icon: 'x',
  name: text,
  description: text,
  docs: text,
  examples: [],
  parameters: z.strictObject({}),
};
const effect = { ...base, kind: 'node' as const, group: 'data' as const, effect: 'effect' as const };

/** kill: the process is gone at once. hog: it takes memory until there is none. slow: it works for a while. */
const nodes: AnyNodeDefinition[] = [
  { ...base, kind: 'trigger', type: 'start', group: 'trigger', source: 'manual' },
  {
    ...effect,
    type: 'kill',
    execute: () => {
      process.kill(process.pid, 'SIGKILL');
      return new Promise<never>(() => {});
    },
  },
  {
    ...effect,
    type: 'hog',
    execute: () => {
      const taken: unknown[] = [];
      // In large pieces: the collector has little to look at again and again.
      for (;;) taken.push(new Array(1_000_000).fill(taken.length + 0.5));
    },
  },
  {
    ...effect,
    type: 'slow',
    async execute(ctx) {
      await ctx.sleep(1_000);
      return [...ctx.items];
    },
  },
];

const [connectionString, instance] = process.argv.slice(2);
if (connectionString === undefined || instance === undefined)
  throw new Error('Needs a database and an instance');
const database = await openDatabase({ connectionString, maxConnections: 3 });
const db = createQueryBuilder(database.pool);
const refuse = () => {
  throw new Error('No such port here');
};
const watch = new DatabaseWatch({ connectionString, logger: silentLogger, readFreeBytes: undefined });
const hub = new EventHub(undefined);
const runtime = createRuntime({
  role: 'all',
  database,
  bus: undefined,
  watch,
  hub,
  listener: hub,
  logger: silentLogger,
  nodeTypes: new NodeRegistry(nodes),
  versions: {
    async read(projectId, versionId) {
      const row = await db
        .selectFrom('workflowVersions')
        .select(['workflowId', 'definition'])
        .where('id', '=', versionId)
        .executeTakeFirstOrThrow();
      const definition = workflowDefinitionSchema.parse(row.definition);
      return { versionId, projectId, workflowId: row.workflowId, workflowName: 'Test', definition };
    },
    readPublished: async () => undefined,
  },
  credentials: { read: async () => undefined },
  stepPorts: { http: refuse, artifacts: refuse },
  version: 'test',
  // The one before is dead when this one starts.
  exclusiveInstance: instance,
  maxActive: 20,
  heartbeatIntervalMs: 500,
  leaseMs: 60_000,
  createDispatcher: createPostgresDispatcher,
  leaderTasks: [],
});
// It will be killed, and then nothing is kept of what it has compiled.
flushCompileCache();
await runtime.start();
