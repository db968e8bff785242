/**
 * The devices by which Python in WebAssembly reaches the process around it (machine.py has their contracts): bytes and
 * numbers cross, and never an object of JavaScript.
 *
 * A task runs in one call from here, so that it waits in here too: descriptor 3, which must not block, is looked at in
 * growing distances. Between tasks Node waits for it, and that costs nothing.
 */
import { readSync, writeSync } from 'node:fs';
import type { HeapGauge } from './heap-gauge.ts';

const inputDescriptor = 3;
const outputDescriptor = 4;
const chunkBytes = 256 * 1024;
const firstLookMs = 0.1;
const lastLookMs = 4;
const lookGrowth = 1.4;

/** A stream of Emscripten's file system, as far as devices are concerned. */
export interface DeviceOperations {
  open(): void;
  close(): void;
  read(stream: unknown, buffer: Int8Array, offset: number, length: number): number;
  write(stream: unknown, buffer: Int8Array, offset: number, length: number): number;
}

export class HostPipes {
  readonly #exit: (code: number) => never;
  readonly #clock = new Int32Array(new SharedArrayBuffer(4));
  readonly #chunk = Buffer.alloc(chunkBytes);
  #pending: Uint8Array[] = [];

  constructor(exit: (code: number) => never) {
    this.#exit = exit;
  }

  add(chunk: Uint8Array): void {
    this.#pending.push(chunk);
  }

  sleep(ms: number): void {
    Atomics.wait(this.#clock, 0, 0, ms);
  }

  /** Until the host has said something, at most so long. */
  wait(ms: number): void {
    const end = performance.now() + ms;
    for (let pause = firstLookMs; !this.#look(); pause = Math.min(lastLookMs, pause * lookGrowth)) {
      const left = end - performance.now();
      if (left <= 0) return;
      this.sleep(Math.min(pause, left));
    }
  }

  read(target: Uint8Array): number {
    if (!this.#look()) return 0;
    const first = this.#pending[0]!;
    const taken = Math.min(first.length, target.length);
    target.set(first.subarray(0, taken));
    if (taken === first.length) this.#pending.shift();
    else this.#pending[0] = first.subarray(taken);
    return taken;
  }

  write(bytes: Uint8Array): number {
    for (let sent = 0; sent < bytes.length; ) {
      try {
        sent += writeSync(outputDescriptor, bytes, sent);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') this.#exit(0);
        this.sleep(1);
      }
    }
    return bytes.length;
  }

  /** Whether bytes of the host are here. */
  #look(): boolean {
    if (this.#pending.length > 0) return true;
    try {
      const length = readSync(inputDescriptor, this.#chunk);
      if (length === 0) this.#exit(0);
      this.#pending.push(Uint8Array.from(this.#chunk.subarray(0, length)));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') this.#exit(0);
      return false;
    }
  }
}

export interface DeviceOptions {
  pipes: HostPipes;
  heap: HeapGauge;
  task: TaskMeter;
  exit(code: number): never;
}

/** Which task is at work, and what it has used. */
export class TaskMeter {
  id = 0;
  #startedCpu = process.cpuUsage();

  begin(id: number): void {
    this.id = id;
    this.#startedCpu = process.cpuUsage();
  }

  usage(): { cpuMs: number; peakMemoryBytes: number } {
    const { user, system } = process.cpuUsage(this.#startedCpu);
    return { cpuMs: (user + system) / 1000, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 };
  }
}

/** Memory is never given back: a next task with a smaller limit would be ended for what it has not taken. */
const mostKeptBytes = 288 * 1024 * 1024;
/** By the most that it ever held: what it holds now stands in /proc, which a jail has not. */
const isSwollen = () => process.resourceUsage().maxRSS * 1024 > mostKeptBytes;

/** By their names in /dev. */
export function createDevices({ exit, heap, pipes, task }: DeviceOptions): Map<string, DeviceOperations> {
  return new Map([
    ['host', createDevice({ read: (target) => pipes.read(target), write: (bytes) => pipes.write(bytes) })],
    ['wait', createNumberDevice((ms) => pipes.wait(ms))],
    ['sleep', createNumberDevice((ms) => pipes.sleep(ms))],
    [
      'memory',
      createNumberDevice(
        (bytes) => heap.allow(bytes),
        () => (isSwollen() ? '1' : '0'),
      ),
    ],
    [
      'task',
      createNumberDevice(
        (id) => task.begin(id),
        () => JSON.stringify(task.usage()),
      ),
    ],
    ['exit', createNumberDevice(exit)],
  ]);
}

/** Takes a number as text; anything else is the largest. What it tells fits into any read. */
function createNumberDevice(act: (value: number) => void, tell = () => ''): DeviceOperations {
  return createDevice({
    read: (target) => Buffer.from(target.buffer, target.byteOffset, target.length).write(tell()),
    write: (bytes) => {
      const value = Number(Buffer.from(bytes).toString('latin1'));
      act(value >= 0 ? value : Number.POSITIVE_INFINITY);
      return bytes.length;
    },
  });
}

function createDevice(act: {
  read(target: Uint8Array): number;
  write(bytes: Uint8Array): number;
}): DeviceOperations {
  const part = (buffer: Int8Array, offset: number, length: number) =>
    new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
  return {
    open: () => {},
    close: () => {},
    read: (_stream, buffer, offset, length) => act.read(part(buffer, offset, length)),
    write: (_stream, buffer, offset, length) => act.write(part(buffer, offset, length)),
  };
}
