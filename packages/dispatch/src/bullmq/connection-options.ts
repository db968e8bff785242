/** What all connections to Redis share: they come back for ever, and notice a peer that is gone without a word. */
export const connectionOptions = {
  retryStrategy: (times: number) => Math.min(1_000, 50 * 2 ** Math.min(times, 6)),
  connectTimeout: 3_000,
  keepAlive: 5_000,
};
