/**
 * What runs before the user's code in the same realm, in QuickJS and V8: it gives the names of the expression language
 * their values. A function body of `(input, host)`; `input` is made by create-input.ts. Names are globals, not
 * parameters, so that code may declare the same ones.
 */
export const prelude = `'use strict';
const { items, mode, nowMs, timeZone, variables } = input;
// Code may sort or empty the list that it is given.
const originals = items.slice();
const libraries = Object.create(null);
let index = 0;
const put = (name, value) =>
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
const define = (name, get) =>
  Object.defineProperty(globalThis, name, {
    get,
    set: (value) => put(name, value),
    configurable: true,
    enumerable: false,
  });

// --- items
put('$input', {
  all: () => items,
  first: () => items[0],
  last: () => items[items.length - 1],
  get item() { return originals[index]; },
});
define('$json', () => originals[index] && originals[index].json);
define('$data', () => originals[index] && originals[index].json);
define('$binary', () => (originals[index] && originals[index].binary) || {});
define('$itemIndex', () => index);
define('$position', () => index);
if (mode === 'all') put('items', items);
else define('item', () => originals[index]);

// --- other nodes: what the code names was sent along
const nodes = new Map(input.nodes.map((node) => [node.name, node]));
const findNode = (name) => {
  const node = nodes.get(name);
  if (!node) throw new Error('Name the node "' + name + '" as a text in the code: what is not named is not sent along');
  return node;
};
const findExecuted = (name) => {
  const node = findNode(name);
  if (node.problem) throw new Error(node.problem);
  return node;
};
const readOutput = (name, output) => {
  const node = findExecuted(name);
  if (output === undefined) return node.items;
  const found = node.outputs.find((one) => one.output === output);
  if (!found) throw new Error('Write the output of "' + name + '" as a number or a text in the code: what is not named is not sent along');
  if (found.problem) throw new Error(found.problem);
  return found.items;
};
const findMatch = (name, position) => {
  const node = findExecuted(name);
  const match = node.matches && node.matches[position];
  if (match && match.problem) throw new Error(match.problem);
  return match === null || match === undefined ? undefined : typeof match === 'number' ? node.items[match] : match.item;
};
const viewNode = (name) => ({
  get isExecuted() { return !findNode(name).problem; },
  all: (output) => readOutput(name, output),
  first: (output) => readOutput(name, output)[0],
  last: (output) => { const list = readOutput(name, output); return list[list.length - 1]; },
  get item() { return findMatch(name, index); },
  itemMatching: (position) => findMatch(name, position),
  pairedItem: (position) => findMatch(name, position === undefined ? index : position),
  get params() { return findNode(name).params; },
  get context() { return findNode(name).context || {}; },
});
put('$', (name) => { findNode(name); return viewNode(name); });
put('$items', (name, output) => (name === undefined ? items : readOutput(name, output)));
const older = Object.create(null);
for (const name of nodes.keys()) {
  const current = () => { const list = findExecuted(name).items; return index < list.length ? list[index] : list[list.length - 1]; };
  Object.defineProperty(older, name, {
    enumerable: true,
    value: {
      get json() { const item = current(); return item && item.json; },
      get data() { const item = current(); return item && item.json; },
      get binary() { const item = current(); return (item && item.binary) || {}; },
      get parameter() { return findNode(name).params; },
    },
  });
}
put('$node', older);

// --- the execution
for (const [name, value] of Object.entries(variables)) put(name, value);

// --- libraries
put('require', (name) => {
  const library = libraries[String(name).replace('node:', '')];
  if (!library) throw new Error('Cannot import ' + name + ': write its name as a text in the code');
  return library;
});
if (input.zones) put('$zoneTables', input.zones);
const load = (name, library) => {
  libraries[name] = library.default && Object.keys(library).length === 1 ? library.default : library;
  if (name === 'jmespath') put('$jmespath', (value, query) => library.search(value, query));
  if (name !== 'luxon') return;
  const { DateTime, Duration, Interval, Settings } = library;
  Settings.defaultZone = timeZone;
  put('DateTime', DateTime);
  put('Duration', Duration);
  put('Interval', Interval);
  const now = DateTime.fromMillis(nowMs, { zone: timeZone });
  put('$now', now);
  put('$today', now.startOf('day'));
};

// --- the outside, as far as it was given
if (host.http) put('http', (request) => host.http(request));
if (host.files) put('$files', host.files);

// --- the run
const isObject = (value) => typeof value === 'object' && value !== null;
// For each result the input item that it is, or whose data it holds; nothing where that is its own position anyway.
const findLinks = (results) => {
  if (!Array.isArray(results)) return undefined;
  const isSame = (result, item) => result === item || result === item.json || (isObject(result) && result.json === item.json);
  let moved = false;
  for (let position = 0; position < results.length && !moved; position += 1) {
    moved = !(position < originals.length && isSame(results[position], originals[position]));
  }
  if (!moved) return undefined;
  const positions = new Map();
  originals.forEach((item, position) => { positions.set(item, position); positions.set(item.json, position); });
  let found = false;
  const links = results.map((result) => {
    if (!isObject(result)) return null;
    const link = positions.has(result) ? positions.get(result) : positions.get(result.json);
    if (link === undefined) return null;
    found = true;
    return link;
  });
  return found ? links : undefined;
};
const locate = (error, position) => {
  const mark = '[item ' + position + '] ';
  if (error instanceof Error) {
    try { error.message = mark + error.message; return error; } catch { return new Error(mark + error.message); }
  }
  return new Error(mark + String(error));
};
const runEach = async (program) => {
  const values = [];
  const missing = [];
  for (index = 0; index < originals.length; index += 1) {
    try {
      let value = program();
      if (isObject(value) && typeof value.then === 'function') value = await value;
      if (value === undefined) missing.push(index);
      values.push(value);
    } catch (error) {
      throw locate(error, index);
    }
  }
  return { values, missing };
};
const run = async (program) => {
  if (mode === 'each') return await runEach(program);
  const value = await program();
  const links = findLinks(value);
  return { value, links };
};
return [load, run];
`;
