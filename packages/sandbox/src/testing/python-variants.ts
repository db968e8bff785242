import { createPythonEngine } from '../python/python-engine.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

/** Python without the jail, and in it where this machine has one. Says so when it has none. */
export async function pythonVariants(): Promise<EngineUnderTest[]> {
  const bare: EngineUnderTest = {
    name: 'Python without the jail',
    language: 'python',
    deterministic: false,
    open: () => createPythonEngine({ runtime: 'python3', jail: 'never', withoutJail: 'allow', ready: 0 }),
  };
  const without = bare.open();
  const here = await without.availability();
  await without.close();
  if (!here.available) {
    console.log(`Python: skipped. ${here.reason}`);
    return [];
  }
  const probe = createPythonEngine({ runtime: 'python3' });
  const state = await probe.availability();
  await probe.close();
  if (state.available) {
    return [
      bare,
      {
        ...bare,
        name: 'Python in the jail',
        open: () => createPythonEngine({ runtime: 'python3', ready: 0 }),
      },
    ];
  }
  console.log(`Python in the jail: skipped. ${state.reason}`);
  return [bare];
}
