import type { DisplayOptions, ProgressDisplay } from './display.ts';
import { renderProgress } from './render-progress.ts';

const frameMs = 100;

/** A view of all steps that is drawn again in place. Only for a terminal. */
export function createLiveDisplay({ terminal, progress, now }: DisplayOptions): ProgressDisplay {
  let drawn = 0;
  let tick = 0;
  let notice: string | undefined;

  const draw = () => {
    const lines = renderProgress(progress, {
      columns: terminal.columns ?? 80,
      rows: terminal.rows,
      now: now(),
      tick: tick++,
      style: terminal.style,
      notice,
    });
    const up = drawn > 0 ? `\u001b[${drawn}A` : '';
    terminal.write(`${up}${lines.map((line) => `\r\u001b[2K${line}\n`).join('')}\u001b[0J`);
    drawn = lines.length;
  };

  const timer = setInterval(draw, frameMs);
  draw();
  return {
    // Drawn in place: there is no room for them, and they come with the end of their step.
    showLines() {},
    show() {
      notice = undefined;
    },
    tell(text) {
      notice = text;
      draw();
    },
    end() {
      clearInterval(timer);
      notice = undefined;
      draw();
    },
  };
}
