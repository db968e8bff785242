import type { Replay } from '@navette/contracts';
import type { Terminal } from '../output/terminal.ts';

const barWidth = 24;
/** Without a terminal a line for every tenth of the way. */
const parts = 10;

/** How far a replay is: a bar that is drawn again on a terminal, a line now and then elsewhere. On stderr. */
export class ReplayProgress {
  readonly #terminal: Terminal;
  readonly #isQuiet: boolean;
  #shownPart = 0;
  #isDrawn = false;

  constructor(terminal: Terminal, isQuiet: boolean) {
    this.#terminal = terminal;
    this.#isQuiet = isQuiet;
  }

  show({ done, total, status }: Pick<Replay, 'done' | 'total' | 'status'>): void {
    if (this.#isQuiet) return;
    if (this.#terminal.isLive) {
      const filled = total === 0 ? barWidth : Math.round((done / total) * barWidth);
      const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
      this.#terminal.writeError(`\r\u001b[2K${bar} ${done}/${total}`);
      this.#isDrawn = true;
      return;
    }
    const part = total === 0 ? parts : Math.floor((done / total) * parts);
    if (part <= this.#shownPart || status !== 'running') return;
    this.#shownPart = part;
    this.#terminal.note(`replayed ${done} of ${total}`);
  }

  end(): void {
    if (this.#isDrawn) this.#terminal.writeError('\r\u001b[2K');
  }
}
