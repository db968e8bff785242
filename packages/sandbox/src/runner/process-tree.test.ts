import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { ProcessTrees, readTreeUsage } from './process-tree.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const { pid, exitCode, signalCode } of children.splice(0)) {
    if (exitCode === null && signalCode === null) process.kill(-pid!, 'SIGKILL');
  }
});

/** A shell that runs one line of its input after the other, and says when it has. */
function openShell() {
  const child = spawn('sh', ['-c', 'while read -r line; do eval "$line"; echo done; done'], {
    detached: true,
  });
  children.push(child);
  const say = async (line: string) => {
    child.stdin.write(`${line}\n`);
    await once(child.stdout, 'data');
  };
  return { pid: child.pid!, say, end: () => child.kill('SIGKILL'), exited: once(child, 'exit') };
}

const countFiles = () => readdirSync('/proc/self/fd').length;

describe.runIf(existsSync('/proc/self/stat'))('a tree that is watched', () => {
  test('has the processes that came since the last look, and not those that went', async () => {
    const trees = new ProcessTrees();
    const shell = openShell();
    const tree = trees.add(shell.pid);
    expect(tree.read()).toMatchObject({ processes: 1 });
    await shell.say('sleep 1000 & a=$!; sleep 1000 & b=$!');
    // They load their program still: both looks must fall between two pages of it.
    await expect
      .poll(() => [trees.refresh(), isDeepStrictEqual(tree.read(), readTreeUsage(shell.pid))][1])
      .toBe(true);
    expect(tree.read()).toMatchObject({ processes: 3 });
    await shell.say('kill -9 $a $b; wait');
    trees.refresh();
    expect(tree.read()).toMatchObject({ processes: 1 });
    trees.delete(tree);
  });

  test('has the children of children, and is apart from other trees', async () => {
    const trees = new ProcessTrees();
    const [first, second] = [openShell(), openShell()];
    const [one, two] = [trees.add(first.pid), trees.add(second.pid)];
    await first.say('(sleep 1000; true) &');
    await expect.poll(() => [trees.refresh(), one.read()?.processes][1]).toBe(3);
    expect(two.read()).toMatchObject({ processes: 1 });
    for (const tree of [one, two]) trees.delete(tree);
  });

  test('finds those that came between more others than are looked at one by one', async () => {
    const trees = new ProcessTrees();
    const shell = openShell();
    const tree = trees.add(shell.pid);
    await shell.say('sleep 1000 & i=0; while [ $i -lt 300 ]; do (:); i=$((i+1)); done');
    trees.refresh();
    expect(tree.read()).toMatchObject({ processes: 2 });
    trees.delete(tree);
  });

  test('tells time and memory as they are now', async () => {
    const trees = new ProcessTrees();
    const shell = openShell();
    const tree = trees.add(shell.pid);
    const before = tree.read()!;
    await shell.say('i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done');
    const after = tree.read()!;
    expect(after.cpuMs).toBeGreaterThan(before.cpuMs);
    expect(after.residentBytes).toBeGreaterThan(100_000);
    expect(after.dataBytes).toBeGreaterThan(10_000);
    trees.delete(tree);
  });

  test('is nothing when its processes have ended, and keeps no files', async () => {
    const files = countFiles();
    const trees = new ProcessTrees();
    const shell = openShell();
    const tree = trees.add(shell.pid);
    shell.end();
    await shell.exited;
    expect(tree.read()).toBeUndefined();
    expect(readTreeUsage(shell.pid)).toBeUndefined();
    trees.delete(tree);
    await expect.poll(countFiles).toBeLessThanOrEqual(files);
  });
});
