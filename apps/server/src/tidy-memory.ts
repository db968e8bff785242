const afterMs = 10_000;

/**
 * Gives back what the start leaves behind, some 35 MiB, the first time that nothing is at work: V8 does so by itself only
 * much later. It stops everything for about 0.1 s, so it is done once. Without --expose-gc (scripts/setup/server-flags.mjs)
 * it does nothing.
 */
export function tidyAfterStart(isAtRest: () => boolean): void {
  const { gc } = globalThis;
  if (gc === undefined) return;
  const timer = setInterval(() => {
    if (!isAtRest()) return;
    clearInterval(timer);
    gc({ type: 'major', flavor: 'last-resort' });
  }, afterMs);
  timer.unref();
}
