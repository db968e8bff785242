/**
 * The first code of a program's realm: builds `ctx`. Calls are gathered until the program can go on no more: that is a turn,
 * and it ends with one answer, so that the course depends on the order of the answers and on nothing else.
 *
 * With an answer come those that follow as far as the host knows them, so that a replay need not ask for each: a turn that
 * takes one of these is told later, with the next question or at the end. Which one it takes is no choice of the program
 * (P4 of ProgramHost), and the host sees that it was the right one.
 *
 * The error of a call gets its stack where the program awaits the call, and not here: QuickJS makes the stack of an error that
 * has none where it is thrown. So there is no function between the call and the program that awaits and throws on.
 */
const maxTurnsLength = 32 * 1024;

export const programPrelude = `
'use strict';
const { create, freeze } = Object;
const { stringify } = JSON;
const { random, floor } = Math;
const OwnDate = Date;
const refuse = Promise.reject.bind(Promise);
const open = create(null);
let made = [];
let calls = 0;
/** For the names of calls: how often each was used, and the call of each. */
const times = create(null);
const called = create(null);
const names = create(null);

/** A name with a colon is refused: it must not pass for the second call of another. */
const nameCall = (id, base) => {
  if (typeof base !== 'string' || base.includes(':')) return;
  const nth = (times[base] ?? 0) + 1;
  times[base] = nth;
  names[id] = nth === 1 ? '@' + base : '@' + base + ':' + nth;
  called[names[id]] = id;
};

const request = (nodeType, parameters, options) => {
  if (typeof nodeType !== 'string') throw new TypeError('A call needs the type of a node, such as "http-request"');
  const { name, items, credentials, settings } = options ?? {};
  const id = calls;
  calls += 1;
  made[made.length] = { id, nodeType, parameters: parameters ?? {}, name, items, credentials, settings };
  nameCall(id, name ?? nodeType);
  return new Promise((resolve, reject) => {
    open[id] = { resolve, reject };
  });
};

/** Handles of files, by the item that carries them. */
const carried = new WeakMap();
const getCarried = WeakMap.prototype.get.bind(carried);
const setCarried = WeakMap.prototype.set.bind(carried);
const carry = (items, files) => {
  for (let at = 0; at < items.length; at += 1) {
    if (!files[at]) continue;
    for (const name in files[at]) freeze(files[at][name]);
    setCarried(items[at], freeze(files[at]));
  }
};

const takeAnswer = ({ id, result }) => {
  const { resolve, reject } = open[id];
  delete open[id];
  if (result.outputs) {
    for (const { files, items } of result.outputs) if (files) carry(items, files);
    return resolve(result.outputs);
  }
  const error = new Error(result.error.message);
  error.name = 'CallError';
  error.code = result.error.code;
  delete error.stack;
  return reject(error);
};

/** What the host said in advance, in its order: the call by its name, or by its number where the host has seen it. */
let ahead = [];
let foreseen = create(null);
let aheadFrom = 0;
/** Turns that the host has not been told of, and the length of their calls. */
let turns = [];
let turnsLength = 0;
const maxTurnsLength = ${maxTurnsLength};

const look = (answers) => {
  ahead = answers;
  aheadFrom = 0;
  foreseen = create(null);
  for (const { call } of answers) if (call !== undefined) foreseen[call] = true;
};

/** The place of the answer that the host would give now; -1 when it has to be asked. */
const choose = (asked) => {
  while (aheadFrom < ahead.length && ahead[aheadFrom] === undefined) aheadFrom += 1;
  if (aheadFrom === ahead.length) return -1;
  const { id } = ahead[aheadFrom];
  if (id !== undefined) return open[id] ? aheadFrom : -1;
  for (const { id } of asked) if (!foreseen[names[id]]) return -1;
  for (let at = aheadFrom; at < ahead.length; at += 1) {
    if (ahead[at] !== undefined && open[called[ahead[at].call]]) return at;
  }
  return -1;
};

const tell = () => {
  const told = turns;
  turns = [];
  turnsLength = 0;
  if (told.length > 0) host.tell(told).then(() => {}, () => {});
};

const ask = (asked) => {
  const told = turns;
  turns = [];
  turnsLength = 0;
  told[told.length] = { made: asked };
  // When the host does not answer, the program is being dropped.
  host.next(told).then((said) => {
    look(said.ahead);
    takeAnswer(said);
  }, () => {});
};

whenIdle(() => {
  const asked = made;
  made = [];
  const place = choose(asked);
  if (place < 0 && turns.length === 0) return ask(asked);
  const length = asked.length === 0 ? 2 : stringify(asked).length;
  const isLong = turnsLength + length > maxTurnsLength;
  if (isLong) tell();
  if (isLong || place < 0) return ask(asked);
  turns[turns.length] = { made: asked, took: place };
  turnsLength += length;
  const { call, id = called[call], now, result } = ahead[place];
  ahead[place] = undefined;
  advance(now);
  takeAnswer({ id, result });
  return true;
});
whenOver(tell);

/** What is thrown before there is a call comes as that of a call does. */
const calling = (act) => (...values) => {
  try {
    return act(...values);
  } catch (error) {
    return refuse(error);
  }
};

const firstOutput = (outputs) => (outputs.length === 0 ? [] : outputs[0].items);
const run = calling((nodeType, parameters, options) => request(nodeType, parameters, options).then(firstOutput));

const parseDuration = (time) => {
  if (typeof time === 'number' && time >= 0) return { mode: 'interval', amount: time / 1000, unit: 'seconds' };
  if (time instanceof OwnDate) return { mode: 'until', until: time.toISOString() };
  if (typeof time === 'string') return { mode: 'until', until: time };
  throw new TypeError('ctx.sleep takes milliseconds, a Date, or a date and time as text');
};

const limits = ({ timeoutMs } = {}) =>
  timeoutMs === undefined
    ? {}
    : { limited: true, amount: timeoutMs / 1000, unit: 'seconds', onTimeout: 'port' };

const groupByPort = (outputs) => {
  const byPort = create(null);
  for (const { port, items } of outputs) byPort[port] = items;
  return byPort;
};

const readDecision = (outputs) => {
  for (const { port, items } of outputs) if (items.length > 0) return { decision: port, ...items[0] };
  return { decision: 'none' };
};

const ctx = freeze({
  run,
  outputs: calling((nodeType, parameters, options) => request(nodeType, parameters, options).then(groupByPort)),
  http: calling((parameters, options) => {
    const given = typeof parameters === 'string' ? { url: parameters } : parameters;
    return run('http-request', given, options).then((items) => items[0]);
  }),
  sleep: calling((time, options) =>
    request('wait', parseDuration(time), { name: 'sleep', ...options }).then(() => {}),
  ),
  signal: calling((name, { key, timeoutMs, ...options } = {}) => {
    const parameters = { name, ...(key === undefined ? {} : { key }), ...limits({ timeoutMs }) };
    const asked = request('wait-for-signal', parameters, { name: 'signal', ...options });
    return asked.then((outputs) => firstOutput(outputs)[0]);
  }),
  approve: calling((parameters, options) =>
    request('approval', parameters, { name: 'approve', ...options }).then(readDecision),
  ),
  child: calling((workflowId, input, { awaitResult = true, ...options } = {}) => {
    const items = input === undefined ? [{}] : Array.isArray(input) ? input : [input];
    return run('sub-workflow', { workflowId, awaitResult }, { name: 'child', items, ...options });
  }),
  files: (item) => {
    const files = typeof item === 'object' && item !== null ? getCarried(item) : undefined;
    return { ...files };
  },
  readFile: calling((file, { encoding = 'auto', maxBytes = 1_048_576, ...options } = {}) => {
    if (!(file?.sizeBytes <= maxBytes))
      throw new RangeError('The file has ' + file?.sizeBytes + ' bytes, and maxBytes is ' + maxBytes);
    const items = [{ json: {}, binary: { data: file } }];
    const parameters = { operation: 'file-to-text', encoding };
    const asked = run('file', parameters, { name: 'read-file', ...options, items });
    return asked.then((read) => read[0].text);
  }),
  all: (calls) => Promise.all(calls),
  now: () => OwnDate.now(),
  random: () => random(),
  uuid: () => {
    let hex = '';
    for (let digit = 0; digit < 32; digit += 1) {
      const value = digit === 12 ? 4 : digit === 16 ? 8 + floor(random() * 4) : floor(random() * 16);
      hex += value.toString(16);
      if (digit === 7 || digit === 11 || digit === 15 || digit === 19) hex += '-';
    }
    return hex;
  },
  log: (...values) => console.log(...values),
});
const { files = [], items } = input;
carry(items, files);
return [ctx, items.length === 1 ? items[0] : items];
`;
