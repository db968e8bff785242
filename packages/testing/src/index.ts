export { createFakeClock, type FakeClock } from './fake-clock.ts';
export {
  type FixtureHandler,
  type FixtureRequest,
  type FixtureServer,
  startFixtureServer,
} from './fixture-server.ts';
export { MemoryArtifacts } from './memory-artifacts.ts';
export type { NodeRunOptions } from './node-run-context.ts';
export { type NodeRun, runNode } from './run-node.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export { type WaitOptions, waitFor, waitForEvent } from './wait-for.ts';
