/**
 * DBOS Transact with the workflow of the journal benchmark: steps that cost nothing, each checkpointed before the next.
 * Started with an IPC channel: a message {seconds} runs the workflow for so long and is answered with what was done.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';

const steps = Number(process.env.BENCH_STEPS);
const inFlight = Number(process.env.BENCH_IN_FLIGHT);

DBOS.setConfig({
  name: 'navette-bench',
  // The pool keeps the size that DBOS gives it.
  systemDatabaseUrl: process.env.BENCH_DATABASE_URL,
  logLevel: 'error',
});

const chain = DBOS.registerWorkflow(
  async () => {
    let last;
    for (let step = 1; step <= steps; step += 1) {
      last = await DBOS.runStep(async () => ({ step, state: 'done' }), { name: `effect-${step}` });
    }
    return last;
  },
  { name: 'chain' },
);

async function runFor(seconds) {
  const endsAt = performance.now() + seconds * 1_000;
  let executions = 0;
  const lane = async () => {
    while (performance.now() < endsAt) {
      const last = await chain();
      if (last.step !== steps) throw new Error(`A chain ended wrongly: ${JSON.stringify(last)}`);
      executions += 1;
    }
  };
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  const elapsedSeconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { executions, elapsedSeconds, cpuMicros: user + system };
}

await DBOS.launch();
process.on('message', async (message) => {
  if (message.stop) {
    await DBOS.shutdown();
    process.exit(0);
  }
  process.send(await runFor(message.seconds));
});
process.send({ ready: true });
