import type { DisplayOptions, ProgressDisplay } from './display.ts';

/** The events as they come, one JSON object a line. Remarks go to stderr. */
export function createJsonDisplay({ terminal }: DisplayOptions): ProgressDisplay {
  return {
    show: ({ id, record }) => terminal.printJson({ id, record }),
    showLines: (path, lines, leftOut) =>
      terminal.printJson({ console: { path, ...(leftOut > 0 ? { leftOut } : {}), lines } }),
    tell: (text) => terminal.note(text),
    end() {},
  };
}
