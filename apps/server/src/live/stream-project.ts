import type { EventConnection } from './event-connection.ts';
import { coalesce, type ProjectFeed } from './project-feed.ts';

/** Events are gathered for so long, so that a busy project costs few messages. */
const gatherMs = 200;
/** More than this at once, and reading the lists again is cheaper for everybody. */
const mostEvents = 200;

/** Follows a project until the client goes. `after` is the last id that the client has. */
export async function streamProject(
  connection: EventConnection,
  feed: ProjectFeed,
  after: string | undefined,
): Promise<void> {
  let lastId = after ?? feed.lastId;
  // A fresh client learns where it stands, so that its next connection can go on from here.
  if (after === undefined) await connection.send({ id: lastId, name: 'hello', data: {} });
  let wake: () => void = () => {};
  const unsubscribe = feed.subscribe(() => wake());
  const stop = () => wake();
  connection.signal.addEventListener('abort', stop, { once: true });
  try {
    while (connection.isOpen) {
      const found = feed.listAfter(lastId);
      lastId = found === 'gap' ? feed.lastId : found.lastId;
      const events = found === 'gap' ? undefined : coalesce(found.events);
      if (events === undefined || events.length > mostEvents) {
        await connection.send({ id: lastId, name: 'resync', data: {} });
      } else {
        // Only the last one carries the id: a client that saw half of them gets them again.
        for (const [at, event] of events.entries()) {
          const id = at === events.length - 1 ? { id: lastId } : {};
          await connection.send({ ...id, name: event.type, data: event.data });
        }
      }
      if (feed.lastId === lastId && connection.isOpen) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (connection.isOpen) await pause(gatherMs);
    }
  } finally {
    unsubscribe();
    connection.signal.removeEventListener('abort', stop);
    connection.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
