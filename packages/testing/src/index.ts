export { createFakeClock, type FakeClock } from './fake-clock.ts';
export {
  type FixtureHandler,
  type FixtureRequest,
  type FixtureServer,
  startFixtureServer,
} from './fixture-server.ts';
export { MemoryArtifacts } from './memory-artifacts.ts';
export type { NodeRunOptions } from './node-run-context.ts';
export { findRedisServer, type RedisServer, startRedisServer } from './redis-server.ts';
export { type NodeRun, runNode } from './run-node.ts';
export { type S3Fixture, type S3FixtureOptions, startS3Fixture } from './s3-fixture.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export {
  assertNoUnheardRejections,
  failOnUnheardRejections,
  listUnheardRejections,
} from './unheard-rejections.ts';
export { type WaitOptions, waitFor, waitForEvent } from './wait-for.ts';
