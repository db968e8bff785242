import type { LiveEvent } from '../api/live-record.ts';
import { formatCount, formatText } from '../output/format.ts';
import { describeLine } from './console-lines.ts';
import { describeRecord } from './describe-record.ts';
import type { DisplayOptions, ProgressDisplay } from './display.ts';

/** One line for each thing that happens: for logs, pipes and files. */
export function createPlainDisplay({ terminal, progress }: DisplayOptions): ProgressDisplay {
  return {
    show({ record }: LiveEvent) {
      for (const line of describeRecord(record, progress, terminal.style)) terminal.print(line);
    },
    showLines(path, lines, leftOut) {
      const { style } = terminal;
      const time = new Date(lines[0]?.at ?? Date.now()).toISOString().slice(11, 19);
      const name = style.bold(formatText(progress.step(path)?.name ?? path));
      terminal.print(`${style.dim(time)}  ${name}  writes`);
      if (leftOut > 0) {
        const count = formatCount(leftOut, 'line');
        terminal.print(`          ${style.dim(`| … ${count} left out here, shown when the step ends`)}`);
      }
      for (const line of lines.flatMap((one) => describeLine(one, style))) terminal.print(line);
    },
    tell: (text) => terminal.print(text),
    end() {},
  };
}
