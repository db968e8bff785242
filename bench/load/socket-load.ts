/**
 * A small closed-loop HTTP load generator for machines without wrk: each connection sends the same request, waits for
 * the whole answer, and sends the next one. It reads what the benchmarked servers send (a status line and
 * Content-Length) and refuses anything else, so that no answer is counted that it did not understand.
 * Run as a program; the plan is in NAVETTE_BENCH_PLAN, the last line of output is the result.
 */
import { connect, type Socket } from 'node:net';
import { percentileOf } from '../statistics.ts';
import type { LoadPlan, RawLoadResult } from './generate-load.ts';

const plan = JSON.parse(process.env['NAVETTE_BENCH_PLAN'] ?? '') as LoadPlan;
const target = new URL(plan.url);
const request = Buffer.from(
  [
    `POST ${target.pathname} HTTP/1.1`,
    `Host: ${target.host}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(plan.body)}`,
    '',
    plan.body,
  ].join('\r\n'),
);

const latenciesUs: number[] = [];
const failures = { refused: 0, broken: 0, timedOut: 0, badStatus: 0 };
const startedAt = performance.now();
const endsAt = startedAt + plan.seconds * 1_000;

await Promise.all(Array.from({ length: plan.connections }, () => runConnection()));
const durationUs = Math.round((performance.now() - startedAt) * 1e3);
const sorted = latenciesUs.toSorted((a, b) => a - b);
const result: RawLoadResult = {
  answers: sorted.length,
  durationUs,
  p50Us: sorted.length > 0 ? percentileOf(sorted, 0.5) : 0,
  p90Us: sorted.length > 0 ? percentileOf(sorted, 0.9) : 0,
  p99Us: sorted.length > 0 ? percentileOf(sorted, 0.99) : 0,
  maxUs: sorted.at(-1) ?? 0,
  ...failures,
};
console.log(`RESULT ${JSON.stringify(result)}`);

/** Ends at the end of the plan or when its connection does. */
function runConnection(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    let received = '';
    let sentAt = 0;
    let over = false;
    const end = (failure?: keyof typeof failures) => {
      if (over) return;
      over = true;
      if (failure) failures[failure] += 1;
      socket.destroy();
      resolve();
    };
    const send = () => {
      sentAt = performance.now();
      if (sentAt >= endsAt) return end();
      socket.write(request);
    };
    socket.setEncoding('latin1').setTimeout(10_000, () => end('timedOut'));
    socket.once('connect', send);
    socket.on('error', () => end(sentAt === 0 ? 'refused' : 'broken'));
    socket.on('close', () => end('broken'));
    socket.on('data', (text: string) => {
      received += text;
      const length = answerLength(received, socket);
      if (length === undefined || received.length < length) return;
      if (!received.startsWith('HTTP/1.1 2')) failures.badStatus += 1;
      latenciesUs.push(Math.round((performance.now() - sentAt) * 1e3));
      received = received.slice(length);
      send();
    });
  });
}

/** Bytes of the answer whose head has arrived. */
function answerLength(text: string, socket: Socket): number | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headEnd))?.[1];
  if (length === undefined) {
    socket.destroy(new Error('An answer without Content-Length'));
    return undefined;
  }
  return headEnd + 4 + Number(length);
}
