/**
 * Watches one task from outside, so that a limit holds even when the runner's own checks do not: wall time by a timer,
 * computing time, resident memory and number of processes from /proc every 25 ms, in one round for all tasks of this
 * process. It works only while a task runs.
 *
 * The runner's own checks come first where they exist (they are exact, and spare the process); this one lets a tenth
 * pass before it acts.
 */
import type { NavetteError } from '@navette/kit';
import { sandboxErrors } from '../errors.ts';
import type { CodeLimits } from '../port.ts';
import { startPatientTimeout } from './patient-timeout.ts';
import { ProcessTrees, type TreeUsage } from './process-tree.ts';

const sampleMs = 25;
const tolerance = 1.1;

export interface WatchOptions {
  pid: number;
  limits: CodeLimits;
  /** What a runner without a task holds. */
  baseMemoryBytes: number;
  onBreach(error: NavetteError): void;
}

export interface Watch {
  stop(): void;
  /** Since the task began, as far as it was seen. */
  peakResidentBytes(): number;
}

export function watchTask({ pid, limits, baseMemoryBytes, onBreach }: WatchOptions): Watch {
  const tree = trees.add(pid);
  const before = tree.read();
  let peak = before?.residentBytes ?? 0;
  const allowedBytes = baseMemoryBytes + limits.memoryBytes;

  const breach = (error: NavetteError) => {
    stop();
    onBreach(error);
  };
  const wall = startPatientTimeout(limits.wallMs, () => {
    breach(createLimitError('SANDBOX_WALL_LIMIT', 'wallMs', limits, Math.round(wall.elapsedMs())));
  });
  const check = (base: TreeUsage) => {
    const now = tree.read();
    if (!now) return;
    peak = Math.max(peak, now.residentBytes);
    const cpuMs = now.cpuMs - base.cpuMs;
    const started = now.processes - base.processes;
    const allocated = now.dataBytes - base.dataBytes;
    if (cpuMs > limits.cpuMs * tolerance) {
      breach(createLimitError('SANDBOX_CPU_LIMIT', 'cpuMs', limits, cpuMs));
    } else if (now.residentBytes > allowedBytes) {
      const used = Math.max(0, now.residentBytes - baseMemoryBytes);
      breach(createLimitError('SANDBOX_MEMORY_LIMIT', 'memoryBytes', limits, used));
    } else if (allocated > allowedBytes) {
      breach(createLimitError('SANDBOX_MEMORY_LIMIT', 'memoryBytes', limits, allocated));
    } else if (started > limits.processes) {
      breach(createLimitError('SANDBOX_PROCESS_LIMIT', 'processes', limits, started));
    }
  };
  const look = () => {
    if (before) check(before);
  };
  addLook(look);
  const stop = () => {
    wall.stop();
    deleteLook(look);
    trees.delete(tree);
  };
  return { stop, peakResidentBytes: () => peak };
}

const trees = new ProcessTrees();
const looks = new Set<() => void>();
let rounds: NodeJS.Timeout | undefined;

function addLook(look: () => void): void {
  looks.add(look);
  rounds ??= setInterval(lookRound, sampleMs);
}

function deleteLook(look: () => void): void {
  looks.delete(look);
  if (looks.size > 0) return;
  clearInterval(rounds);
  rounds = undefined;
}

/** A look may end its task, and so other looks. */
function lookRound(): void {
  trees.refresh();
  for (const look of looks) look();
}

type LimitCode = Extract<keyof typeof sandboxErrors.specs, `SANDBOX_${string}_LIMIT`>;

export function createLimitError(
  code: LimitCode,
  limit: keyof CodeLimits,
  limits: CodeLimits,
  used: number,
): NavetteError {
  const where = `Raise ${limit} in the policy of the project or in the settings of the step`;
  return sandboxErrors.create(code, {
    params: { limit, allowed: limits[limit], used, place: 'the policy', where, ...wordsOf[limit] },
  });
}

/** What the messages of codes with several limits say of each. */
const wordsOf: Partial<Record<keyof CodeLimits, Record<string, string>>> = {
  sourceBytes: { what: 'The text of the code', less: 'shorten it: data belongs into items or files' },
  inputBytes: {
    what: 'What the code was given',
    less: 'give the step fewer or smaller items, for example in batches',
  },
  consoleLines: { unit: 'lines' },
  consoleBytes: { unit: 'bytes' },
  calls: { unit: 'calls of host functions' },
  callsInFlight: { unit: 'calls and timers at the same time' },
  callBytes: { unit: 'bytes in one call' },
};
