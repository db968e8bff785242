import type { StepLog } from '@navette/contracts';
import { expect, test } from 'vitest';
import { LiveConsoles } from './live-consoles.ts';

const line = (message: string): StepLog => ({ at: 1, message });

function write(consoles: LiveConsoles, lines: StepLog[], path: string, ...messages: string[]) {
  for (const message of messages) {
    lines.push(line(message));
    consoles.wrote({ executionId: 'e', path }, lines);
  }
}

test('a watch gets what was written before it, then what comes, once', async () => {
  const consoles = new LiveConsoles();
  const lines: StepLog[] = [];
  write(consoles, lines, 'a', 'one', 'two');
  const watch = consoles.watch('e');
  await watch.next();
  expect(watch.take()).toEqual({ path: 'a', from: 0, lines: [line('one'), line('two')] });
  expect(watch.take()).toBeUndefined();
  const next = watch.next();
  write(consoles, lines, 'a', 'three');
  await next;
  expect(watch.take()).toEqual({ path: 'a', from: 2, lines: [line('three')] });
  watch.close();
});

test('a long list comes in parts, and two steps in turn', () => {
  const consoles = new LiveConsoles();
  const names = Array.from({ length: 250 }, (_, at) => `line ${at}`);
  write(consoles, [], 'a', ...names);
  write(consoles, [], 'b', 'other');
  const watch = consoles.watch('e');
  const parts = Array.from({ length: 5 }, () => watch.take());
  expect(parts.map((part) => part && [part.path, part.from, part.lines.length])).toEqual([
    ['a', 0, 100],
    ['a', 100, 100],
    ['a', 200, 50],
    ['b', 0, 1],
    undefined,
  ]);
});

test('nothing of a step is read once its end was told of; another try begins anew', () => {
  const consoles = new LiveConsoles();
  const [first, second]: [StepLog[], StepLog[]] = [[], []];
  write(consoles, first, 'a', 'one', 'two');
  const watch = consoles.watch('e');
  watch.take();
  first.push(line('late'));
  consoles.ended({ executionId: 'e', path: 'a' }, first);
  expect(watch.take()).toBeUndefined();
  write(consoles, second, 'a', 'again');
  expect(watch.take()).toMatchObject({ from: 0, lines: [line('again')] });
  // The end of the try before says nothing of this one.
  consoles.ended({ executionId: 'e', path: 'a' }, first);
  write(consoles, second, 'a', 'and again');
  expect(watch.take()).toMatchObject({ from: 1 });
});

test('other executions are not heard, and a closed watch waits for nothing', async () => {
  const consoles = new LiveConsoles();
  const watch = consoles.watch('another');
  write(consoles, [], 'a', 'one');
  await watch.next();
  expect(watch.take()).toBeUndefined();
  const waiting = watch.next();
  watch.close();
  await waiting;
});
