/**
 * A timeout that counts only the time in which this process ran. After a pause (a machine that slept, a virtual one that
 * was moved, one that had no time at all for us) every timer is overdue at once, and whoever is judged by one has had no
 * chance to do anything. So it waits in slices, and counts no more than a little over what each was meant to take.
 */
const sliceMs = 500;
const graceMs = 100;

export interface PatientTimeout {
  /** What it has counted so far. */
  elapsedMs(): number;
  stop(): void;
}

export function startPatientTimeout(ms: number, act: () => void): PatientTimeout {
  let counted = 0;
  let since = performance.now();
  const slice = () => Math.min(sliceMs, ms - counted);
  const elapsedMs = () => counted + Math.min(performance.now() - since, slice() + graceMs);
  const wait = () => setTimeout(look, slice());
  const look = () => {
    counted = elapsedMs();
    since = performance.now();
    if (counted >= ms) act();
    else timer = wait();
  };
  let timer = wait();
  return { elapsedMs, stop: () => clearTimeout(timer) };
}
