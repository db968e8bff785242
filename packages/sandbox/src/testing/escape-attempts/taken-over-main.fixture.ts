/**
 * The main file of a runner that was taken over: no engine, no realm, the program runs in Node itself with all that the
 * process has. What stops it then is what stands around the process.
 */
import { listenToHost, sendToHost } from '../../inside/channel.ts';
import type { RunMessage } from '../../protocol/messages.ts';

const usage = { cpuMs: 0, peakMemoryBytes: 0 };
let calls = 0;
const answers = new Map<number, (output: unknown) => void>();

listenToHost({
  run: (message) => void run(message),
  answer: (answer) => {
    if (answer.ok) answers.get(answer.call)?.(JSON.parse(answer.output));
  },
  drop: ({ task }) => sendToHost({ type: 'dropped', task }),
});

async function run({ task, source, input }: RunMessage): Promise<void> {
  const say = (...values: unknown[]) =>
    sendToHost({ type: 'console', task, level: 'info', text: values.map(String).join(' ') });
  Object.assign(globalThis, {
    require: (name: string) => process.getBuiltinModule(name),
    console: { ...console, log: say },
  });
  const echo = (...values: unknown[]) => {
    calls += 1;
    sendToHost({ type: 'call', task, call: calls, name: 'echo', args: JSON.stringify(values) });
    return new Promise((resolve) => answers.set(calls, resolve));
  };
  try {
    const module = await import(
      `data:text/javascript,${encodeURIComponent(`export default async function (input, host) {${source}\n}`)}`
    );
    const output = await module.default(JSON.parse(input), { echo, deep: { echo } });
    sendToHost({ type: 'done', task, output: JSON.stringify(output) ?? 'null', usage });
  } catch (error) {
    sendToHost({
      type: 'failed',
      task,
      failure: { code: 'SANDBOX_CODE_THREW', detail: String(error) },
      usage,
    });
  }
}
