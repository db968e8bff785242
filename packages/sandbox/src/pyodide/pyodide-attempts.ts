/**
 * Attempts that are Pyodide's own: on JavaScript from Python, on what Pyodide leaves in the interpreter, and on the
 * WebAssembly below it. Those of Python on the machine are in python/python-attempts.ts.
 */
import { definePythonAttempt, pythonActs } from '../testing/escape-attempts/define-python-attempt.ts';
import type { EscapeAttempt } from '../testing/escape-attempts/escape-attempt.ts';

const head = `
import sys, os, gc
canary, marker, port, pid, folder = input['canaryFile'], input['marker'], input['port'], input['pid'], input['folder']
${pythonActs}
def bare(name):
    import importlib.machinery, _imp
    return _imp.create_builtin(importlib.machinery.ModuleSpec(name, importlib.machinery.BuiltinImporter))
def proxies():
    return [one for one in gc.get_objects() if 'JsProxy' in [kind.__name__ for kind in type(one).__mro__]]
`;

const attempt = definePythonAttempt(head);

export const pyodideAttempts: readonly EscapeAttempt[] = [
  attempt(
    'dynamic-import',
    'imports what leads to JavaScript',
    `
import importlib
def load(name):
    return escaped(dir(importlib.import_module(name)))
return each(*[lambda n=n: load(n) for n in ['js', 'pyodide_js', 'pyodide_js._api', 'pyodide', 'pyodide.ffi', 'pyodide.code', 'pyodide.http', 'pyodide.webloop', '_pyodide', '_pyodide._importhook', '_pyodide_core', 'micropip', 'js.process']])`,
  ),
  attempt(
    'constructors',
    'calls process of JavaScript',
    `
import js
return js.process.binding('fs') and js.process.env.to_py()`,
  ),
  attempt(
    'constructors',
    'runs JavaScript',
    `
from pyodide.code import run_js
return run_js('process.getBuiltinModule("fs").readFileSync(' + repr(canary) + ', "utf8")')`,
  ),
  attempt(
    'network',
    'fetches and opens sockets in JavaScript',
    `
from pyodide.http import pyfetch, open_url
out = each(lambda: escaped(open_url(f'http://127.0.0.1:{port}').read()))
return out + [escaped(await (await pyfetch(f'http://127.0.0.1:{port}')).string())]`,
  ),
  attempt(
    'network',
    'installs a package',
    `
import micropip
await micropip.install('snowballstemmer')
return escaped('installed')`,
  ),
  attempt(
    'dynamic-import',
    'games with sys.modules and finders',
    `
import importlib
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__name__ != 'Absent']
sys.modules.pop('__main__', None)
importlib.invalidate_caches()
def load(name):
    module = importlib.import_module(name)
    return escaped(module.process.version) if name == 'js' else str(module)
return each(*[lambda n=n: load(n) for n in ['js', 'pyodide_js', '_pyodide_core', '_pyodide._importhook']])`,
  ),
  attempt(
    'dynamic-import',
    'loads the files of Pyodide anew, and registers a module',
    `
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__name__ != 'Absent']
import _pyodide._importhook as hook
hook.register_js_finder(hook=lambda _: None)
return each(lambda: hook.register_js_module('x', object()), lambda: escaped(__import__('js').process), lambda: escaped(hook.jsfinder.jsproxies) if hook.jsfinder.jsproxies else 'none')`,
  ),
  attempt(
    'constructors',
    'finds objects of JavaScript in the memory of Python',
    `
out = []
for one in proxies():
    out += each(lambda: escaped(one.constructor.constructor('return process')().env), lambda: escaped(one.process.version), lambda: escaped(dir(one)))
return out`,
  ),
  attempt(
    'constructors',
    'finds the modules of Pyodide in the memory of Python',
    `
found = {}
for one in gc.get_objects():
    if isinstance(one, dict):
        for name in ('jsfinder', 'JsProxy', 'run_js', 'create_proxy', 'scheduleCallback', 'pyodide_js', 'IN_PYODIDE'):
            if isinstance(one.get('__name__'), str) and name in one:
                found.setdefault(name, one[name])
out = []
for name, one in found.items():
    out.append(each(lambda: one('process.version') if callable(one) else one))
return out and 'found ' + str(len(found))`,
  ),
  attempt(
    'constructors',
    'a callback that Pyodide schedules in JavaScript',
    `
calls = [one for one in gc.get_objects() if getattr(one, '__name__', '') == 'scheduleCallback']
loops = [one for one in gc.get_objects() if type(one).__name__ == 'WebLoop']
ran = []
return each(*[lambda l=l: l.call_soon(lambda: ran.append(1)) for l in loops], *[lambda c=c: c(print, 1) for c in calls]) + ran`,
  ),
  attempt(
    'wasm-memory',
    'brings the core of Pyodide back',
    `
return each(lambda: bare('_pyodide_core'), lambda: bare('_pyodide'), lambda: escaped(bare('_pyodide_core').JsProxy))`,
  ),
  attempt(
    'wasm-memory',
    'brings ctypes back, and calls what is below',
    `
ctypes = bare('_ctypes')
handle = ctypes.dlopen(None, 0)
def call(name, *values):
    return ctypes.call_function(ctypes.dlsym(handle, name), values)
return each(lambda: escaped(call('emscripten_run_script_int', b'1')), lambda: escaped(call('system', ('touch ' + marker).encode())))`,
  ),
  attempt(
    'wasm-memory',
    'calls functions of the interpreter by ctypes',
    `
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__name__ != 'Absent']
import ctypes
lib = ctypes.CDLL(None)
return each(lambda: lib.emscripten_run_script(b'globalThis.process.exit(7)'), lambda: escaped(lib.emscripten_run_script_string(b'process.version')), lambda: lib.system(('touch ' + marker).encode()))`,
  ),
  attempt(
    'wasm-memory',
    'evaluates JavaScript below the interpreter',
    `
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__name__ != 'Absent']
import ctypes
lib = ctypes.PyDLL(None)
lib.emscripten_run_script(b'process.getBuiltinModule("fs").writeFileSync(' + repr(marker).encode() + b', "x")')
return 'still here'`,
  ),
  attempt(
    'wasm-memory',
    'links WebAssembly of its own',
    `
import importlib.machinery, importlib.util
path = '/tmp/evil.so'
with open(path, 'wb') as file:
    file.write(bytes.fromhex('0061736d01000000000f08646c696e6b2e300106000000000000'))
def load():
    spec = importlib.util.spec_from_file_location('evil', path, loader=importlib.machinery.ExtensionFileLoader('evil', path))
    return escaped(importlib.util.module_from_spec(spec))
return each(load, lambda: escaped(bare('_imp')))`,
  ),
  attempt(
    'wasm-memory',
    'compiles code that crashes the interpreter',
    `
code = (lambda: 0).__code__
wild = code.replace(co_code=bytes([100, 255, 83, 0] * 20), co_consts=(), co_stacksize=1)
return eval(wild)`,
  ),
  attempt(
    'files',
    'reads and writes paths of the host',
    `
def read(path):
    with open(path, 'rb') as file:
        return file.read().decode('utf-8', 'replace')
def link(target, name):
    os.symlink(target, name)
    return read(name)
return each(lambda: read(canary), lambda: read('/proc/self/root' + canary), lambda: link(canary, '/tmp/a'), lambda: read('/etc/passwd'), lambda: open(marker, 'w').write('x'), lambda: os.mkdir(folder + '/x'), lambda: os.listdir(folder), lambda: read('../' * 30 + canary), lambda: escaped(os.environ) if input['canaryVariable'] in os.environ else 'own', *[lambda p=p: read(p) for p in ('/dev/stdin', '/proc/self/environ', '/app/package.json', '/dev/shm')])`,
  ),
  attempt(
    'files',
    'mounts the files of the host',
    `
import js
from pyodide_js import FS, mountNativeFS
FS.mkdir('/host')
FS.mount(FS.filesystems.NODEFS, {'root': folder}, '/host')
return open('/host/canary.txt').read()`,
  ),
  attempt(
    'processes',
    'starts programs',
    `
import subprocess, multiprocessing
return each(lambda: os.system('touch ' + marker), lambda: subprocess.run(['touch', marker]), lambda: os.fork(), lambda: os.execv('/bin/sh', ['sh', '-c', 'touch ' + marker]), lambda: os.posix_spawn('/bin/sh', ['sh', '-c', 'touch ' + marker], {}), lambda: os.popen('touch ' + marker).read(), lambda: multiprocessing.Process(target=print).start())`,
  ),
  attempt(
    'network',
    'opens sockets',
    `
import socket, asyncio, urllib.request
def connect(family, address):
    with socket.socket(family) as one:
        one.connect(address)
        return escaped(address)
out = each(lambda: connect(socket.AF_INET, ('127.0.0.1', port)), lambda: connect(socket.AF_UNIX, input['socket']), lambda: escaped(socket.getaddrinfo('example.com', 80)), lambda: escaped(socket.create_connection(('localhost', port))), lambda: urllib.request.urlopen(f'http://127.0.0.1:{port}'))
try:
    await asyncio.open_connection('127.0.0.1', port)
    out.append(escaped('stream'))
except BaseException as error:
    out.append(type(error).__name__)
return out`,
  ),
  attempt(
    'signals',
    'signals the host',
    `
import signal
return each(lambda: os.kill(pid, signal.SIGUSR1), lambda: os.kill(os.getppid(), signal.SIGTERM), lambda: os.killpg(pid, 0) or escaped('group'), lambda: signal.setitimer(signal.ITIMER_REAL, 0.01), lambda: signal.alarm(1))`,
  ),
  attempt(
    'descriptors',
    'speaks through the devices of the runner',
    `
import json, struct
main = sys.modules['__main__']
def say(message):
    text = json.dumps(message).encode()
    os.write(main.devices['host'], struct.pack('>I', len(text)) + text)
say({'type': 'call', 'task': main.current.id, 'call': 1, 'name': 'evil', 'args': '[]'})
return 1`,
  ),
  attempt(
    'descriptors',
    'writes what no device expects',
    `
main = sys.modules['__main__']
out = []
for name in ('wait', 'sleep', 'memory', 'task'):
    for text in (b'0', b'-1', b'nan', b'x' * 1000, b'{"__proto__": 1}'):
        if name in ('wait', 'sleep') and text not in (b'0',):
            continue
        out += each(lambda: os.write(main.devices[name], text), lambda: os.read(main.devices[name], 0), lambda: os.lseek(main.devices[name], 99, 0), lambda: os.pread(main.devices[name], 4, 1))
return out`,
  ),
  attempt(
    'descriptors',
    'uses every descriptor, the snapshot among them',
    `
main = sys.modules['__main__']
out = []
for fd in range(0, 64):
    if fd not in main.devices.values():
        out += each(lambda: escaped(fd) if input['canaryVariable'].encode() in os.pread(fd, 100, 0) else 'own', lambda: os.write(fd, b'x'))
return out`,
  ),
  attempt(
    'protocol',
    'takes the limits of the runner away',
    `
main = sys.modules['__main__']
main.current.limits.update({name: 10 ** 9 for name in main.current.limits})
main.machine.allow_memory(None)
type(main.machine).exit_now = lambda *all: None
print('x' * 10_000_000)
return 1`,
  ),
  attempt(
    'timers',
    'goes on after its end',
    `
import asyncio, builtins, threading
async def later():
    await asyncio.sleep(0.01)
    print('ESCAPED')
    builtins.escaped = 1
one = asyncio.ensure_future(later())
out = each(lambda: threading.Thread(target=print).start(), lambda: asyncio.get_running_loop().run_in_executor(None, print))
asyncio.get_running_loop().call_later(0.01, print, 'ESCAPED')
return out`,
  ),
  attempt(
    'wasm-memory',
    'waits on memory that JavaScript shares',
    `
import js
return js.Atomics.wait(js.Int32Array.new(js.SharedArrayBuffer.new(4)), 0, 0, 1000)`,
  ),
  attempt(
    'deserialisation',
    'unpickles objects of JavaScript',
    `
import pickle
return each(*[lambda t=t: escaped(pickle.loads(t)) for t in (b'cjs\\nprocess\\n.', b'cpyodide.code\\nrun_js\\n(S"process.version"\\ntR.', b'c_pyodide_core\\nJsProxy\\n.')])`,
  ),
];
