import type { LiveEvent } from '../api/live-record.ts';
import { formatText } from '../output/format.ts';
import { describeLine } from './console-lines.ts';
import { describeRecord } from './describe-record.ts';
import type { DisplayOptions, ProgressDisplay } from './display.ts';

/** One line for each thing that happens: for logs, pipes and files. */
export function createPlainDisplay({ terminal, progress }: DisplayOptions): ProgressDisplay {
  return {
    show({ record }: LiveEvent) {
      for (const line of describeRecord(record, progress, terminal.style)) terminal.print(line);
    },
    showLines(path, lines) {
      const { style } = terminal;
      const [first] = lines;
      if (!first) return;
      const time = new Date(first.at).toISOString().slice(11, 19);
      const name = style.bold(formatText(progress.step(path)?.name ?? path));
      terminal.print(`${style.dim(time)}  ${name}  writes`);
      for (const line of lines.flatMap((one) => describeLine(one, style))) terminal.print(line);
    },
    tell: (text) => terminal.print(text),
    end() {},
  };
}
