import type { Logger } from '@navette/kit';

const usualGapMs = 60_000;

/** For what would be logged with every try: each message at most once in a while, with how often it was left out. */
export class QuietLog {
  readonly #logger: Logger;
  readonly #said = new Map<string, { at: number; leftOut: number }>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** `message` is one of few, since each is remembered. */
  warn(message: string, error: unknown, gapMs = usualGapMs): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#say('warn', message, { reason }, gapMs);
  }

  info(message: string, fields: object, gapMs = usualGapMs): void {
    this.#say('info', message, fields, gapMs);
  }

  #say(level: 'info' | 'warn', message: string, fields: object, gapMs: number): void {
    const now = performance.now();
    const said = this.#said.get(message);
    if (said && now - said.at < gapMs) {
      said.leftOut += 1;
      return;
    }
    this.#said.set(message, { at: now, leftOut: 0 });
    this.#logger[level](said?.leftOut ? { ...fields, leftOut: said.leftOut } : fields, message);
  }
}
