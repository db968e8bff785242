/**
 * What all runners of a program can share, made once: the program is run with the arguments of its `preparation`, behind
 * the same walls, and what it says becomes a file without a name that each runner finds open for reading.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type JailState, type JailTools, sendFilter } from './jail.ts';
import { encodeCommand } from './runner-command.ts';
import type { RunnerProgram } from './runner-program.ts';

const timeoutMs = 60_000;

export interface PreparedFile {
  descriptor: number;
  close(): void;
}

/** Undefined where there is nothing to prepare, or it did not work: runners then start without, and slower. */
export async function prepareRunners(
  program: RunnerProgram,
  jail: JailState,
  tools: JailTools,
  signal: AbortSignal,
): Promise<PreparedFile | undefined> {
  const { preparation } = program;
  if (!preparation) return undefined;
  const { command, args, filter } = await encodeCommand(program, jail, tools);
  const child = spawn(command, [...args, ...preparation.args], {
    cwd: '/',
    env: {},
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    signal,
    stdio: ['ignore', 'ignore', 'ignore', 'ignore', 'pipe', filter ? 'pipe' : 'ignore'],
  });
  sendFilter(child.stdio, filter);
  const exit = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
  const bytes = await collect(child.stdio[4] as Readable, preparation.maxBytes);
  if (!bytes) child.kill('SIGKILL');
  return (await exit) === 0 && bytes ? openUnnamed(bytes) : undefined;
}

async function collect(stream: Readable, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return length === 0 ? undefined : Buffer.concat(chunks);
}

function openUnnamed(bytes: Buffer): PreparedFile | undefined {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'navette-runner-'));
    try {
      const path = join(folder, 'prepared');
      writeFileSync(path, bytes, { mode: 0o400 });
      const descriptor = openSync(path, 'r');
      return { descriptor, close: () => closeSync(descriptor) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    return undefined;
  }
}
