/** One seed: a program, its calm course, a stormy one, and what must be the same in both. */
import { isTerminal, type JournalRecord } from '@navette/contracts';
import type { MemoryExecutionStore } from '../memory-store.ts';
import { generateProgram, type SimulatedProgram } from './generate-program.ts';
import { Random } from './random.ts';
import { generateCrowd } from './simulated-crowd.ts';
import { SimulatedWorld, type Storm } from './simulated-world.ts';

export interface ScheduleReport {
  violations: string[];
  events: number;
  executions: number;
  crashes: number;
  freezes: number;
  drains: number;
  recoveries: number;
  fencedWrites: number;
  /** Effects that were called more often than the calm course does: in flight when their process was cut off. */
  repeatedCalls: number;
  lateCalls: number;
  /** Questions about steps in doubt that were answered. */
  answers: number;
  /** Executions that were given up because their workers died several times in a row: here by chance. */
  givenUp: number;
  /** Programs that were thrown away: their calm course has too many events. */
  tooLong: number;
}

const calm: Storm = {
  workers: 1,
  places: 100,
  lazyFlushMs: 2_000,
  faultsUntilMs: 0,
  faultEveryMs: 1,
  loss: 0,
  delay: 0,
  dispatchFaults: 0,
};

/**
 * Of the calm course; a program with more is thrown away for another one. A few have hundreds of thousands, and most of the
 * time would go into the largest: one schedule in eight may have a large one.
 */
const mostCalmEvents = { usually: 300, atTimes: 1_500 };
const atTimes = 8;

/** The same seed gives the same report, always. */
export async function runSchedule(seed: number): Promise<ScheduleReport> {
  const random = new Random(seed);
  let serial = 0;
  const createId = () => {
    serial += 1;
    return `01900000-0000-7000-9000-${serial.toString(16).padStart(12, '0')}`;
  };
  const mostEvents = seed % atTimes === 0 ? mostCalmEvents.atTimes : mostCalmEvents.usually;
  let tooLong = -1;
  let program: SimulatedProgram;
  let quiet: SimulatedWorld;
  let quietEnds: boolean;
  do {
    program = generateProgram(random, createId);
    quiet = new SimulatedWorld(program, new Random(seed + 1), calm);
    quietEnds = await quiet.run(mostEvents);
    tooLong += 1;
  } while (!quietEnds && quiet.timeline.happened >= mostEvents);
  const neighbour = new Random(seed + 2);
  const crowd = neighbour.chance(0.4) ? generateCrowd(neighbour, createId) : undefined;
  const workers = random.between(1, 3);
  const places = random.pick([1, 2, 100]);
  const world = new SimulatedWorld(program, random, {
    workers,
    places: crowd ? neighbour.pick([2, 4, 5, 8, 16]) : places,
    crowd,
    lazyFlushMs: random.pick([50, 400, 2_000]),
    faultsUntilMs: random.pick([4_000, 12_000]),
    faultEveryMs: random.pick([300, 1_000, 3_000]),
    loss: random.pick([0, 0, 0.02, 0.15]),
    delay: random.pick([0, 0, 0.02, 0.2]),
    dispatchFaults: random.pick([0, 0.2]),
  });
  const ends = await world.run();
  const violations = [
    ...(quietEnds ? [] : ['the calm course does not end']),
    ...quiet.complaints.map((text) => `calm course: ${text}`),
    ...quiet.outside.violations.map((text) => `calm course: ${text}`),
    ...(ends ? [] : [`stuck: ${describeOpen(world.store)}`]),
    ...(quiet.person.answers > 0 ? ['the calm course asks what became of its effects'] : []),
    ...world.complaints,
    ...world.idleComplaints,
    ...world.person.complaints,
    ...world.outside.violations,
    ...checkPromises(world),
    ...checkJournals(world.store),
    ...(quietEnds && ends ? compareEnds(program, quiet, world) : []),
  ];
  return {
    violations,
    events: quiet.timeline.happened + world.timeline.happened,
    executions: world.store.list().length,
    ...world.counts,
    fencedWrites: world.store.fencedWrites,
    repeatedCalls: [...world.outside.ledger.values()].filter((entry) => entry.completed > 1).length,
    lateCalls: world.outside.lateCalls,
    answers: world.person.answers,
    tooLong,
    givenUp: world.store.list().filter((row) => row.error?.code === 'EXECUTION_POISONED').length,
  };
}

function describeOpen(store: MemoryExecutionStore): string {
  const open = store.list().filter((row) => !isTerminal(row.status));
  return open.map((row) => `${row.id} ${row.status} owner ${row.owner} wake ${row.wakeAt}`).join('; ');
}

/** Whoever was promised an execution finds it, ended as they were told. */
function checkPromises(world: SimulatedWorld): string[] {
  return world.promised.flatMap(({ executionId, status }) => {
    const row = world.store.find(executionId);
    if (!row) return [`${executionId} was promised and is lost`];
    if (status !== undefined && isTerminal(status as never) && status !== row.status)
      return [`${executionId} is ${row.status} and was answered as ${status}`];
    return [];
  });
}

/** Chunks without a gap, fences that never fall, each step ended once. */
function checkJournals(store: MemoryExecutionStore): string[] {
  const violations: string[] = [];
  for (const row of store.list()) {
    const chunks = row.chunks;
    chunks.forEach((chunk, index) => {
      if (chunk.seq !== index + 1) violations.push(`${row.id}: chunk ${chunk.seq} stands at ${index + 1}`);
      if (index > 0 && chunk.fence < chunks[index - 1]!.fence)
        violations.push(`${row.id}: the fence fell to ${chunk.fence} in chunk ${chunk.seq}`);
    });
    const ended = new Map<string, number>();
    for (const record of chunks.flatMap((chunk) => chunk.records)) {
      if (isEnd(record)) ended.set(record.path, (ended.get(record.path) ?? 0) + 1);
    }
    for (const [path, count] of ended)
      if (count > 1) violations.push(`${row.id}: ${path} ended ${count} times`);
    const ends = chunks
      .flatMap((chunk) => chunk.records)
      .filter((record) => record.type === 'execution-finished');
    if (ends.length > 1) violations.push(`${row.id} says ${ends.length} times that it ended`);
    if (isTerminal(row.status) && chunks.at(-1)?.records.at(-1)?.type !== 'execution-finished')
      violations.push(`${row.id} is ${row.status} and its journal does not say so`);
  }
  return violations;
}

function isEnd(
  record: JournalRecord,
): record is Extract<JournalRecord, { type: 'step-completed' | 'step-failed' }> {
  return record.type === 'step-completed' || record.type === 'step-failed';
}

/** A caller without a key whose process died may have been heard or not: it counts as one that never called. */
function compareEnds(program: SimulatedProgram, quiet: SimulatedWorld, world: SimulatedWorld): string[] {
  const violations: string[] = [];
  const givenUp = world.store.list().some((row) => row.error?.code === 'EXECUTION_POISONED');
  const fails = givenUp || program.workflows.some((workflow) => workflow.fails);
  const expected = new Map<string, number>();
  for (const end of listEnds(quiet, fails)) expected.set(end, (expected.get(end) ?? 0) + 1);
  const heard = listOwn(world).filter((row) => row.parentId === null).length;
  for (const end of givenUp ? [] : listEnds(world, fails)) {
    const left = expected.get(end) ?? 0;
    if (left === 0) violations.push(`an execution ended as no calm one does: ${end}`);
    else expected.set(end, left - 1);
  }
  if (heard > program.starts.length) violations.push(`${heard} executions of ${program.starts.length} calls`);
  if (heard === program.starts.length && !fails) {
    const missing = [...expected].filter(([, count]) => count > 0);
    for (const [end] of missing) violations.push(`no execution ended as a calm one: ${end}`);
    const done = world.outside.listCompleted().join('\n');
    if (done !== quiet.outside.listCompleted().join('\n'))
      violations.push('the effects are not those of the calm course');
  }
  return violations;
}

/** Without the crowd beside it. */
function listOwn(world: SimulatedWorld) {
  return world.store.list().filter((row) => row.projectId === world.projectId);
}

/** Workflow, status and result of every execution; of programs that fail, children may be cut off. */
function listEnds(world: SimulatedWorld, fails: boolean): string[] {
  const rows = listOwn(world).filter((row) => !fails || row.parentId === null);
  return rows.map((row) => {
    const result = row.status === 'succeeded' ? JSON.stringify(world.readResult(row.id)) : '';
    return `${row.workflowId} ${row.status} ${result}`;
  });
}
