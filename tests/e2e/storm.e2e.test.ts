/** The storm in short, each fault once; the long form is `npm run chaos -- --minutes N`. */
import { findRedisServer } from '@navette/testing';
import { expect, test } from 'vitest';
import { createSeededRandom } from '../chaos/seeded-random.ts';
import { runStorm, type StormFault } from '../chaos/storm/run-storm.ts';

const withRedis: readonly StormFault[] = findRedisServer() ? ['flush redis', 'kill redis'] : [];
if (withRedis.length === 0) console.log('There is no redis-server: the storm goes on over Postgres alone.');

test('every accepted execution ends as it should, whatever is killed, frozen or cut', async () => {
  const report = await runStorm({
    random: createSeededRandom('storm'),
    seconds: 120,
    callers: 4,
    everyMs: 700,
    plan: ['lose answers', 'kill worker', ...withRedis, 'cut connections', 'kill postgres', 'freeze worker'],
  });
  expect(report.problems).toEqual([]);
  expect(report.executions).toBeGreaterThan(20);
}, 400_000);
