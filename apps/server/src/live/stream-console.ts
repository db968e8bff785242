import type { EventConnection } from './event-connection.ts';
import type { LiveConsoles } from './live-consoles.ts';

/** Lines are gathered for so long: whatever a program writes, its watchers get five messages a second. */
const gatherMs = 200;

/**
 * Sends what steps at work write, until the connection is closed. Without ids: a client that comes back gets the lines of
 * the steps that are still at work anew, from their first.
 */
export async function streamConsole(options: {
  connection: EventConnection;
  consoles: LiveConsoles;
  executionId: string;
}): Promise<void> {
  const { connection, consoles, executionId } = options;
  const watch = consoles.watch(executionId);
  const close = () => watch.close();
  connection.signal.addEventListener('abort', close, { once: true });
  try {
    while (connection.isOpen) {
      await watch.next();
      for (let part = watch.take(); part && connection.isOpen; part = watch.take())
        await connection.send({ name: 'console', data: part });
      if (connection.isOpen) await pause(gatherMs, connection.signal);
    }
  } finally {
    connection.signal.removeEventListener('abort', close);
    watch.close();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
