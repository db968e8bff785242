/**
 * Why an execution is queued, as it is stored with it: a sentence for whoever reads the database, and its code for programs
 * and for other languages. What holds it back on top of that (a limit, its place) is worked out when somebody looks.
 */
export const queuedCauses = {
  worker: 'Waits for a free worker',
  limit: 'Waits behind a limit',
  due: 'Its time has come; waits for a free worker',
  message: 'A message has come; waits for a free worker',
  'child-ended': 'A called workflow has ended; waits for a free worker',
  'caller-ended': 'Its caller has ended; waits to be cancelled',
  'worker-gone': 'Its worker stopped; waits for another one',
  'worker-stopped': 'Its worker was stopped; waits for another one',
  'handed-over': 'The worker is stopping; another one goes on',
  journal: 'Its journal could not be written; waits for a worker',
} as const;

type StoredCause = keyof typeof queuedCauses;
export type QueuedCause = StoredCause | 'worker-with';

const workerWith = 'Waits for a worker that has ';

/** The sentence for an execution that needs what its worker lacks: 'the node type "x" version 2'. */
export function describeMissing(missing: string): string {
  return workerWith + missing;
}

/** The code of a stored sentence; `missing` goes with `worker-with`. Undefined for what another version has written. */
export function findQueuedCause(
  sentence: string,
): { cause: StoredCause } | { cause: 'worker-with'; missing: string } | undefined {
  if (sentence.startsWith(workerWith))
    return { cause: 'worker-with', missing: sentence.slice(workerWith.length) };
  for (const [cause, known] of Object.entries(queuedCauses))
    if (known === sentence) return { cause: cause as StoredCause };
  return undefined;
}
