import type { StepLog } from '@navette/contracts';
import type { TextCarrier } from '@navette/kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConsolePart, ConsoleWatch } from '../console-watch.ts';
import { LiveConsoles } from '../live-consoles.ts';
import { LineAsker } from './line-asker.ts';
import { encodeRequest } from './line-messages.ts';
import { LineSender } from './line-sender.ts';

const executionId = '0193b1a0-0000-7000-8000-000000000001';
const otherId = '0193b1a0-0000-7000-8000-000000000002';

/** What processes say to each other, by way of this test: nothing arrives but while it is up. */
class FakeCarrier implements TextCarrier {
  isUp = true;
  /** Refuses while true, as one that has enough to do. */
  isFull = false;
  maxTextBytes = 7_900;
  readonly sent: { address: string; text: string }[] = [];
  readonly #listeners = new Map<string, Set<(text: string) => void>>();

  send(address: string, text: string): boolean {
    if (!this.isUp || this.isFull) return false;
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(this.maxTextBytes);
    this.sent.push({ address, text });
    for (const listener of this.#listeners.get(address) ?? []) listener(text);
    return true;
  }

  listen(address: string, listener: (text: string) => void): () => void {
    const listeners = this.#listeners.get(address) ?? new Set();
    this.#listeners.set(address, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  bytesTo(address: string): number {
    return this.sent.reduce((sum, one) => sum + (one.address === address ? one.text.length : 0), 0);
  }
}

let carriers: FakeCarrier[];
let worker: LiveConsoles;
let sender: LineSender;
const open: { close(): void }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  carriers = [new FakeCarrier(), new FakeCarrier()];
  worker = new LiveConsoles();
  sender = new LineSender({ ownAddress: 'worker', consoles: worker, carriers });
  open.push(sender);
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function openApi(address: string) {
  const consoles = new LiveConsoles();
  const asker = new LineAsker({ address, consoles, carriers });
  open.push(asker);
  return { consoles, asker };
}

function write(lines: StepLog[], path: string, ...messages: string[]): void {
  for (const message of messages) {
    lines.push({ at: 1, message });
    worker.wrote({ executionId, path }, lines);
  }
}

/** What a stream would send: everything that is there after a moment. */
async function takeAll(watch: ConsoleWatch, afterMs = 250): Promise<ConsolePart[]> {
  await vi.advanceTimersByTimeAsync(afterMs);
  const parts: ConsolePart[] = [];
  for (let part = watch.take(); part; part = watch.take()) parts.push(part);
  return parts;
}

const messagesOf = (parts: readonly ConsolePart[]) =>
  parts.flatMap(({ lines }) => lines.map(({ message }) => message));
const ofLines = ({ sent }: FakeCarrier) => sent.filter(({ address }) => address !== 'lines');

test('a watcher in another process gets what was written before, then what comes, each line once', async () => {
  const { consoles } = openApi('api');
  const lines: StepLog[] = [];
  write(lines, 'code', 'one', 'two');
  const watch = consoles.watch(executionId);
  expect(await takeAll(watch)).toEqual([{ path: 'code', from: 0, lines }]);
  write(lines, 'code', 'three');
  expect(await takeAll(watch)).toEqual([{ path: 'code', from: 2, lines: [{ at: 1, message: 'three' }] }]);
  expect(await takeAll(watch)).toEqual([]);
  // A second stream of the same process costs nothing and has everything.
  const sent = carriers[0]!.sent.length;
  const second = consoles.watch(executionId);
  expect(messagesOf(await takeAll(second))).toEqual(['one', 'two', 'three']);
  expect(ofLines(carriers[0]!)).toHaveLength(sent - 1);
});

test('nothing is sent when nobody watches that execution, nor when nobody does any more', async () => {
  const { consoles } = openApi('api');
  const lines: StepLog[] = [];
  write(lines, 'code', 'one');
  consoles.watch(otherId);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ofLines(carriers[0]!)).toEqual([]);
  const watch = consoles.watch(executionId);
  await takeAll(watch);
  expect(sender.readers).toBe(2);
  watch.close();
  expect(sender.readers).toBe(1);
  const count = ofLines(carriers[0]!).length;
  write(lines, 'code', 'two');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ofLines(carriers[0]!)).toHaveLength(count);
});

test('who dies without a word is sent nothing after the lease; who lives is served on', async () => {
  const { consoles } = openApi('living');
  const watch = consoles.watch(executionId);
  carriers[0]!.send('lines', encodeRequest({ asker: 'dead', watched: [executionId], unwatched: [] }));
  expect(sender.readers).toBe(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sender.readers).toBe(1);
  write([], 'code', 'late');
  expect(messagesOf(await takeAll(watch))).toEqual(['late']);
  expect(carriers[0]!.bytesTo('dead')).toBe(0);
});

test('a flood is sent in few texts and so many bytes; the newest lines are shown, with how many are not', async () => {
  const { consoles } = openApi('api');
  const watch = consoles.watch(executionId);
  await takeAll(watch);
  const text = 'x'.repeat(1_000);
  const before = carriers[0]!.sent.length;
  const shown: ConsolePart[] = [];
  // A loop: many steps, each with a list of its own.
  for (let step = 0; step < 50; step++) {
    const lines: StepLog[] = [];
    const path = `loop#${step}`;
    write(lines, path, ...Array.from({ length: 120 }, (_, at) => `${at} ${text}`));
    shown.push(...(await takeAll(watch, 200)));
    worker.ended({ executionId, path }, lines);
  }
  const seconds = 10;
  expect(carriers[0]!.bytesTo('api')).toBeLessThan((64 + 16 * (seconds + 1)) * 1_024);
  expect(carriers[0]!.bytesTo('api')).toBeGreaterThan((64 + 16 * (seconds - 2)) * 1_024);
  expect(carriers[0]!.sent.length - before).toBeLessThan(50 * 3 + 10);
  const last = shown.filter(({ path }) => path === shown.at(-1)!.path);
  expect(last.at(-1)!.lines.at(-1)!.message).toMatch(/^119 /);
  const [{ from, skipped }] = last as [ConsolePart];
  expect([from, skipped]).toEqual([expect.any(Number), from]);
  expect(from).toBeGreaterThan(100);
});

test('what a full carrier refuses comes when it has room again', async () => {
  const { consoles } = openApi('api');
  const watch = consoles.watch(executionId);
  await takeAll(watch);
  for (const carrier of carriers) carrier.isFull = true;
  write([], 'code', 'one', 'two');
  expect(await takeAll(watch, 1_000)).toEqual([]);
  for (const carrier of carriers) carrier.isFull = false;
  expect(messagesOf(await takeAll(watch))).toEqual(['one', 'two']);
});

test('when a carrier goes away lines go by another; when all are away they come after it', async () => {
  const { consoles } = openApi('api');
  const watch = consoles.watch(executionId);
  await takeAll(watch);
  const lines: StepLog[] = [];
  carriers[0]!.isUp = false;
  write(lines, 'code', 'one');
  expect(messagesOf(await takeAll(watch))).toEqual(['one']);
  expect(ofLines(carriers[1]!)).toHaveLength(1);
  carriers[1]!.isUp = false;
  write(lines, 'code', 'two');
  expect(await takeAll(watch, 20_000)).toEqual([]);
  expect(sender.readers).toBe(0);
  carriers[1]!.isUp = true;
  expect(messagesOf(await takeAll(watch, 2_500))).toEqual(['two']);
  // The first one is preferred as soon as it is asked by.
  carriers[0]!.isUp = true;
  await takeAll(watch, 2_500);
  write(lines, 'code', 'three');
  expect(messagesOf(await takeAll(watch))).toEqual(['three']);
  expect(ofLines(carriers[0]!)).toHaveLength(1);
});

test('lines that follow each other closely are sent together', async () => {
  const { consoles } = openApi('api');
  const watch = consoles.watch(executionId);
  await takeAll(watch);
  const lines: StepLog[] = [];
  for (let at = 0; at < 100; at++) {
    write(lines, 'code', `${at}`);
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(messagesOf(await takeAll(watch))).toHaveLength(100);
  expect(ofLines(carriers[0]!).length).toBeLessThanOrEqual(7);
});

test('a process that watches what it runs sends itself nothing', async () => {
  const asker = new LineAsker({ address: 'worker', consoles: worker, carriers });
  open.push(asker);
  const watch = worker.watch(executionId);
  write([], 'code', 'one');
  expect(messagesOf(await takeAll(watch))).toEqual(['one']);
  expect(ofLines(carriers[0]!)).toEqual([]);
});

test('a lost text is a gap that is counted', async () => {
  const { consoles } = openApi('api');
  const watch = consoles.watch(executionId);
  const lines: StepLog[] = [];
  write(lines, 'code', 'one');
  await takeAll(watch);
  const original = carriers[0]!.send.bind(carriers[0]);
  carriers[0]!.send = () => true;
  write(lines, 'code', 'two', 'three');
  await takeAll(watch);
  carriers[0]!.send = original;
  write(lines, 'code', 'four');
  expect(await takeAll(watch)).toEqual([
    { path: 'code', from: 3, skipped: 2, lines: [{ at: 1, message: 'four' }] },
  ]);
});

test('nothing of a step comes once its end was told of; another try takes the place of the one before', async () => {
  const { consoles } = openApi('api');
  const watch = consoles.watch(executionId);
  const [first, second]: [StepLog[], StepLog[]] = [[], []];
  write(first, 'code', 'one');
  await takeAll(watch);
  write(first, 'code', 'with the record');
  worker.ended({ executionId, path: 'code' }, first);
  expect(await takeAll(watch)).toEqual([]);
  // Whoever comes now does not see it again either.
  expect(await takeAll(consoles.watch(executionId))).toEqual([]);
  write(second, 'code', 'again');
  expect(await takeAll(watch)).toMatchObject([{ from: 0, lines: [{ message: 'again' }] }]);
});

test('a line that fits no text is counted, and so is what an unknown process says', async () => {
  const { consoles } = openApi('api');
  const watch = consoles.watch(executionId);
  // Each of these characters takes six bytes in JSON.
  write([], 'code', '\u0001'.repeat(2_000));
  expect(await takeAll(watch)).toEqual([{ path: 'code', from: 1, skipped: 1, lines: [] }]);
  for (const text of ['', 'null', '{"x":7}', `{"x":"${executionId}","p":"a","l":"b","f":9e9,"m":[]}`])
    carriers[0]!.send('api', text);
  carriers[0]!.send('lines', '{"w":"no address","x":[]}');
  expect(await takeAll(watch)).toEqual([]);
});

test('what another process wrote is not passed on', async () => {
  const both = openApi('both');
  const bothSender = new LineSender({ ownAddress: 'both', consoles: both.consoles, carriers });
  open.push(bothSender);
  both.consoles.watch(executionId);
  const { consoles } = openApi('api');
  const watch = consoles.watch(executionId);
  write([], 'code', 'one');
  expect(messagesOf(await takeAll(watch))).toEqual(['one']);
  expect(ofLines(carriers[0]!).filter(({ address }) => address === 'api')).toHaveLength(1);
});
