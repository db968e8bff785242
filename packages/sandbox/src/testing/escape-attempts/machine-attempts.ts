/**
 * Attempts on the machine: files, processes, the network, the environment, /proc, signals, descriptors, links. They take
 * Node's own modules where they find them, so that in an engine whose language leaks (or in a runner that was taken
 * over) it is the walls around the process that are tried. None does harm where it succeeds: what would is only opened, or
 * asked for with signal 0.
 */
import type { EscapeAttempt, EscapeClass } from './escape-attempt.ts';

const reach = `
  const find = (get) => { try { return get() } catch { return undefined } };
  const proc = find(() => process) ?? find(() => globalThis.process) ?? find(() => (function () { return this })().process)
    ?? find(() => host.echo.constructor('return process')()) ?? find(() => console.log.constructor('return process')());
  const node = (name) => {
    const got = find(() => proc.getBuiltinModule(name)) ?? find(() => proc.mainModule.require(name)) ?? find(() => require(name));
    if (!got) throw new Error('no ' + name);
    return got;
  };
  const each = async (...acts) => {
    const out = [];
    for (const act of acts) { try { out.push(String(await act()).slice(0, 2000)) } catch (e) { out.push('refused: ' + (e?.code ?? '') + ' ' + String(e?.name)) } }
    return out;
  };
  const pause = (ms) => new Promise((next) => { (find(() => setTimeout) ?? next)(next, ms) });
`;

const attempt = (kind: EscapeClass, name: string, source: string): EscapeAttempt => ({
  class: kind,
  name,
  language: 'javascript',
  source: reach + source,
});

export const machineAttempts: readonly EscapeAttempt[] = [
  attempt(
    'files',
    'reads the canary file',
    `return each(() => node('fs').readFileSync(input.canaryFile, 'utf8'), async () => (await node('fs/promises').readFile(input.canaryFile, 'utf8')), () => node('fs').openSync(input.canaryFile))`,
  ),
  attempt(
    'files',
    'reads the canary by a stream, a copy and a glob',
    `
    const fs = node('fs');
    return each(
      () => new Promise((ok, no) => fs.createReadStream(input.canaryFile, 'utf8').on('data', ok).on('error', no)),
      () => { fs.copyFileSync(input.canaryFile, '/tmp/copy'); return fs.readFileSync('/tmp/copy', 'utf8') },
      () => { fs.cpSync(input.folder, '/tmp/all', { recursive: true }); return fs.readFileSync('/tmp/all/canary.txt', 'utf8') },
      () => fs.globSync(input.folder + '/*').map((f) => fs.readFileSync(f, 'utf8')),
      () => fs.openAsBlob(input.canaryFile).then((b) => b.text()))`,
  ),
  attempt(
    'files',
    'writes a marker',
    `
    const fs = node('fs');
    return each(() => fs.writeFileSync(input.marker, 'x'), () => fs.appendFileSync(input.marker, 'x'), () => fs.mkdirSync(input.marker), () => fs.mkdtempSync(input.marker), () => fs.closeSync(fs.openSync(input.marker, 'w')), () => fs.cpSync('/app', input.marker, { recursive: true }))`,
  ),
  attempt(
    'files',
    'removes and renames what is there',
    `const fs = node('fs'); return each(() => fs.rmSync(input.canaryFile), () => fs.renameSync(input.canaryFile, input.marker), () => fs.truncateSync(input.canaryFile), () => fs.chmodSync(input.folder, 0o777), () => fs.utimesSync(input.canaryFile, 1, 1))`,
  ),
  attempt(
    'files',
    "reads the machine's accounts and keys",
    `const fs = node('fs'); return each(...['/etc/passwd', '/etc/shadow', '/etc/hosts', '/root/.bashrc', '/root/.ssh/id_rsa'].map((path) => () => fs.readFileSync(path, 'utf8')))`,
  ),
  attempt(
    'files',
    'lists the folders of the host',
    `const fs = node('fs'); return each(...['/root', '/home', '/etc', '/var', '/usr', input.folder].map((path) => () => { const all = fs.readdirSync(path); return all.length ? 'ESCAPED ' + all : 'empty' }))`,
  ),
  attempt(
    'files',
    'writes to its own code, for the next runner',
    `
    const fs = node('fs'); const main = proc.argv[1];
    return each(() => { fs.appendFileSync(main, '// ESCAPED'); return 'ESCAPED' }, () => { fs.writeFileSync(main.replace(/[^/]*$/, 'x.ts'), ''); return 'ESCAPED' }, () => { fs.writeFileSync('/app/package.json', '{}'); return 'ESCAPED' })`,
  ),
  attempt(
    'files',
    'SQLite opens a file',
    `const { DatabaseSync } = node('sqlite'); return each(() => { new DatabaseSync(input.marker).exec('create table x (y)') }, () => { new DatabaseSync(':memory:').exec("attach '" + input.marker + "' as a; create table a.x (y)") })`,
  ),
  attempt(
    'files',
    'a report, a profile and a heap snapshot are written',
    `return each(() => proc.report.writeReport(input.marker), () => node('v8').writeHeapSnapshot(input.marker), () => node('v8').setFlagsFromString('--log'), () => { node('v8').startupSnapshot.setDeserializeMainFunction(() => {}) }, () => proc.chdir(input.folder))`,
  ),
  attempt(
    'files',
    'the compile cache and a trace write files',
    `return each(() => node('module').enableCompileCache(input.folder), () => node('trace_events').createTracing({ categories: ['node'] }).enable(), () => node('fs').writeFileSync(node('path').join(input.folder, 'x'), 'x'))`,
  ),

  attempt(
    'processes',
    'starts a program',
    `const c = node('child_process'); return each(() => 'ESCAPED ' + c.execSync('id'), () => { const r = c.spawnSync('/bin/sh', ['-c', 'touch ' + input.marker]); return r.error ?? (r.status === 0 ? 'ESCAPED' : r.status) }, () => { const r = c.spawnSync(proc.execPath, ['--version']); return r.error ?? (r.status === 0 ? 'ESCAPED' : r.status) })`,
  ),
  attempt(
    'processes',
    'forks itself',
    `const c = node('child_process'); return each(() => new Promise((ok, no) => { const f = c.fork(proc.argv[1], [], { execArgv: [] }); f.on('error', no); f.on('spawn', () => ok('ESCAPED')) }), () => node('cluster').fork())`,
  ),
  attempt(
    'processes',
    'starts by the bindings below the modules',
    `
    return each(
      () => { const { Process } = proc.binding('process_wrap'); const p = new Process(); const r = p.spawn({ file: '/bin/sh', args: ['sh', '-c', 'touch ' + input.marker], cwd: '/', stdio: [] }); if (r === 0) return 'ESCAPED'; return r },
      () => { const { spawn } = proc.binding('spawn_sync'); const r = spawn({ file: '/bin/sh', args: ['sh', '-c', 'touch ' + input.marker], stdio: [] }); return r.error },
      () => proc._linkedBinding('process_wrap'))`,
  ),
  attempt(
    'processes',
    'a worker has rights of its own',
    `const { Worker } = node('worker_threads'); return each(() => new Promise((ok, no) => { const w = new Worker('require("fs").writeFileSync(' + JSON.stringify(input.marker) + ', "x")', { eval: true, execArgv: [], env: {} }); w.on('error', no); w.on('exit', ok) }))`,
  ),
  attempt(
    'processes',
    'a library is loaded as an addon',
    `return each(() => proc.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'), () => node('module').createRequire('/')('/tmp/x.node'), () => new (node('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } }))`,
  ),
  attempt(
    'processes',
    'the inspector opens',
    `const i = node('inspector'); return each(() => { i.open(0); return 'ESCAPED ' + i.url() }, () => { const s = new i.Session(); s.connectToMainThread(); return 'ESCAPED' })`,
  ),
  attempt(
    'processes',
    'it replaces itself by another program',
    `return each(() => { proc.execve('/bin/sh', ['sh', '-c', 'touch ' + input.marker], {}) })`,
  ),

  attempt(
    'network',
    'connects to the host',
    `
    const net = node('net');
    return each(...[['127.0.0.1', input.port], ['localhost', input.port], ['::ffff:127.0.0.1', input.port], ['0.0.0.0', input.port]].map(([hostName, port]) => () =>
      new Promise((ok, no) => net.connect(port, hostName).on('connect', () => ok('ESCAPED')).on('error', no))))`,
  ),
  attempt(
    'network',
    'makes sockets of every kind it knows',
    `const net = node('net'); return each(() => new Promise((ok, no) => net.createServer().listen(0, () => ok('ESCAPED')).on('error', no)), () => new Promise((ok, no) => net.createServer().listen('/tmp/own.sock', () => ok('ESCAPED')).on('error', no)))`,
  ),
  attempt(
    'network',
    'fetches from the host',
    `const get = find(() => fetch) ?? (() => { throw new Error('no fetch') }); return each(() => get('http://127.0.0.1:' + input.port), () => node('http').get('http://127.0.0.1:' + input.port).on('error', () => {}) && pause(50), () => new (find(() => WebSocket))('ws://127.0.0.1:' + input.port) && pause(50))`,
  ),
  attempt(
    'network',
    'connects to a Unix socket of the host',
    `const net = node('net'); return each(...[input.socket, '/var/run/docker.sock', '/run/dbus/system_bus_socket'].map((path) => () => new Promise((ok, no) => net.connect(path).on('connect', () => ok('ESCAPED ' + path)).on('error', no))))`,
  ),
  attempt(
    'network',
    'asks a name server',
    `const dns = node('dns').promises; return each(() => Promise.race([dns.resolve4('example.com').then((a) => 'ESCAPED ' + a), pause(300)]), () => Promise.race([dns.lookup('example.com').then((a) => 'ESCAPED ' + a.address), pause(300)]))`,
  ),
  attempt(
    'network',
    'sees the interfaces and the name of the host',
    `const os = node('os'); return each(() => Object.values(os.networkInterfaces()).flat().some((i) => !i.internal) ? 'ESCAPED' : 'none', () => os.hostname() === 'sandbox' ? 'none' : 'ESCAPED ' + os.hostname(), () => { os.userInfo(); return 'none' })`,
  ),
  attempt(
    'network',
    'sends a datagram and opens raw sockets',
    `const d = node('dgram'); return each(() => new Promise((ok, no) => { const s = d.createSocket('udp4'); s.on('error', no); s.send('x', 53, '8.8.8.8', (e) => e ? no(e) : ok('ESCAPED')) }), () => { const { TCP } = proc.binding('tcp_wrap'); return typeof TCP })`,
  ),

  attempt(
    'environment',
    'reads the environment',
    `return each(() => JSON.stringify(proc.env), () => proc.env[input.canaryVariable], () => JSON.stringify(proc.report.getReport().environmentVariables))`,
  ),
  attempt(
    'environment',
    'sees users, paths and arguments of the host',
    `const os = node('os'); return each(() => os.homedir(), () => os.tmpdir(), () => JSON.stringify(proc.argv), () => proc.execPath, () => proc.cwd(), () => JSON.stringify(proc.config.variables.node_prefix), () => os.userInfo().username === 'nobody' ? '' : 'uid ' + proc.getuid?.())`,
  ),
  attempt(
    'environment',
    'is root, or becomes it',
    `return each(() => { proc.setuid(0); return proc.getuid() === 0 ? 'ESCAPED' : 'no' }, () => { proc.setgid(0); return 'ESCAPED' }, () => { proc.setgroups([0]); return 'ESCAPED' }, () => proc.getuid() === 0 ? 'ESCAPED' : 'no')`,
  ),
  attempt(
    'environment',
    'sets the clock, the priority and the mask of files for others',
    `const os = node('os'); return each(() => { os.setPriority(input.pid, 19); return 'ESCAPED' }, () => { os.setPriority(1, 19); return 'no' }, () => { proc.umask(0); return 'no' })`,
  ),

  ...[
    'environ',
    'cmdline',
    'maps',
    'mem',
    'root/etc/passwd',
    'cwd/package.json',
    'fd/0',
    'mountinfo',
    'ns/net',
  ].map((file) =>
    attempt(
      'proc',
      `reads /proc/…/${file}`,
      `
      const fs = node('fs');
      return each(...['self', 'thread-self', '1', String(input.pid), String(proc.ppid)].map((p) => () => { const text = fs.readFileSync('/proc/' + p + '/${file}', 'utf8'); return text ? (p === String(input.pid) || ${file === 'root/etc/passwd'} ? 'ESCAPED ' : '') + text : 'empty' }))`,
    ),
  ),
  attempt(
    'proc',
    'lists processes and the kernel',
    `const fs = node('fs'); return each(() => fs.readdirSync('/proc').filter((n) => +n > 20).length ? 'ESCAPED' : 'none', () => fs.readdirSync('/sys').length ? 'ESCAPED' : 'none', () => fs.readFileSync('/proc/kcore') && 'ESCAPED', () => fs.readFileSync('/proc/sys/kernel/core_pattern') && 'seen')`,
  ),
  attempt(
    'proc',
    'writes where the kernel listens',
    `const fs = node('fs'); return each(...['/proc/self/oom_score_adj', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/sys/kernel/uevent_helper', '/dev/mem', '/dev/sda', '/dev/kmsg'].map((path) => () => { fs.closeSync(fs.openSync(path, 'r+')); return 'ESCAPED ' + path }))`,
  ),

  attempt(
    'symlinks',
    'a link leads out',
    `const fs = node('fs'); return each(() => { fs.symlinkSync(input.canaryFile, '/tmp/link'); return fs.readFileSync('/tmp/link', 'utf8') }, () => { fs.linkSync(input.canaryFile, '/tmp/hard'); return fs.readFileSync('/tmp/hard', 'utf8') }, () => { fs.symlinkSync('/', '/tmp/root'); return fs.readFileSync('/tmp/root' + input.canaryFile, 'utf8') })`,
  ),
  attempt(
    'symlinks',
    'dots lead out',
    `const fs = node('fs'); const up = '/../'.repeat(30); return each(() => fs.readFileSync(proc.argv[1] + up + input.canaryFile, 'utf8'), () => fs.readFileSync('/app/src/quickjs' + up + input.canaryFile, 'utf8'), () => fs.readFileSync(Buffer.from(input.canaryFile)), () => fs.readFileSync(new URL('file:///app/%2e%2e' + input.canaryFile), 'utf8'), () => fs.readFileSync('//' + input.canaryFile, 'utf8'))`,
  ),
  attempt(
    'symlinks',
    'a link of /proc leads out',
    `const fs = node('fs'); return each(...['/proc/self/root', '/proc/self/cwd', '/proc/1/root', '/proc/' + input.pid + '/root', '/dev/fd/../..'].map((base) => () => fs.readFileSync(base + input.canaryFile, 'utf8')))`,
  ),
  attempt(
    'symlinks',
    'a link takes the place of the marker',
    `const fs = node('fs'); return each(() => fs.symlinkSync('/etc/passwd', input.marker), () => fs.linkSync('/app/package.json', input.marker), () => fs.promises.symlink('/etc/passwd', input.marker))`,
  ),

  attempt(
    'signals',
    'signals the host',
    `return each(() => { proc.kill(input.pid, 'SIGUSR2'); return 'sent' }, () => { proc.kill(proc.ppid, 'SIGUSR2'); return 'sent' }, () => { proc.kill(input.pid, 0); return 'ESCAPED' })`,
  ),
  attempt(
    'signals',
    'signals every process it can',
    `return each(() => { proc.kill(-1, 0); return 'ESCAPED' }, () => { proc.kill(0, 'SIGUSR2') })`,
  ),
  attempt(
    'signals',
    'outlives its killing',
    `proc?.on('SIGTERM', () => {}); proc?.on('exit', () => { for (;;) {} }); find(() => proc.reallyExit(0)); find(() => proc.exit(0)); find(() => proc.abort()); return 1`,
  ),

  attempt(
    'descriptors',
    'reads the descriptors that it was born with',
    `const fs = node('fs'); const out = []; for (let fd = 0; fd < 64; fd += 1) { if (fd === 3 || fd === 4) continue; try { const s = fs.fstatSync(fd); if (s.isFile() || s.isDirectory() || s.isBlockDevice()) out.push('ESCAPED ' + fd + ' ' + s.mode) } catch {} } return out`,
  ),
  attempt(
    'descriptors',
    'a frame is written to the pipe',
    `
    const fs = node('fs'); const text = JSON.stringify({ type: 'call', task: 1, call: 1, name: 'evil', args: '[]' });
    const frame = Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
    return each(() => fs.writeSync(4, frame), () => fs.writeSync(4, Buffer.from([255, 255, 255, 255])), () => fs.writeSync(4, 'garbage'.repeat(100)))`,
  ),
  attempt(
    'descriptors',
    'the pipe of the host is read, closed and reused',
    `const fs = node('fs'); return each(() => fs.closeSync(3), () => fs.closeSync(4), () => fs.writeSync(2, 'x'.repeat(1000)), () => fs.writeSync(1, 'x'))`,
  ),
  attempt(
    'descriptors',
    'a device is opened',
    `const fs = node('fs'); return each(...['/dev/tty', '/dev/pts/0', '/dev/console', '/dev/kvm', '/dev/fuse', '/dev/net/tun', '/dev/vda', '/dev/shm/x'].map((path) => () => { fs.openSync(path, path.endsWith('x') ? 'w' : 'r+'); return path.endsWith('x') ? 'own' : 'ESCAPED ' + path }))`,
  ),

  attempt(
    'deserialisation',
    'v8 deserialises what it should not',
    `const v8 = node('v8'); return each(() => v8.deserialize(Buffer.from('ff0f6f22', 'hex')), () => find(() => structuredClone)?.({ a: 1 }))`,
  ),
  attempt(
    'timers',
    'a timer of Node holds its class',
    `return each(() => { const t = node('timers').setTimeout(() => {}, 1); return t.constructor.constructor('return process.env')() ? 'own' : '' })`,
  ),
  attempt(
    'constructors',
    'vm makes a new realm with rights',
    `const vm = node('vm'); return each(() => vm.runInNewContext('this.constructor.constructor("return process")().getBuiltinModule("fs").readFileSync(p, "utf8")', { p: input.canaryFile }), () => vm.runInThisContext('process.getBuiltinModule("fs").readFileSync(' + JSON.stringify(input.canaryFile) + ', "utf8")'))`,
  ),
  attempt(
    'files',
    'the permission model is turned off',
    `return each(() => { proc.permission.has = () => true; return node('fs').readFileSync(input.canaryFile, 'utf8') }, () => { node('v8').setFlagsFromString('--no-permission'); return node('fs').readFileSync(input.canaryFile, 'utf8') }, () => proc.binding('fs').readFileUtf8(input.canaryFile, 0), () => proc.binding('fs').internalModuleStat?.(input.canaryFile))`,
  ),
];
