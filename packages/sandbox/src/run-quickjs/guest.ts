/**
 * The code around a program inside `run`. The program is a module of its own (`program`), so that its lines are its own;
 * the entry imports it and returns one JSON text that says how it ended. `wire` and `line` are the host functions that
 * `run` puts there: one answers calls, the other takes console lines while the program waits.
 */

/** A module of ours that the program's own header imports. */
export const glueModule = 'sandbox:glue';
export const programModule = 'program';
export const preludeModule = 'sandbox:prelude';

/** What a program finds in its scope in place of the globals of `run`, which cannot be replaced. */
export const scopeNames = [
  'console',
  'require',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'queueMicrotask',
] as const;

/** `maxOutput`: a longer text is only counted, because `run` reads each of its characters on the way out. */
export function createGlueSource(config: { bindings: readonly string[]; maxOutput: number }): string {
  return `
const { parse, stringify } = JSON;
const config = parse(${JSON.stringify(JSON.stringify(config))});
const hostErrors = new WeakMap();
const imports = new WeakMap();
const show = (value) => {
  if (typeof value === 'string') return value;
  try {
    if (value instanceof Error) return value.name + ': ' + value.message;
    if (typeof value === 'object' && value !== null) return stringify(value) ?? String(value);
    return String(value);
  } catch {
    return '[value that cannot be shown]';
  }
};
const say = (level) => (...values) => { line.write(level, values.map(show).join(' ')); };
export const console = Object.freeze({
  log: say('info'), info: say('info'), debug: say('debug'), trace: say('debug'), warn: say('warn'), error: say('error'),
});
export const require = (name) => {
  const error = new Error('Cannot import ' + name);
  imports.set(error, String(name));
  throw error;
};
export const queueMicrotask = (act) => { Promise.resolve().then(act); };
const timers = new Map();
let lastTimer = 0;
const waits = new Set();
const wait = (id, ms) => {
  const waiting = wire.sleep(id, ms).then((fired) => fire(id, ms, fired)).finally(() => { waits.delete(waiting); });
  waits.add(waiting);
};
const fire = (id, ms, fired) => {
  const timer = timers.get(id);
  if (!fired || !timer) return;
  if (timer.repeat) wait(id, ms);
  else timers.delete(id);
  timer.act(...timer.values);
};
// What still waits at the end is let go, or run would take it for a mistake.
const letGo = async () => {
  const ids = [...timers.keys()];
  timers.clear();
  for (const id of ids) await wire.wake(id);
  while (waits.size > 0) await [...waits][0];
};
const start = (repeat) => (act, delay, ...values) => {
  if (typeof act !== 'function') throw new TypeError('A timer needs a function');
  lastTimer += 1;
  timers.set(lastTimer, { act, values, repeat });
  wait(lastTimer, Number(delay) > 0 ? Number(delay) : 0);
  return lastTimer;
};
export const setTimeout = start(false);
export const setInterval = start(true);
export const clearTimeout = (id) => {
  if (!timers.delete(id)) return;
  const waking = wire.wake(id).then(() => { waits.delete(waking); });
  waits.add(waking);
};
export const clearInterval = clearTimeout;
const callHost = async (name, values) => {
  // Made here, where its stack has the line of the call.
  const error = new Error();
  const args = stringify(values);
  const answer = parse(await wire.call(name, args));
  if (answer.ok) return parse(answer.output);
  for (const field of ['message', 'code', 'help']) Object.defineProperty(error, field, { value: answer[field], configurable: true, writable: true });
  hostErrors.set(error, answer.call);
  throw error;
};
export const host = Object.create(null);
for (const name of config.bindings) {
  const path = name.split('.');
  let target = host;
  for (const part of path.slice(0, -1)) target = target[part] ??= Object.create(null);
  target[path.at(-1)] = (...values) => callHost(name, values);
}
const freezeTree = (tree) => {
  for (const key in tree) if (typeof tree[key] === 'object') freezeTree(tree[key]);
  return Object.freeze(tree);
};
freezeTree(host);
const readText = (owner, name) => {
  try {
    const value = owner[name];
    return value === undefined || value === null ? '' : String(value);
  } catch {
    return '';
  }
};
const report = (error) => {
  const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';
  if (!isObject) return { name: '', message: error === undefined ? '' : String(error), stack: '', call: 0, module: '' };
  return {
    name: readText(error, 'name'), message: readText(error, 'message'), stack: readText(error, 'stack'),
    call: hostErrors.get(error) ?? 0, module: imports.get(error) ?? '',
  };
};
export const finish = async (load, prelude, inputText) => {
  let value;
  try {
    const { default: program } = await load();
    const input = parse(inputText);
    const values = prelude ? (await prelude()).default(input, host) : [input, host];
    if (typeof program !== 'function') throw new TypeError('not a function');
    value = await program(...values);
  } catch (error) {
    const failed = report(error);
    await letGo();
    return stringify({ failed });
  }
  await letGo();
  try {
    const output = stringify(value) ?? 'null';
    return stringify(output.length > config.maxOutput ? { tooLong: output.length } : { output });
  } catch (error) {
    return stringify({ unfit: readText(error ?? {}, 'message') });
  }
};
`;
}

/** The entry: a function body, as `run` wants it. */
export function createEntrySource(input: string, hasPrelude: boolean): string {
  const prelude = hasPrelude ? `() => import(${JSON.stringify(preludeModule)})` : 'undefined';
  return [
    `const { finish } = await import(${JSON.stringify(glueModule)});`,
    `return await finish(() => import(${JSON.stringify(programModule)}), ${prelude}, ${JSON.stringify(input)});`,
  ].join('\n');
}
