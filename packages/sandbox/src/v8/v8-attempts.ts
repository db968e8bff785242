/**
 * Attempts that are about V8 and Node: realms of `node:vm`, V8's own stack frames, modules, and Node's permission model.
 * A value of another realm in the program's hands counts as an escape, even where nothing could be done with it.
 */
import type { EscapeAttempt, EscapeClass } from '../testing/escape-attempts/escape-attempt.ts';

/** `foreign`: says ESCAPED for a value whose prototypes do not end at the program's own Object.prototype. */
const look = `
  const ownRoot = Object.prototype; const protoOf = Object.getPrototypeOf;
  const foreign = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return 'nothing';
    let at = value; for (let next = protoOf(at); next !== null; next = protoOf(at)) at = next;
    return at === ownRoot || at === value ? 'nothing' : 'ESCAPED';
  };
  const seen = []; const note = (...values) => { for (const value of values) if (foreign(value) === 'ESCAPED') seen[seen.length] = 'ESCAPED'; };
  const caught = async (act) => { try { note(await act()) } catch (error) { note(error) } };
`;
const attempt = (kind: EscapeClass, name: string, source: string): EscapeAttempt => ({
  class: kind,
  name,
  language: 'javascript',
  source: look + source,
});
const module = (kind: EscapeClass, name: string, source: string): EscapeAttempt => ({
  class: kind,
  name,
  language: 'javascript',
  source,
});

export const realmAttempts: readonly EscapeAttempt[] = [
  attempt(
    'constructors',
    'the promise of an import',
    `const p = import('x'); note(p); await caught(() => p); return seen`,
  ),
  attempt(
    'constructors',
    'the error of a refused import',
    `try { await import('node:fs') } catch (e) { note(e, e.constructor, e.__proto__) } return seen`,
  ),
  attempt(
    'constructors',
    'the error of an import with a name that is no text',
    `await caught(() => import(Symbol('x'))); await caught(() => import({ toString() { throw {} } })); await caught(() => import(null)); return seen`,
  ),
  attempt(
    'constructors',
    'the error of an import with attributes',
    `await caught(() => import('x', { with: { type: 'json' } })); await caught(() => import('x', 7)); return seen`,
  ),
  attempt(
    'constructors',
    'errors of every host function that is used wrongly',
    `
    for (const act of [() => host.echo(1n), () => host.echo(Symbol()), () => setTimeout(), () => setTimeout('x'), () => clearTimeout({}), () => require(), () => require({}), () => queueMicrotask(1), () => eval('1'), () => new Function('1'), () => console.log({ toString: 1 }, Object.create(null)), () => new host.echo(), () => new console.log()]) await caught(act);
    return seen`,
  ),
  attempt(
    'constructors',
    'errors of code that is not allowed to be generated',
    `
    for (const make of [Function, (async () => {}).constructor, (function* () {}).constructor, (async function* () {}).constructor]) await caught(() => make('return this'));
    await caught(() => (0, eval)('this')); await caught(() => Reflect.construct(Function, ['return this'])); await caught(() => setTimeout('this', 0)); return seen`,
  ),
  attempt(
    'constructors',
    'the receivers, callers and arguments of all functions',
    `
    function own() { note(this, own.caller, arguments.callee?.caller, own.arguments) } own(); own.call(undefined); Reflect.apply(own, null, []); setTimeout(own, 0); queueMicrotask(own);
    await new Promise((next) => setTimeout(next, 5)); return seen`,
  ),
  attempt(
    'constructors',
    'a walk from all that is global',
    `
    const known = new Set(); const queue = [globalThis, host, console, input, import('x').catch(() => {}), seen];
    while (queue.length && known.size < 20000) {
      const value = queue.pop(); if ((typeof value !== 'object' && typeof value !== 'function') || value === null || known.has(value)) continue;
      known.add(value); note(value);
      for (const key of Reflect.ownKeys(value)) { const d = Reflect.getOwnPropertyDescriptor(value, key); queue.push(d.value, d.get, d.set); }
      queue.push(protoOf(value));
    }
    return [seen, known.size]`,
  ),
  attempt(
    'constructors',
    'names of Node that a realm may have kept',
    `return ['process', 'require', 'module', 'Buffer', 'global', 'fetch', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'ShadowRealm', 'gc', 'd8', 'navigator', 'performance', 'structuredClone', 'MessageChannel', 'Worker'].filter((name) => name in globalThis && name !== 'require').map((name) => 'ESCAPED ' + name)`,
  ),
  attempt(
    'constructors',
    'the console that V8 itself gives a realm',
    `const d = Object.getOwnPropertyDescriptor(globalThis, 'console'); note(d.value, console.log, console.table, console.context?.('x')); return [seen, typeof console.context, typeof console.profile]`,
  ),
  attempt(
    'constructors',
    'literals of our realm: templates, classes, regular expressions, iterators',
    `
    note(((s) => s)\`x\`, ((s) => s.raw)\`x\`, /x/, class {}, [][Symbol.iterator](), 'x'.matchAll(/x/g), new Intl.NumberFormat(), new Intl.DateTimeFormat().formatToParts(0), [1].values().map((x) => x), async function* () {}); return seen`,
  ),

  attempt(
    'stacks',
    'an overflow inside console.log',
    `
    const deep = () => { try { console.log('') } catch (e) { note(e) } deep() }; try { deep() } catch (e) { note(e) } return seen`,
  ),
  attempt(
    'stacks',
    'an overflow inside a host call',
    `
    let n = 0; const deep = () => { try { if (n < 20) { n += 1; host.echo(1).then(note, note) } } catch (e) { n -= 1; note(e) } deep() }; try { deep() } catch (e) { note(e) } return seen`,
  ),
  attempt(
    'stacks',
    'an overflow inside timers, imports and require',
    `
    let n = 0; const tries = [() => clearTimeout(1), () => require('x'), () => { if ((n += 1) < 50) import('x').catch(note) }];
    const deep = (i) => { try { tries[i % 3]() } catch (e) { note(e) } deep(i + 1) }; try { deep(0) } catch (e) { note(e) } await null; return seen`,
  ),
  attempt(
    'stacks',
    'an overflow at each depth of the guard',
    `
    for (let room = 0; room < 200; room += 1) {
      const fill = (n) => { if (n > 0) return fill(n - 1); try { console.log(1n) } catch (e) { note(e) } };
      let low = 0, high = 40000; while (high - low > 1) { const middle = (low + high) >> 1; try { fill(middle); low = middle } catch { high = middle } }
      for (let n = low - 3; n < low + 3; n += 1) { try { fill(n) } catch (e) { note(e) } } if (room > 2) break;
    }
    return seen`,
  ),
  attempt(
    'stacks',
    'call sites give receivers and functions',
    `
    Error.prepareStackTrace = (e, sites) => { for (const s of sites) { note(s, e); for (const get of ['getThis', 'getFunction', 'getEvalOrigin', 'getTypeName', 'getScriptNameOrSourceURL', 'getPromiseIndex']) try { note(s[get]?.()) } catch (error) { note(error) } } return 'x' };
    new Error('x').stack; await null; new Error('y').stack; setTimeout(() => new Error('z').stack, 0); await new Promise((next) => setTimeout(next, 5));
    try { await import('x') } catch (e) { e.stack } try { null.x } catch (e) { e.stack } return seen`,
  ),
  attempt(
    'stacks',
    'files and lines of the runner',
    `
    const all = []; const take = (e) => { all.push(String(e.stack)) };
    take(new Error('x')); await null; take(new Error('x')); setTimeout(() => take(new Error('x')), 0); queueMicrotask(() => take(new Error('x'))); await host.echo(1); take(new Error('x'));
    await new Promise((next) => setTimeout(next, 5)); try { await import('x') } catch (e) { take(e) } new Promise(() => take(new Error('x')));
    Error.stackTraceLimit = 1000; take(new Error('x')); const o = {}; Error.captureStackTrace(o); take(o);
    return all.filter((text) => /file:|[.]ts:|[/]app[/]/.test(text)).map((text) => 'ESCAPED ' + text)`,
  ),
  module(
    'stacks',
    'files and lines of the runner, from a module',
    `
    const first = new Error('x').stack; await null; const second = new Error('x').stack;
    export default () => [first, second, new Error('x').stack].filter((text) => /file:|[.]ts:|[/]app[/]/.test(text)).map((text) => 'ESCAPED ' + text)`,
  ),
  attempt(
    'stacks',
    'the stack of an error that the host parses',
    `
    const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { note(this); return 'at program:99999999999:1'.repeat(1000) } });
    Object.defineProperty(e, 'name', { get() { note(this); return { toString() { note(this); throw 1 } } } }); throw e`,
  ),

  attempt(
    'prototypes',
    'functions of promises that see the values of the runner',
    `
    const { apply } = Reflect; for (const [owner, names] of [[Promise.prototype, ['then', 'catch', 'finally']], [Promise, ['resolve', 'reject', 'all']], [Function.prototype, ['call', 'apply', 'bind']]])
      for (const name of names) { const own = owner[name]; owner[name] = function (...all) { for (let i = 0; i < all.length; i += 1) note(all[i]); note(this); return apply(own, this, all) } }
    await host.echo(1); await caught(() => import('x')); console.log('x'); setTimeout(() => {}, 0); await new Promise((next) => setTimeout(next, 3)); return seen`,
  ),
  attempt(
    'prototypes',
    'accessors on Object.prototype that see the objects of the runner',
    `
    for (const name of ['then', 'get', 'set', 'value', 'type', 'task', 'call', 'text', 'ok', 'output', 'name', 'message', 'stack', 'toJSON', 'status', 'context', 'identifier', 'fd', '0', 'length', 'constructor2'])
      Object.defineProperty(Object.prototype, name, { configurable: true, get() { note(this); return undefined }, set(value) { note(this, value); Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true }) } });
    await host.echo({ a: 1 }); await caught(() => import('x')); console.log({ a: 1 }); return seen.length ? ['ESCAPED'] : 1`,
  ),
  attempt(
    'prototypes',
    'iterators of lists that see the arguments of the runner',
    `
    const own = Array.prototype[Symbol.iterator]; Array.prototype[Symbol.iterator] = function () { note(this); return Reflect.apply(own, this, []) };
    const next = protoOf([][Symbol.iterator]()); const step = next.next; next.next = function () { const r = Reflect.apply(step, this, []); note(r, r.value); return r };
    await host.echo(1); console.log(1, 2); return seen.length ? 'ESCAPED' : 1`,
  ),
  attempt(
    'prototypes',
    'a result that is a thenable gets resolving functions',
    `return { then(resolve, reject) { note(resolve, reject, this); resolve(seen) } }`,
  ),
  attempt(
    'prototypes',
    'a result with toJSON, getters and traps sees its reader',
    `
    return { a: { toJSON(key) { note(this, arguments, arguments.callee?.caller); return seen } }, get b() { note(this); return seen },
      c: new Proxy({}, { get(t, k, r) { note(r, t); return undefined }, ownKeys(t) { note(t); return [] }, getOwnPropertyDescriptor() { return undefined } }) }`,
  ),
  attempt(
    'prototypes',
    'a thrown proxy sees its reader',
    `
    throw new Proxy(function () {}, { get(t, k, r) { note(t, r); console.log(String(seen)); return k === 'stack' ? r : undefined }, getPrototypeOf(t) { note(t); return null }, apply(t, self, all) { note(self, all); return '' } })`,
  ),
  attempt(
    'prototypes',
    "a prototype that shadows the console's inspector",
    `
    const inspect = Symbol.for('nodejs.util.inspect.custom'); console.log({ [inspect](...all) { for (const one of all) note(one); return 'x' } });
    console.log({ [Symbol.for('nodejs.util.promisify.custom')]: 1, constructor: { name: { toString() { note(this); return 'x' } } } }); console.error(Object.assign(new Error('x'), { [inspect](...all) { note(...all); return '' } })); return seen`,
  ),
  attempt(
    'prototypes',
    'intrinsics of another realm are changed through a leak',
    `
    const leaks = []; try { await import('x') } catch (e) { leaks.push(e) } const deep = () => { try { console.log('') } catch (e) { leaks.push(e) } deep() }; try { deep() } catch {}
    for (const e of leaks) { const root = protoOf(protoOf(protoOf(e)) ?? {}) ?? protoOf(protoOf(e)); if (root && root !== Object.prototype) { try { root.polluted = 1; note(root) } catch {} } } return seen`,
  ),

  ...[
    'node:fs',
    'fs',
    'node:vm',
    'node:module',
    'node:process',
    'module program',
    'program',
    'bootstrap',
    'guard',
    './realm.ts',
    '/app/src/v8/realm.ts',
    'file:///app/src/inside/channel.ts',
    'data:text/javascript,export default globalThis',
    'blob:x',
    'node:sea',
    '#x',
    'quickjs-emscripten-core',
  ].map((name) =>
    attempt(
      'dynamic-import',
      `import('${name}') in V8`,
      `const m = await import(${JSON.stringify(name)}); note(m); return 'ESCAPED ' + Object.keys(m)`,
    ),
  ),
  module(
    'dynamic-import',
    'a module that imports Node statically, in V8',
    `import process from 'node:process'; export default () => 'ESCAPED ' + process.pid`,
  ),
  module(
    'dynamic-import',
    'a module that exports from Node',
    `export * from 'node:fs'; export default () => 'ESCAPED'`,
  ),
  module(
    'dynamic-import',
    'import.meta of V8 tells or loads',
    `export default async () => { const m = import.meta; return [m.url, m.filename, m.dirname, m.main, m.resolve?.('fs'), m.constructor].filter(Boolean).map((x) => 'ESCAPED ' + x) }`,
  ),
  attempt(
    'dynamic-import',
    'import while the module graph is linked again and again',
    `
    const all = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => import(i % 2 ? 'x' : 'node:fs'))); for (const one of all) note(one.reason, one.value); return [seen, all.some((one) => one.status === 'fulfilled') ? 'ESCAPED' : '']`,
  ),
  attempt(
    'wasm-memory',
    'WebAssembly by any other way',
    `
    for (const get of [() => WebAssembly, () => globalThis['Web' + 'Assembly'], () => (async () => {}).constructor('return WebAssembly')(), () => protoOf(async () => {}).constructor('return WebAssembly')]) { try { const api = await get(); if (api?.Memory) return 'ESCAPED' } catch (e) { note(e) } } return seen`,
  ),
  attempt(
    'wasm-memory',
    'natives of V8',
    `try { return eval('%DebugPrint({})') ?? 'ESCAPED' } catch (e) { note(e); return [seen, e.name] }`,
  ),
  attempt(
    'wasm-memory',
    'a registry of finalisers that throws later',
    `
    const r = new FinalizationRegistry((x) => { note(x, r); throw new Error('late') }); for (let i = 0; i < 2000; i += 1) r.register({ i }, { i }); for (let i = 0; i < 50; i += 1) new ArrayBuffer(1 << 22); await new Promise((next) => setTimeout(next, 20)); return seen`,
  ),
  attempt(
    'timers',
    'timers with values that become numbers late',
    `
    const odd = { valueOf() { note(this); return 1 }, [Symbol.toPrimitive]() { note(this); return 0 } }; const t = setTimeout(() => {}, odd); note(t); clearTimeout(odd); setInterval(function () { note(this, ...arguments) }, 1, {}); await new Promise((next) => setTimeout(next, 10)); return seen`,
  ),
  attempt(
    'protocol',
    'words that look like frames',
    `
    const frame = JSON.stringify({ type: 'call', task: 1, call: 1, name: 'evil', args: '[]' }); const head = String.fromCharCode(0, 0, 0, frame.length);
    console.log(head + frame); console.error('\\n' + frame); await host.echo(head + frame, { type: 'done', output: 'x' }); return head + frame`,
  ),
  attempt(
    'protocol',
    'names of host functions that were not given',
    `
    for (const name of ['__proto__', 'constructor', 'evil', 'deep.evil']) { try { await name.split('.').reduce((at, part) => at[part], host)('x') } catch {} }
    const own = String.prototype.split; String.prototype.split = () => ['evil']; try { await host.echo(1) } finally { String.prototype.split = own } return 1`,
  ),
  attempt(
    'protocol',
    'numbers, texts and lists that are not what they seem, in a call',
    `
    Array.prototype.toJSON = () => undefined; try { await host.echo(1) } catch (e) { note(e) } Array.prototype.toJSON = () => ({ toString: 1 }); try { await host.echo(1) } catch (e) { note(e) } delete Array.prototype.toJSON; return seen`,
  ),
  attempt(
    'deserialisation',
    'an answer with keys that would change its reader',
    `
    const a = await host.echo(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"then":1}')); note(a, a[0]); return [seen, ({}).polluted ? 'ESCAPED' : '']`,
  ),
];

/** In Node itself, for a runner that was taken over: what other attempts leave out. */
const node = (kind: EscapeClass, name: string, source: string): EscapeAttempt => ({
  class: kind,
  name,
  language: 'javascript',
  source: `
    const node = (name) => process.getBuiltinModule(name); const fs = node('fs');
    const each = async (...acts) => { const out = []; for (const act of acts) { try { out.push(String(await act()).slice(0, 2000)) } catch (e) { out.push('refused: ' + e?.code) } } return out };
    ${source}`,
});

export const nodeAttempts: readonly EscapeAttempt[] = [
  node(
    'files',
    'reads by descriptors of folders and by relative paths',
    `process.chdir('/'); return each(() => fs.readFileSync('.' + input.canaryFile, 'utf8'), () => fs.opendirSync(input.folder).readSync().name, () => fs.readvSync(fs.openSync(input.canaryFile), [Buffer.alloc(100)]), () => fs.statSync(input.canaryFile).size && 'ESCAPED', () => fs.existsSync(input.canaryFile) && 'ESCAPED', () => fs.accessSync(input.canaryFile) ?? 'ESCAPED', () => fs.realpathSync.native(input.canaryFile) && 'ESCAPED')`,
  ),
  node(
    'files',
    'watches, copies and links files',
    `return each(() => fs.watch(input.folder).close() ?? 'ESCAPED', () => fs.cpSync(input.canaryFile, '/tmp/c') ?? fs.readFileSync('/tmp/c', 'utf8'), () => fs.linkSync('/app/package.json', input.marker), () => fs.renameSync('/tmp', input.marker), () => fs.mkdtempSync(input.folder + '/x'))`,
  ),
  node(
    'files',
    'the loader reads what is no module',
    `const { createRequire, Module } = node('module'); const load = createRequire('/'); return each(() => load(input.canaryFile), () => Module._load(input.canaryFile), () => Module._extensions['.js']({ _compile: (text) => { console.log(text) } }, input.canaryFile), () => Module._extensions['.json']({}, input.canaryFile), () => import('file://' + input.canaryFile), () => import('file://' + input.canaryFile, { with: { type: 'json' } }))`,
  ),
  node(
    'files',
    'the loader tells in its error what it read',
    `const { createRequire } = node('module'); try { createRequire('/')(input.canaryFile) } catch (e) { console.log(e.stack) } try { JSON.parse(fs.readFileSync(input.canaryFile)) } catch (e) { console.log(e.stack) } return 1`,
  ),
  node(
    'files',
    'environment files and certificates are read',
    `return each(() => process.loadEnvFile(input.canaryFile) ?? JSON.stringify(process.env), () => node('tls').createSecureContext({ ca: fs.readFileSync(input.canaryFile) }), () => node('crypto').createPrivateKey(fs.readFileSync(input.canaryFile)))`,
  ),
  node(
    'files',
    'WASI with the whole disk as its folder',
    `const { WASI } = node('wasi'); return each(() => { const w = new WASI({ version: 'preview1', preopens: { '/': '/' } }); return Object.keys(w.getImportObject()).length ? 'own' : '' }, () => { const w = new WASI({ version: 'preview1', preopens: { '/': input.folder } }); return w.wasiImport ? 'own' : '' })`,
  ),
  node(
    'files',
    'logs of V8 and of the profiler',
    `const v8 = node('v8'); return each(() => v8.setFlagsFromString('--logfile=' + input.marker), () => v8.setFlagsFromString('--log-all'), () => v8.setFlagsFromString('--prof'), () => v8.setFlagsFromString('--redirect-code-traces-to=' + input.marker), () => v8.setFlagsFromString('--trace-turbo-path=' + input.folder), () => { for (let i = 0; i < 1e5; i += 1) Math.sqrt(i) })`,
  ),
  node(
    'files',
    'heap snapshots and reports in its own folder end up outside',
    `return each(() => node('v8').writeHeapSnapshot(input.folder + '/h.heapsnapshot'), () => process.report.writeReport('/tmp/r.json'), () => { process.report.directory = input.folder; return process.report.writeReport() })`,
  ),
  node(
    'processes',
    'starts Node again without permissions',
    `const c = node('child_process'); const script = 'require("fs").writeFileSync(' + JSON.stringify(input.marker) + ', "x")'; return each(() => c.execFileSync(process.execPath, ['-e', script]), () => c.spawnSync(process.execPath, ['-e', script], { shell: false, env: { NODE_OPTIONS: '' } }).status, () => c.spawnSync('/proc/self/exe', ['-e', script]).status)`,
  ),
  node(
    'processes',
    'shells and tools of the host',
    `const c = node('child_process'); return each(...['/bin/sh', '/bin/bash', '/usr/bin/env', '/usr/bin/python3', '/usr/bin/bwrap', '/usr/bin/nsenter', '/bin/mount'].map((path) => () => { const r = c.spawnSync(path, ['--version']); if (!r.error) return 'ESCAPED ' + path; throw r.error }))`,
  ),
  node(
    'processes',
    'a worker with its own permissions and flags',
    `const { Worker } = node('worker_threads'); const run = (options) => new Promise((ok, no) => { const w = new Worker('const fs=process.getBuiltinModule("fs"); require("worker_threads").parentPort.postMessage(fs.readFileSync(' + JSON.stringify(input.canaryFile) + ',"utf8"))', { eval: true, ...options }); w.on('message', ok); w.on('error', no); w.on('exit', ok) }); return each(() => run({}), () => run({ execArgv: ['--no-permission'] }), () => run({ env: { NODE_OPTIONS: '--no-permission' } }))`,
  ),
  node(
    'processes',
    'internal bindings that start or load',
    `return each(() => process.binding('spawn_sync').spawn({ file: '/bin/sh', args: ['sh', '-c', 'touch ' + input.marker], envPairs: [], stdio: [{ type: 'pipe', readable: true }] }).error ?? 'x', () => process.binding('fs').open(input.canaryFile, 0, 0), () => process.binding('natives') && 'own', () => process._linkedBinding('x'), () => process.dlopen({ exports: {} }, input.canaryFile))`,
  ),
  node(
    'network',
    'every kind of socket of Node',
    `const net = node('net'); const say = (s) => new Promise((ok, no) => { s.on('connect', () => ok('ESCAPED')); s.on('error', no) }); return each(() => say(net.connect({ port: input.port, host: '127.0.0.1' })), () => say(net.connect({ path: input.socket })), () => say(net.connect({ path: '\\0' + input.socket })), () => say(node('tls').connect(input.port)), () => say(node('http2').connect('http://127.0.0.1:' + input.port)), () => fetch('http://127.0.0.1:' + input.port).then(() => 'ESCAPED'))`,
  ),
  node(
    'network',
    'listens where the host could come',
    `const net = node('net'); return each(() => new Promise((ok, no) => { const s = net.createServer(); s.on('error', no); s.listen(input.socket + '2', () => ok('listening')) }), () => new Promise((ok, no) => { const s = net.createServer(); s.on('error', no); s.listen(0, () => { s.close(); ok('own network') }) }))`,
  ),
  node(
    'network',
    'the inspector of the host is opened and reached',
    `return each(() => { process._debugProcess(input.pid); return 'sent' }, () => process.kill(input.pid, 'SIGUSR1') && 'ESCAPED', () => process._debugProcess(process.ppid) ?? 'own', () => fetch('http://127.0.0.1:9229/json').then((r) => r.text()).then((t) => 'ESCAPED ' + t))`,
  ),
  node(
    'signals',
    'all signals to all numbers',
    `let sent = 0; for (let pid = 20; pid < 4000; pid += 1) { try { process.kill(pid, 0); sent += 1 } catch {} } return sent ? 'ESCAPED ' + sent : 'nothing'`,
  ),
  node(
    'signals',
    'the parent inside the jail is not the host',
    `return each(() => { process.kill(1, 'SIGUSR2'); return 'own' }, () => { process.kill(-1, 'SIGUSR2'); return 'own' })`,
  ),
  node(
    'descriptors',
    'every descriptor is read and written',
    `for (let fd = 5; fd < 256; fd += 1) { try { const b = Buffer.alloc(4096); const s = fs.fstatSync(fd); if (s.isFile()) console.log(fs.readSync(fd, b, 0, 4096, 0), b.toString('utf8')) } catch {} } return fs.existsSync('/dev/fd') ? 'own' : ''`,
  ),
  node(
    'descriptors',
    'sockets are made from descriptors of the host',
    `const net = node('net'); return each(...[0, 1, 2, 5, 6, 7, 8].map((fd) => () => { const s = new net.Socket({ fd }); s.on('error', () => {}); s.write('x'); return 'own' }))`,
  ),
  node(
    'environment',
    'the report, the diagnostics and the options tell of the host',
    `const r = process.report.getReport(); return JSON.stringify([r.environmentVariables, r.header.cwd, r.header.commandLine, process.env, process.execArgv, process.argv0, node('os').userInfo().homedir, process.config.variables.prefix])`,
  ),
  node(
    'proc',
    'memory and arguments of others',
    `return each(...[input.pid, process.ppid, 1, 'self'].flatMap((pid) => ['environ', 'cmdline', 'mem', 'maps', 'fd', 'cwd', 'root'].map((name) => () => { const path = '/proc/' + pid + '/' + name; return 'ESCAPED ' + (fs.statSync(path).isDirectory() ? fs.readdirSync(path) : fs.readFileSync(path)) })))`,
  ),
  node(
    'symlinks',
    'links in its own folder for temporary files',
    `return each(() => { fs.symlinkSync('/proc/1/root', '/tmp/a'); return fs.readFileSync('/tmp/a' + input.canaryFile, 'utf8') }, () => { fs.symlinkSync('../../../..' + input.canaryFile, '/tmp/b'); return fs.readFileSync('/tmp/b', 'utf8') }, () => { fs.symlinkSync(input.folder, '/app/src/x'); return 'ESCAPED' })`,
  ),
  node(
    'protocol',
    'frames of four gigabytes, of nothing, and of another task',
    `
    const write = (length, text) => { const b = Buffer.alloc(4 + text.length); b.writeUInt32BE(length); b.write(text, 4); fs.writeSync(4, b) }; const say = (m) => { const t = JSON.stringify(m); write(t.length, t) };
    say({ type: 'call', task: 1e6, call: 1, name: 'echo', args: '[]' }); say({ type: 'call', task: 1, call: 1, name: 'evil', args: '[]' }); write(0xffffffff, 'x'); write(0, ''); return 1`,
  ),
  node(
    'protocol',
    'a result of another task, twice, and before its time',
    `
    const say = (m) => { const t = Buffer.from(JSON.stringify(m)); const b = Buffer.alloc(4); b.writeUInt32BE(t.length); fs.writeSync(4, Buffer.concat([b, t])) }; const usage = { cpuMs: 0, peakMemoryBytes: 0 };
    for (const task of [-1, 0, 1e9, '1', null, { valueOf: 1 }]) say({ type: 'done', task, output: '"ESCAPED"'.slice(0, 3), usage }); return 1`,
  ),
  node(
    'deserialisation',
    'frames whose keys would change their reader',
    `
    const text = '{"type":"console","task":1,"level":"info","text":"x","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'; const b = Buffer.alloc(4); b.writeUInt32BE(text.length); fs.writeSync(4, Buffer.concat([b, Buffer.from(text)])); return 1`,
  ),
];
