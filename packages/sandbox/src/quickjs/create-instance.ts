/**
 * A QuickJS of its own for each task. The module is compiled once; what is new is the instance and its memory, whose
 * maximum the engine itself keeps: QuickJS's own memory limit counts wrongly, and lets gigabytes through.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  type CustomizeVariantOptions,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { Memory, Module, type WasmMemory } from './web-assembly.ts';

export interface QuickJsInstance {
  module: QuickJSWASMModule;
  memory: WasmMemory;
  /** Whether the memory was refused to grow. */
  exhausted(): boolean;
}

const pageBytes = 64 * 1024;
/** What the module asks for at the start (its data, its stack and a first heap). */
const initialPages = 256;
const maxPages = 32_768;

const compiled = new Module(
  readFileSync(fileURLToPath(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))),
);

export async function createInstance(memoryBytes: number): Promise<QuickJsInstance> {
  const maximum = Math.min(maxPages, Math.max(initialPages, Math.floor(memoryBytes / pageBytes)));
  const memory = new Memory({ initial: initialPages, maximum });
  let refused = false;
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    try {
      return grow(pages);
    } catch (error) {
      refused = true;
      throw error;
    }
  };
  const options = { wasmModule: compiled, wasmMemory: memory } as CustomizeVariantOptions;
  // Its types describe the CommonJS build, where the value is one level deeper.
  const sync = variant as unknown as QuickJSSyncVariant;
  const module = await newQuickJSWASMModuleFromVariant(newVariant(sync, options));
  return { module, memory, exhausted: () => refused };
}
