import { createStyle, hasColour, type Style } from './style.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is used of `process.stdout`. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** What is used of `process.stdin`. */
export interface InputStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean | undefined;
}

/** Where a command writes: results to `stdout`, notes and errors to `stderr`. */
export class Terminal {
  readonly stdin: InputStream;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly style: Style;
  readonly errorStyle: Style;

  constructor(options: {
    stdin: InputStream;
    stdout: OutputStream;
    stderr: OutputStream;
    env: Environment;
    colour?: boolean;
  }) {
    this.stdin = options.stdin;
    this.#stdout = options.stdout;
    this.#stderr = options.stderr;
    const { env, colour = true } = options;
    this.style = createStyle(colour && hasColour(options.stdout, env));
    this.errorStyle = createStyle(colour && hasColour(options.stderr, env));
  }

  /** Whether lines of the output can be drawn again. */
  get isLive(): boolean {
    return this.#stdout.isTTY === true;
  }
  /** Whether there is somebody to ask. */
  get isInteractive(): boolean {
    return this.stdin.isTTY === true && this.#stderr.isTTY === true;
  }
  /** Undefined where lines have no end. */
  get columns(): number | undefined {
    // A terminal without a size says 0.
    return this.isLive ? this.#stdout.columns || 80 : undefined;
  }
  get rows(): number {
    return this.#stdout.rows || 24;
  }

  /** A line of the result. */
  print(line = ''): void {
    this.#stdout.write(`${line}\n`);
  }
  /** One JSON value on one line, for programs. */
  printJson(value: unknown): void {
    this.#stdout.write(`${JSON.stringify(value)}\n`);
  }
  /** Text as it is. */
  write(text: string): void {
    this.#stdout.write(text);
  }
  /** A remark beside the result. */
  note(line: string): void {
    this.#stderr.write(`${line}\n`);
  }
  /** Text on stderr as it is: questions. */
  writeError(text: string): void {
    this.#stderr.write(text);
  }
}
