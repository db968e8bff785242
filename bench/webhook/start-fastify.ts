import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { startProgram } from '../child-program.ts';
import { findFreePort } from '../free-port.ts';
import { isAnswering, path } from './order.ts';
import type { Subject } from './subject.ts';

export async function startFastify(): Promise<Subject> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}/${path}`;
  const program = await startProgram({
    name: 'The Fastify handler',
    command: process.execPath,
    args: [fileURLToPath(new URL('./fastify-ceiling.ts', import.meta.url)), String(port)],
    isReady: () => isAnswering(url),
  });
  const { version } = createRequire(import.meta.url)('fastify/package.json') as { version: string };
  return {
    name: 'Fastify',
    work: 'one hand-written handler; nothing stored',
    version,
    url,
    pid: program.pid,
    stop: () => program.stop(),
  };
}
