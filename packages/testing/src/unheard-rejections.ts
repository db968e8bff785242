/** Promises that fail while nobody waits for them: heard of in this process, or read in the log of a server. */

/** What the server says of one; `err` of the line is the reason. */
const inLogs = 'A promise failed that nobody waited for';

/**
 * Fails a test file when a promise of its process fails while nobody waits for it, from this call on until the file is
 * over. Call it at the top of the file: the hooks of Vitest run last what was registered first.
 * @example failOnUnheardRejections(afterAll);
 */
export function failOnUnheardRejections(afterAll: (check: () => Promise<void>) => void): void {
  const reasons: unknown[] = [];
  const note = (reason: unknown) => void reasons.push(reason);
  process.on('unhandledRejection', note);
  afterAll(async () => {
    // They are told of when the turn of the event loop is over in which they failed.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    if (reasons.length === 0) return;
    const described = reasons.map((reason) => (reason instanceof Error && reason.stack) || String(reason));
    throw new Error(`Promises failed that nobody waited for:\n${described.join('\n')}`);
  });
}

/** The lines in which a server tells of such promises. */
export function listUnheardRejections(log: string): string[] {
  return log.split('\n').filter((line) => line.includes(inLogs));
}

/** Throws when the log of a server tells of such promises. */
export function assertNoUnheardRejections(log: string): void {
  const lines = listUnheardRejections(log);
  if (lines.length > 0) throw new Error(`The server tells of promises that failed:\n${lines.join('\n')}`);
}
