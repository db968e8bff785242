import { createQuickJsEngine } from '../quickjs/quickjs-engine.ts';
import { createRunQuickJsEngine } from '../run-quickjs/run-quickjs-engine.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

/** QuickJS without the jail, and in it where this machine has one. Says so when it has none. */
export async function quickJsVariants(): Promise<EngineUnderTest[]> {
  const bare: EngineUnderTest = {
    name: 'QuickJS without the jail',
    language: 'javascript',
    deterministic: true,
    open: () => createQuickJsEngine({ jail: 'never', ready: 0 }),
  };
  const probe = createQuickJsEngine();
  const state = await probe.availability();
  await probe.close();
  if (state.available && state.jail === 'bubblewrap') {
    return [bare, { ...bare, name: 'QuickJS in the jail', open: () => createQuickJsEngine({ ready: 0 }) }];
  }
  console.log('QuickJS in the jail: skipped, this machine has no working bubblewrap');
  return [bare];
}

/** The second QuickJS. Its clock cannot be set, and a promise that nothing settles is ended by the wall limit. */
export const runVariant: EngineUnderTest = {
  name: 'QuickJS by the run package',
  language: 'javascript',
  deterministic: false,
  knowsStalls: false,
  ownBudget: true,
  checks: false,
  open: () => createRunQuickJsEngine({ ready: 0 }),
};
