/** A worker process of worker-process.ts: prints the id of its worker, and works until it is killed. */
import { BullMqDispatcher } from '../bullmq/bullmq-dispatcher.ts';
import { DispatchWorld } from './dispatch-world.ts';
import type { WorkerProcessOptions } from './worker-process.ts';

const { database, gate, places, redis } = JSON.parse(process.argv[2]!) as WorkerProcessOptions;
const world = await DispatchWorld.join(database);
if (gate === 'open') world.openGate();
const { logger, source } = world;
const queue = new BullMqDispatcher({ url: redis, namespace: 'one', places, source, logger, beatMs: 100 });
await queue.settled();
const worker = await world.openWorker(queue, places);
console.log(worker.id);
