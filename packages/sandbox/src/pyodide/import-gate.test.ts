/** The gate by itself: what is left of the functions that an interpreter imports, once it is closed. */
import { afterEach, describe, expect, it } from 'vitest';
import { HeapGauge } from './heap-gauge.ts';
import { ClosedImportError, ImportGate } from './import-gate.ts';

const api = (globalThis as unknown as { WebAssembly: { instantiate: unknown } }).WebAssembly;
const { instantiate } = api;
afterEach(() => {
  api.instantiate = instantiate;
});

class Breach extends Error {}

/** The functions as the interpreter gets them: each gives its own name. */
function openGate(names: readonly string[]) {
  const exits: number[] = [];
  const heap = new HeapGauge(() => {
    throw new Breach();
  });
  const gate = new ImportGate({
    heap,
    exit: (code) => {
      exits.push(code);
      throw new Error('exit');
    },
  });
  let env: Record<string, (...values: unknown[]) => unknown> = {};
  api.instantiate = (_source: Uint8Array, imports: { env: typeof env }) => {
    env = imports.env;
  };
  gate.install();
  const act = (name: string) => Object.assign(() => name, { sig: 'ip' });
  const all = ['emscripten_resize_heap', ...names].map((name) => [name, act(name)]);
  (api.instantiate as (source: Uint8Array, imports: object) => void)(new Uint8Array(), {
    env: Object.fromEntries(all),
  });
  return { env, exits, gate, heap };
}

describe('the gate', () => {
  it('lets everything through while the interpreter is loaded', () => {
    const { env } = openGate(['JsvObject_CallMethod', 'fd_read', '__syscall_socket']);
    for (const name of ['JsvObject_CallMethod', 'fd_read', '__syscall_socket'])
      expect(env[name]!()).toBe(name);
  });

  it.each([
    'JsvObject_CallMethod',
    'emscripten_run_script',
    '_dlopen_js',
    'ffi_call_js',
    'new_in_a_later_version',
  ])('ends the interpreter that calls %s afterwards', (name) => {
    const { env, gate } = openGate([name]);
    gate.close();
    expect(() => env[name]!()).toThrow(ClosedImportError);
  });

  it.each([
    ['__syscall_socket', -52],
    ['_emscripten_system', -52],
    ['_maybe_connect_async', null],
  ])('tells a program in good faith that there is no %s', (name, answer) => {
    const { env, gate } = openGate([name]);
    gate.close();
    expect(env[name]!()).toBe(answer);
  });

  it('leaves files in memory, and clocks', () => {
    const names = ['fd_read', '__syscall_openat', 'clock_time_get'];
    const { env, gate } = openGate(names);
    gate.close();
    for (const name of names) expect(env[name]!()).toBe(name);
  });

  it('keeps the marks of the functions, by which Emscripten links them', () => {
    const { env } = openGate(['JsvObject_CallMethod']);
    expect(env['JsvObject_CallMethod']).toHaveProperty('sig', 'ip');
  });

  it('an exit of the interpreter is one of the process', () => {
    const { env, exits, gate } = openGate(['proc_exit']);
    gate.close();
    expect(() => env['proc_exit']!(3)).toThrow('exit');
    expect(exits).toEqual([3]);
  });

  it('memory grows as far as it was allowed to', () => {
    const { env, heap } = openGate([]);
    const grow = (bytes: number) => env['emscripten_resize_heap']!(bytes);
    expect(grow(2 ** 32 - 1)).toBe('emscripten_resize_heap');
    heap.calibrate(1_000);
    heap.allow(500);
    expect(grow(1_500)).toBe('emscripten_resize_heap');
    expect(() => grow(1_501)).toThrow(Breach);
    // As WebAssembly hands over what is more than half of its range.
    expect(() => grow(-1)).toThrow(Breach);
  });
});
