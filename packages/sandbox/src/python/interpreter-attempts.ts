/** The interpreter itself: its objects, its hooks, its pipe to the host, and the memory below it. */
import type { EscapeAttempt } from '../testing/escape-attempts/escape-attempt.ts';
import { attempt } from './python-attempt.ts';

export const interpreterAttempts: readonly EscapeAttempt[] = [
  attempt(
    'constructors',
    'walks from an empty tuple to the runner',
    `
found = [c for c in ().__class__.__base__.__subclasses__() if c.__name__ in ('Popen', 'Pipe', 'Task')]
main = sys.modules['__main__']
main.current.limits.update({name: 10 ** 9 for name in main.current.limits})
main.current.machine.send({'type': 'call', 'task': main.current.id, 'call': 1, 'name': 'evil', 'args': '[]'})
return [str(c) for c in found]`,
  ),
  attempt(
    'constructors',
    'finds the host in its own objects',
    `
import gc
texts = [one for one in gc.get_objects() if isinstance(one, dict) and input['canaryVariable'] in one]
return [str(one)[:500] for one in texts] + [str(sys._getframe(i).f_globals.keys())[:100] for i in range(2)]`,
  ),
  attempt(
    'stacks',
    'takes the hooks of the runner away',
    `
import ctypes, signal
main = sys.modules['__main__']
main.new_process_events = frozenset()
main.watch_events = None
main.exit_now = lambda code: None
main.SystemMachine.exit_now = lambda *all: None
main.Task.break_limit = lambda *all: None
import subprocess
return each(lambda: subprocess.run(['/bin/sh', '-c', 'touch ' + marker], check=True), lambda: read(canary))`,
  ),
  attempt(
    'protocol',
    'sends frames that it must not',
    `
import struct
def say(message):
    text = json.dumps(message).encode(); os.write(4, struct.pack('>I', len(text)) + text)
task = sys.modules['__main__'].current.id
say({'type': 'console', 'task': task, 'level': 'info', 'text': 'x'})
say({'type': 'call', 'task': task, 'call': 1, 'name': 'evil', 'args': '[]'})
say({'type': 'call', 'task': task + 1, 'call': 1, 'name': 'echo', 'args': '[]'})
return 1`,
  ),
  attempt(
    'protocol',
    'sends a length of four gigabytes, and lies about its result',
    `
import struct
os.write(4, struct.pack('>I', 0xffffffff))
os.write(4, b'x' * 100000)
return 1`,
  ),
  attempt(
    'prototypes',
    'keys that would change the host',
    `
import struct
print('{"__proto__": {"polluted": 1}}')
await host.echo({'__proto__': {'polluted': 1}, 'constructor': {'prototype': {'polluted': 1}}})
return {'__proto__': {'polluted': 1}, 'constructor': {'prototype': {'polluted': 1}}}`,
  ),
  attempt(
    'deserialisation',
    'a result with a reducer',
    `
import pickle, marshal
class Evil:
    def __reduce__(self):
        return (os.system, ('touch ' + marker,))
return [pickle.dumps(Evil()).hex(), marshal.dumps([1]).hex(), '!!python/object/apply:os.system ["touch"]']`,
  ),
  attempt(
    'deserialisation',
    'unpickles a start of a program',
    `
import pickle
return each(lambda: pickle.loads(b"cposix\\nsystem\\n(S'touch " + marker.encode() + b"'\\ntR."))`,
  ),
  attempt(
    'dynamic-import',
    'imports what starts and speaks',
    `
import importlib
out = []
for name in ('_posixsubprocess', '_socket', '_ctypes', 'posix', 'fcntl', 'mmap', '_multiprocessing', 'syslog', 'nis', 'spwd', 'crypt'):
    try:
        importlib.import_module(name)
        out.append(name)
    except ImportError:
        pass
import syslog
syslog.openlog('escape')
syslog.syslog('x')
return out + each(lambda: connect(socket.AF_UNIX, socket.SOCK_DGRAM, '/dev/log'))`,
  ),
  attempt(
    'dynamic-import',
    'starts through the module below the library',
    `
import _posixsubprocess
r, w = os.pipe()
return each(lambda: _posixsubprocess.fork_exec([b'sh', b'-c', ('touch ' + marker).encode()], [b'/bin/sh'], True, (w,), None, None, -1, -1, -1, -1, -1, -1, r, w, False, False, 0, None, None, None, -1, None, True))`,
  ),
  attempt(
    'wasm-memory',
    'crashes itself to see what is left',
    `
import ctypes
ctypes.string_at(0)`,
  ),
  attempt(
    'wasm-memory',
    'uses calls of the kernel that break out of containers',
    `
import ctypes
c = libc(); open_calls = []
for name, args in {'bpf': (321, 5, 0, 0), 'perf_event_open': (298, 0, 0, -1, -1, 0), 'keyctl': (250, 11, 0, 0), 'init_module': (175, 0, 0, b''), 'kexec_load': (246, 0, 0, 0, 0), 'open_by_handle_at': (304, -100, 0, 0), 'setns': (308, 3, 0), 'reboot': (169, 0xfee1dead, 672274793, 0, 0), 'settimeofday': (164, 0, 0), 'acct': (163, b'/tmp/x'), 'iopl': (172, 3), 'quotactl': (179, 0, 0, 0, 0)}.items():
    result = c.syscall(*args)
    if result >= 0 and name not in ('keyctl', 'settimeofday'):
        open_calls.append(escaped(name))
return open_calls`,
  ),
  attempt(
    'timers',
    'an alarm, a thread and a coroutine that outlive the task',
    `
import asyncio, signal, threading, time, builtins
def later():
    time.sleep(1)
    builtins.escaped = 1
    print('ESCAPED')
threading.Thread(target=later, daemon=True).start()
signal.setitimer(signal.ITIMER_REAL, 0.5)
asyncio.ensure_future(asyncio.sleep(1)).add_done_callback(lambda _: print('ESCAPED'))
builtins.escaped = 1
return 1`,
  ),
];
