/** A process that runs an endless program, to be killed: `node doomed-host.fixture.ts ENGINE jail|none`. */
import type { CodeEngine } from '../port.ts';
import { createPythonEngine } from '../python/python-engine.ts';
import { createQuickJsEngine } from '../quickjs/quickjs-engine.ts';
import { createV8Engine } from '../v8/v8-engine.ts';
import { createTask } from './engine-under-test.ts';

const [name, walls] = process.argv.slice(2);
const jail = walls === 'none' ? 'never' : 'where-available';
const engines: Record<string, () => CodeEngine> = {
  quickjs: () => createQuickJsEngine({ jail }),
  v8: () => createV8Engine({ jail, withoutJail: 'allow' }),
  python: () => createPythonEngine({ jail, withoutJail: 'allow' }),
};
const isPython = name === 'python';
const task = createTask(isPython ? 'print("on")\nwhile True:\n  pass' : 'console.log("on"); for (;;) {}', {
  language: isPython ? 'python' : 'javascript',
  limits: { cpuMs: 60_000, wallMs: 60_000 },
});
await engines[name!]!().run(task, { onConsole: ({ text }) => process.stdout.write(text) });
