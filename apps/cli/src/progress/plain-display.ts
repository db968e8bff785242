import type { LiveEvent } from '../api/live-record.ts';
import { describeRecord } from './describe-record.ts';
import type { DisplayOptions, ProgressDisplay } from './display.ts';

/** One line for each thing that happens: for logs, pipes and files. */
export function createPlainDisplay({ terminal, progress }: DisplayOptions): ProgressDisplay {
  return {
    show({ record }: LiveEvent) {
      for (const line of describeRecord(record, progress, terminal.style)) terminal.print(line);
    },
    tell: (text) => terminal.print(text),
    end() {},
  };
}
