import { reconnectDelayMs } from '@navette/kit';

const pace = { delayMs: 100, maxDelayMs: 1_000 };

/**
 * What all connections to Redis share: they come back for ever, notice a peer that is gone without a word, and look for
 * another one where theirs has become a replica.
 */
export const connectionOptions = {
  retryStrategy: (failures: number) => reconnectDelayMs(pace, failures, Math.random()),
  connectTimeout: 3_000,
  keepAlive: 5_000,
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
};
