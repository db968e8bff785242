import { describe, expect, it } from 'vitest';
import type { CodeEngine, EngineAvailability } from '../port.ts';
import { createTask, readError } from '../testing/engine-under-test.ts';
import { createFoundEngine } from './found-engine.ts';

const kind = { name: 'python', languages: ['python'] } as const;
const here: EngineAvailability = { available: true, jail: 'none' };
const missing = (reason: string): EngineAvailability => ({ available: false, reason });

/** An engine that says its own name, and what was asked of it. */
function createFake(title: string, state: EngineAvailability) {
  const asked: string[] = [];
  const engine: CodeEngine = {
    ...kind,
    availability: async () => state,
    warmUp: async () => void asked.push('warmUp'),
    run: async () => ({ output: title, usage: { cpuMs: 0, wallMs: 0, peakMemoryBytes: 0 } }),
    close: async () => void asked.push('close'),
  };
  return { engine, asked };
}

const task = createTask('return 1', { language: 'python' });

describe('an engine that has to be looked for', () => {
  it('is the first that works here; those before it are closed, and those after it never made', async () => {
    const [first, second] = [createFake('first', missing('no jail')), createFake('second', here)];
    const never = () => Promise.reject(new Error('was made'));
    const engine = createFoundEngine(kind, [
      async () => first.engine,
      async () => 'not installed',
      async () => second.engine,
      never,
    ]);
    expect(await engine.availability()).toEqual(here);
    expect((await engine.run(task)).output).toBe('second');
    await engine.warmUp();
    await engine.close();
    expect(first.asked).toEqual(['close']);
    expect(second.asked).toEqual(['warmUp', 'close']);
  });

  it('is none where none works, with each reason once', async () => {
    const reasons = ['No python3 is installed', 'It runs only in a jail', 'It runs only in a jail'];
    const engine = createFoundEngine(
      kind,
      reasons.map((reason) => async () => createFake('', missing(reason)).engine),
    );
    const reason = 'No python3 is installed. It runs only in a jail';
    expect(await engine.availability()).toEqual({ available: false, reason });
    expect(await readError(engine, task)).toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      params: { engine: 'python', detail: reason },
    });
    await engine.warmUp();
    await engine.close();
  });

  it('looks once, and not before somebody asks', async () => {
    let looks = 0;
    const engine = createFoundEngine(kind, [
      async () => {
        looks += 1;
        return createFake('only', here).engine;
      },
    ]);
    expect(looks).toBe(0);
    await Promise.all([engine.run(task), engine.availability(), engine.run(task)]);
    expect(looks).toBe(1);
    await engine.close();
    expect((await readError(engine, task)).code).toBe('SANDBOX_CLOSED');
  });
});
