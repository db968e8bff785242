/** Counts what a program says and asks before it leaves the runner. The host counts it again (runner/run-task.ts). */
import type { CodeLimits } from '../port.ts';
import type { Failure } from '../protocol/messages.ts';

export class OutgoingMeter {
  readonly #limits: CodeLimits;
  #calls = 0;
  #callsInFlight = 0;
  #consoleLines = 0;
  #consoleBytes = 0;

  constructor(limits: CodeLimits) {
    this.#limits = limits;
  }

  get callsInFlight(): number {
    return this.#callsInFlight;
  }

  /** The limit that the line breaks; it must then not be said. */
  addLine(text: string): Failure | undefined {
    const { consoleLines, consoleBytes } = this.#limits;
    this.#consoleLines += 1;
    this.#consoleBytes += Buffer.byteLength(text);
    if (this.#consoleLines > consoleLines) {
      return { code: 'SANDBOX_CONSOLE_LIMIT', limit: 'consoleLines', used: this.#consoleLines };
    }
    if (this.#consoleBytes > consoleBytes) {
      return { code: 'SANDBOX_CONSOLE_LIMIT', limit: 'consoleBytes', used: this.#consoleBytes };
    }
    return undefined;
  }

  /** The limit that the call breaks; it must then not be made. */
  addCall(args: string): Failure | undefined {
    const { calls, callsInFlight, callBytes } = this.#limits;
    this.#calls += 1;
    this.#callsInFlight += 1;
    const bytes = Buffer.byteLength(args);
    if (this.#calls > calls) return { code: 'SANDBOX_CALL_LIMIT', limit: 'calls', used: this.#calls };
    if (this.#callsInFlight > callsInFlight) {
      return { code: 'SANDBOX_CALL_LIMIT', limit: 'callsInFlight', used: this.#callsInFlight };
    }
    if (bytes > callBytes) return { code: 'SANDBOX_CALL_LIMIT', limit: 'callBytes', used: bytes };
    return undefined;
  }

  addAnswer(): void {
    this.#callsInFlight -= 1;
  }
}
