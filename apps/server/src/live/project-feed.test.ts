import { expect, test } from 'vitest';
import { coalesce, ProjectFeed } from './project-feed.ts';

const boot = '0123abcd';

function pushWorkflow(feed: ProjectFeed, workflowId: string): void {
  feed.push({ type: 'workflow-changed', data: { workflowId, change: 'updated' } });
}

function idsAfter(feed: ProjectFeed, id: string) {
  const found = feed.listAfter(id);
  return found === 'gap'
    ? found
    : found.events.map((event) => (event.type === 'workflow-changed' ? event.data.workflowId : ''));
}

test('gives what came after an id', () => {
  const feed = new ProjectFeed(boot);
  expect(idsAfter(feed, `${boot}-0`)).toEqual([]);
  for (const id of ['a', 'b', 'c']) pushWorkflow(feed, id);
  expect(feed.lastId).toBe(`${boot}-3`);
  expect(idsAfter(feed, `${boot}-0`)).toEqual(['a', 'b', 'c']);
  expect(idsAfter(feed, `${boot}-2`)).toEqual(['c']);
  expect(idsAfter(feed, `${boot}-3`)).toEqual([]);
});

test('another start, the future and what has been forgotten are gaps', () => {
  const feed = new ProjectFeed(boot);
  for (let index = 0; index < 2_500; index++) pushWorkflow(feed, String(index));
  for (const id of ['ffffffff-1', `${boot}-2501`, `${boot}-1`, 'x', ''])
    expect(idsAfter(feed, id)).toBe('gap');
  expect(idsAfter(feed, `${boot}-2499`)).toEqual(['2499']);
  expect(idsAfter(feed, `${boot}-2000`)).toHaveLength(500);
});

test('the commits of one status are one event', () => {
  const feed = new ProjectFeed(boot);
  const push = (status: 'running' | 'waiting' | 'succeeded') =>
    feed.pushExecution({ executionId: 'e', workflowId: 'w', status });
  for (const status of ['running', 'running', 'waiting', 'running', 'succeeded'] as const) push(status);
  expect(feed.lastId).toBe(`${boot}-4`);
});

test('an end is not undone by what comes late, nor told twice', () => {
  const feed = new ProjectFeed(boot);
  const push = (status: 'running' | 'succeeded') =>
    feed.pushExecution({ executionId: 'e', workflowId: 'w', status });
  for (const status of ['running', 'succeeded', 'running', 'succeeded'] as const) push(status);
  expect(feed.lastId).toBe(`${boot}-2`);
  expect(feed.listOpen()).toEqual([]);
  feed.pushExecution({ executionId: 'f', workflowId: 'w', status: 'waiting' });
  expect(feed.listOpen()).toEqual(['f']);
});

test('when something is missing, whoever follows is told to read again', () => {
  const feed = new ProjectFeed(boot);
  pushWorkflow(feed, 'a');
  const seen = feed.lastId;
  let woken = 0;
  const unfollow = feed.subscribe(() => {
    woken += 1;
  });
  expect(feed.isFollowed).toBe(true);
  feed.forget();
  expect(woken).toBe(1);
  expect(feed.listAfter(seen)).toBe('gap');
  expect(idsAfter(feed, feed.lastId)).toEqual([]);
  const next = feed.lastId;
  pushWorkflow(feed, 'b');
  expect(idsAfter(feed, next)).toEqual(['b']);
  unfollow();
  expect(feed.isFollowed).toBe(false);
});

test('only the latest event of each thing is left, in order', () => {
  const execution = (executionId: string, status: 'running' | 'succeeded') =>
    ({ type: 'execution-changed', data: { executionId, workflowId: 'w', status } }) as const;
  const events = [execution('a', 'running'), execution('b', 'running'), execution('a', 'succeeded')];
  expect(coalesce(events)).toEqual([events[1], events[2]]);
});
