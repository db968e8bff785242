/**
 * What all connections to Redis share: they come back for ever, notice a peer that is gone without a word, and look for
 * another one where theirs has become a replica.
 */
export const connectionOptions = {
  retryStrategy: (times: number) => Math.min(1_000, 50 * 2 ** Math.min(times, 6)),
  connectTimeout: 3_000,
  keepAlive: 5_000,
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
};
