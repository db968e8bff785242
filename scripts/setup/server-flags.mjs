/**
 * Flags of Node for the server. A new space of 2 × 32 MiB: with 8, a rush of 64 callers is still at work when its objects
 * are moved, which cost a fifth more CPU; with 16 the collector took 5 % of the main thread (measured). What is left in it
 * is given back at rest, hence --expose-gc (apps/server/src/tidy-memory.ts).
 *
 * One helper thread of V8 in place of four: on two cores the collector's helpers took them from Postgres and from the main
 * thread that waits for them. With 16 callers the 99th percentile fell from 14 to 8 ms, with 64 the CPU by a sixth (measured).
 */
export const serverFlags = ['--expose-gc', '--max-semi-space-size=32', '--v8-pool-size=1'];
