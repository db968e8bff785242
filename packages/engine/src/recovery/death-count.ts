/**
 * How often the worker of an execution stopped in the middle, as its journal tells. A worker takes everything with it
 * that it has at work: a death says little about one execution, a row of them without any progress says much.
 */
import type { JournalRecord } from '@navette/contracts';

export interface DeathCount {
  /** Since the last progress. */
  inRow: number;
  /** Those of them that came after it was cleared. */
  sinceCleared: number;
  /** The workers that stopped, without repetition. */
  workers: readonly string[];
}

/** @param takenFrom the worker whose death has no record yet. */
export function countDeaths(records: readonly JournalRecord[], takenFrom: string | null): DeathCount {
  let workers: (string | null)[] = [];
  let sinceCleared = 0;
  for (const record of records) {
    switch (record.type) {
      case 'execution-recovered':
        workers.push(record.from);
        sinceCleared += 1;
        break;
      case 'execution-cleared':
        sinceCleared = 0;
        break;
      case 'execution-started':
      case 'execution-waiting':
      case 'execution-prepared':
      case 'step-started':
      case 'step-skipped':
      case 'call-made':
      case 'step-wrote':
        break;
      default:
        workers = [];
        sinceCleared = 0;
    }
  }
  if (takenFrom !== null) {
    workers.push(takenFrom);
    sinceCleared += 1;
  }
  const known = workers.filter((worker) => worker !== null);
  return { inRow: workers.length, sinceCleared, workers: [...new Set(known)] };
}
