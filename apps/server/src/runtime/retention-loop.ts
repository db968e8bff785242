import type { Logger } from '@navette/kit';
import { Retention } from '@navette/store';
import type { Config } from '../config/index.ts';
import type { Storage } from '../open-storage.ts';
import type { LoopTask } from './run-loop.ts';

/** A start has more urgent things to do. */
const firstTurnMs = 60_000;

export function createRetention(
  { retention: defaults }: Pick<Config, 'retention'>,
  { database, repositories }: Pick<Storage, 'database' | 'repositories'>,
  logger: Logger,
): Retention {
  const { audit, contents } = repositories;
  return new Retention({ database, contents, audit, defaults, logger });
}

/** Rounds of retention, one at a time over all processes. Nothing when it is switched off. */
export function createRetentionTasks(
  retention: Pick<Retention, 'runWhenDue'>,
  { enabled, intervalMinutes }: Pick<Config['retention'], 'enabled' | 'intervalMinutes'>,
): LoopTask[] {
  if (!enabled) return [];
  let isFirst = true;
  return [
    {
      name: 'Retention',
      async turn(signal) {
        if (!isFirst) return retention.runWhenDue(intervalMinutes * 60_000, signal);
        isFirst = false;
        return firstTurnMs;
      },
    },
  ];
}
