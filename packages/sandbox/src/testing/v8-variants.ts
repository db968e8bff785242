import { createV8Engine } from '../v8/v8-engine.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

/** V8 without the jail, and in it where this machine has one. Says so when it has none. */
export async function v8Variants(): Promise<EngineUnderTest[]> {
  const bare: EngineUnderTest = {
    name: 'V8 without the jail',
    language: 'javascript',
    deterministic: true,
    open: () => createV8Engine({ jail: 'never', withoutJail: 'allow', ready: 0 }),
  };
  const probe = createV8Engine();
  const state = await probe.availability();
  await probe.close();
  if (state.available) {
    return [bare, { ...bare, name: 'V8 in the jail', open: () => createV8Engine({ ready: 0 }) }];
  }
  console.log(`V8 in the jail: skipped. ${state.reason}`);
  return [bare];
}
