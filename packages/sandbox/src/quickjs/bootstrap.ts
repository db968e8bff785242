/**
 * The first code of every context, in QuickJS: gives the program its console, its host functions and its clock, and
 * brings its result out as text. It keeps what it needs of the built-ins, so that a program that replaces them only
 * harms itself. `raw` is never reachable from the program.
 */
export const bootstrapSource = `(function (raw, config) {
'use strict';
const { parse, stringify } = JSON;
const { freeze, defineProperty, create, prototype: objectPrototype } = Object;
const { apply } = Reflect;
const TextError = Error;
const TypeProblem = TypeError;
const Pending = Promise;
const OwnDate = Date;
const asText = String;
const math = Math;
const weakGet = WeakMap.prototype.get;
const weakSet = WeakMap.prototype.set;
const hostErrors = new WeakMap();
const imports = new WeakMap();

const hide = (target, name, value) =>
  defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });

// --- console
const show = (value) => {
  if (typeof value === 'string') return value;
  try {
    if (value instanceof TextError) return asText(value.name) + ': ' + asText(value.message);
    if (typeof value === 'object' && value !== null) return stringify(value) ?? asText(value);
    return asText(value);
  } catch {
    return '[value that cannot be shown]';
  }
};
const consoleOf = create(null);
for (const [name, level] of [['log', 'info'], ['info', 'info'], ['debug', 'debug'], ['trace', 'debug'], ['warn', 'warn'], ['error', 'error']]) {
  consoleOf[name] = (...values) => {
    let text = '';
    for (let index = 0; index < values.length; index += 1) text += (index ? ' ' : '') + show(values[index]);
    raw.console(level, text);
  };
}
hide(globalThis, 'console', freeze({ __proto__: objectPrototype, ...consoleOf }));

// --- host functions
// Where a call is that fails: V8 only knows when the call is made. QuickJS makes the stack of an error that has none where it
// is thrown, so where the program awaits the call, and nothing has to be kept.
const keepsPlaces = typeof TextError.captureStackTrace === 'function';
const waiting = create(null);
let calls = 0;
const callHost = (name, values) => {
  const args = stringify(values);
  calls += 1;
  const call = calls;
  const place = keepsPlaces ? new TextError() : undefined;
  return new Pending((resolve, reject) => {
    waiting[call] = { resolve, reject, place };
    raw.call(call, name, args);
  });
};
const settle = (call, ok, text, code, help) => {
  const { resolve, reject, place } = waiting[call];
  delete waiting[call];
  if (ok) return resolve(parse(text));
  const error = new TextError(text);
  if (place) hide(error, 'stack', readText(place, 'stack'));
  else delete error.stack;
  hide(error, 'code', code);
  hide(error, 'help', help);
  apply(weakSet, hostErrors, [error, call]);
  return reject(error);
};
const host = create(null);
for (const name of config.bindings) {
  const path = name.split('.');
  let target = host;
  for (const part of path.slice(0, -1)) target = target[part] ??= create(null);
  target[path[path.length - 1]] = (...values) => callHost(name, values);
}
const freezeTree = (tree) => {
  for (const key in tree) if (typeof tree[key] === 'object') freezeTree(tree[key]);
  return freeze(tree);
};
freezeTree(host);

// --- what other runtimes would have
hide(globalThis, 'require', function require(name) {
  const error = new TextError('Cannot import ' + asText(name));
  apply(weakSet, imports, [error, asText(name)]);
  throw error;
});

// --- timers; a program that is replayed waits through the host, so it has none
const timers = create(null);
let lastTimer = 0;
const setTimer = (act, delay, values, repeat) => {
  if (typeof act !== 'function') throw new TypeProblem('A timer needs a function');
  lastTimer += 1;
  const ms = +delay > 0 ? +delay : 0;
  timers[lastTimer] = { act, ms, values, repeat };
  raw.setTimer(lastTimer, ms);
  return lastTimer;
};
const clearTimer = (timer) => {
  if (typeof timer !== 'number' || !timers[timer]) return;
  delete timers[timer];
  raw.clearTimer(timer);
};
const fire = (id) => {
  const timer = timers[id];
  if (!timer) return;
  if (timer.repeat) raw.setTimer(id, timer.ms);
  else delete timers[id];
  apply(timer.act, undefined, timer.values);
};
hide(globalThis, 'queueMicrotask', (act) => {
  if (typeof act !== 'function') throw new TypeProblem('queueMicrotask needs a function');
  (async () => { await undefined; act(); })();
});
if (config.nowMs === undefined) {
  hide(globalThis, 'setTimeout', (act, delay, ...values) => setTimer(act, delay, values, false));
  hide(globalThis, 'setInterval', (act, delay, ...values) => setTimer(act, delay, values, true));
  hide(globalThis, 'clearTimeout', clearTimer);
  hide(globalThis, 'clearInterval', clearTimer);
}

// --- a clock and a source of chance that a replay repeats
let nowMs = config.nowMs;
const advance = (to) => {
  if (typeof to === 'number' && to > nowMs) nowMs = to;
};
if (nowMs !== undefined) {
  let [a, b, c, d] = config.seed;
  // sfc32, a small generator with 128 bits of state.
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let turn = 0; turn < 12; turn += 1) next();
  hide(math, 'random', next);
  const FixedDate = function Date(...values) {
    if (new.target === undefined) return new OwnDate(nowMs).toString();
    return Reflect.construct(OwnDate, values.length === 0 ? [nowMs] : values, new.target);
  };
  FixedDate.prototype = OwnDate.prototype;
  hide(FixedDate, 'now', () => nowMs);
  hide(FixedDate, 'parse', OwnDate.parse);
  hide(FixedDate, 'UTC', OwnDate.UTC);
  hide(OwnDate.prototype, 'constructor', FixedDate);
  hide(globalThis, 'Date', FixedDate);
}

// --- for a prelude: what is done when the program can go on no more and has asked for nothing, and when it has ended
let atRest = () => false;
const whenIdle = (act) => {
  atRest = act;
};
const idle = () => (atRest() === true ? 1 : 0);
let atEnd = () => {};
const whenOver = (act) => {
  atEnd = act;
};

// --- the run
const readText = (owner, name) => {
  try {
    const value = owner[name];
    return value === undefined || value === null ? '' : asText(value);
  } catch {
    return '';
  }
};
const report = (error) => {
  const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';
  if (!isObject) return raw.failed('', error === undefined ? '' : asText(error), '', 0, '');
  const call = apply(weakGet, hostErrors, [error]) ?? 0;
  const module = apply(weakGet, imports, [error]) ?? '';
  return raw.failed(readText(error, 'name'), readText(error, 'message'), readText(error, 'stack'), call, module);
};
const finish = async (program, prelude) => {
  let value;
  try {
    const input = parse(config.input);
    config.input = '';
    const values = prelude ? prelude(input, host, whenIdle, whenOver, advance) : [input, host];
    value = await apply(program, undefined, values);
  } catch (error) {
    atEnd();
    return report(error);
  }
  atEnd();
  let text;
  try {
    text = stringify(value) ?? 'null';
  } catch (error) {
    return raw.unfit(readText(error ?? {}, 'message'));
  }
  return raw.done(text);
};
return { finish, settle, advance, fire, idle };
})`;
