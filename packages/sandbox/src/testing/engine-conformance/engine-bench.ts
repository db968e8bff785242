import type { CodeEngine, CodeTask } from '../../port.ts';
import { createTask, type EngineUnderTest, type TaskOptions } from '../engine-under-test.ts';

/** The same program in each language. */
export interface Texts {
  javascript: string;
  python: string;
}

/** What the cases work with. */
export interface EngineBench {
  under: EngineUnderTest;
  isPython: boolean;
  /** Open while cases run. */
  readonly engine: CodeEngine;
  /** A task in the language of the engine. */
  task(texts: Texts | string, options?: TaskOptions): CodeTask;
  returnInput: Texts;
}

export function createEngineBench(under: EngineUnderTest, readEngine: () => CodeEngine): EngineBench {
  const { language } = under;
  return {
    under,
    isPython: language === 'python',
    get engine() {
      return readEngine();
    },
    task: (texts, options = {}) =>
      createTask(typeof texts === 'string' ? texts : texts[language], { language, ...options }),
    returnInput: { javascript: 'return input', python: 'return input' },
  };
}
