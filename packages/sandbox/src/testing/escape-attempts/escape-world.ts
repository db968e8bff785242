/**
 * The world around an escape attempt: secrets to steal, servers to reach, a folder to write to, a process to signal.
 * Whether an attempt got through is read from here, never from what the program says of itself alone.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodeEngine, CodeLimits } from '../../port.ts';
import { createTask } from '../engine-under-test.ts';
import type { EscapeAttempt, EscapeTargets } from './escape-attempt.ts';

const canaryVariable = 'NAVETTE_ESCAPE_CANARY';
const limits = { wallMs: 5_000, cpuMs: 1_500, memoryBytes: 64 * 1024 ** 2, consoleLines: 500 };

const turns = 5;

/** Signals and connections that have arrived are reported in the next turns of the event loop. */
async function hearAll(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class EscapeWorld {
  readonly targets: EscapeTargets;
  readonly #secrets: readonly { what: string; text: string }[];
  readonly #servers: readonly Server[];
  #connections = 0;
  #signals = 0;
  readonly #onSignal = () => {
    this.#signals += 1;
  };

  static async open(): Promise<EscapeWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'navette-escape-'));
    const servers = [createServer(), createServer()];
    const socket = join(folder, 'host.sock');
    await Promise.all([
      new Promise<void>((resolve) => servers[0]!.listen(0, '127.0.0.1', resolve)),
      new Promise<void>((resolve) => servers[1]!.listen(socket, resolve)),
    ]);
    const { port } = servers[0]!.address() as { port: number };
    return new EscapeWorld(folder, servers, { port, socket });
  }

  private constructor(
    folder: string,
    servers: readonly Server[],
    { port, socket }: { port: number; socket: string },
  ) {
    const canaryFile = join(folder, 'canary.txt');
    this.targets = {
      canaryFile,
      folder,
      canaryVariable,
      marker: join(folder, 'marker.txt'),
      port,
      socket,
      pid: process.pid,
    };
    const inFile = `file-${randomUUID()}`;
    const inEnvironment = `env-${randomUUID()}`;
    writeFileSync(canaryFile, inFile);
    process.env[canaryVariable] = inEnvironment;
    this.#secrets = [
      { what: 'the canary file', text: inFile },
      { what: 'the canary variable', text: inEnvironment },
      { what: "the machine's accounts", text: readFileSync('/etc/passwd', 'utf8').split('\n')[0]! },
      { what: "the host's folders", text: process.cwd() },
    ];
    this.#servers = servers;
    for (const server of servers) {
      server.on('connection', (connection) => {
        this.#connections += 1;
        connection.destroy();
      });
    }
    process.on('SIGUSR2', this.#onSignal);
  }

  async close(): Promise<void> {
    process.off('SIGUSR2', this.#onSignal);
    delete process.env[canaryVariable];
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
    rmSync(this.targets.folder, { recursive: true, force: true });
  }

  /** Runs the attempt, and says by what it got through: an empty list is a prison that held. */
  async listBreaches(
    engine: CodeEngine,
    attempt: EscapeAttempt,
    more: Partial<CodeLimits> = {},
  ): Promise<string[]> {
    const before = { connections: this.#connections, signals: this.#signals };
    const heard: string[] = [];
    const breaches: string[] = [];
    const task = createTask(attempt.source, {
      language: attempt.language,
      input: this.targets,
      bindings: ['echo', 'deep.echo'],
      limits: { ...limits, ...more },
    });
    const ended = await engine
      .run(task, {
        onConsole: ({ text }) => heard.push(text),
        onCall: ({ name, args }) => {
          heard.push(args);
          if (!task.bindings.includes(name)) breaches.push(`it called ${name}, which it was not given`);
          return Promise.resolve({ output: args });
        },
      })
      .then(({ output }) => output, String);
    heard.push(ended);
    await hearAll();
    const all = heard.join('\n');
    for (const { what, text } of this.#secrets) if (all.includes(text)) breaches.push(`it read ${what}`);
    if ((attempt.detects ?? ((text) => /ESCAPED/.test(text)))(all))
      breaches.push(`its words: ${all.slice(0, 300)}`);
    if (this.#connections > before.connections) breaches.push('it reached a server');
    if (this.#signals > before.signals) breaches.push('it sent a signal to the host');
    const strange = readdirSync(this.targets.folder).filter(
      (name) => !['canary.txt', 'host.sock'].includes(name),
    );
    if (strange.length > 0) breaches.push(`it wrote ${strange}`);
    for (const name of strange) rmSync(join(this.targets.folder, name), { recursive: true, force: true });
    if (Object.keys(Object.prototype).length > 0 || 'polluted' in {})
      breaches.push("it changed the host's prototypes");
    return breaches;
  }
}
