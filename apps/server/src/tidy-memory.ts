const everyMs = 10_000;
/** Nothing was at work for so long: nobody minds a pause. */
const longRestMs = 30_000;
/** Less is not worth one. */
const worthBytes = 40 * 1024 * 1024;

/**
 * Gives back what the start leaves behind, some 35 MiB, the first time that nothing is at work, and later what a rush has
 * left: V8 does so by itself only much later, or never. It stops everything for about 0.1 s, so it is done only when
 * nothing was at work for a while and memory has grown since the last time. Without --expose-gc
 * (scripts/setup/server-flags.mjs) it does nothing.
 */
export function tidyAtRest(
  isAtRest: () => boolean,
  readResidentBytes: () => number = () => process.memoryUsage.rss(),
): void {
  const { gc } = globalThis;
  if (gc === undefined) return;
  let restedMs = 0;
  let tidyBytes: number | undefined;
  const timer = setInterval(() => {
    restedMs = isAtRest() ? restedMs + everyMs : 0;
    if (restedMs < (tidyBytes === undefined ? everyMs : longRestMs)) return;
    if (tidyBytes !== undefined && readResidentBytes() < tidyBytes + worthBytes) return;
    gc({ type: 'major', flavor: 'last-resort' });
    tidyBytes = readResidentBytes();
    restedMs = 0;
  }, everyMs);
  timer.unref();
}
