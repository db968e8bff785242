/**
 * Attempts in Python. The language keeps nothing back: each has the whole interpreter, and what is tried is the jail
 * around it. What is said with "ESCAPED" is said only of what cannot be the jail's own.
 */
import type { EscapeAttempt, EscapeClass } from '../testing/escape-attempts/escape-attempt.ts';

const head = `
import os, sys, socket, json
canary, folder, marker, port, sock, pid = input['canaryFile'], input['folder'], input['marker'], input['port'], input['socket'], input['pid']
def each(*acts):
    out = []
    for act in acts:
        try:
            out.append(str(act())[:2000])
        except BaseException as error:
            out.append('refused: ' + type(error).__name__)
    return out
def escaped(value):
    return 'ESCAPED ' + str(value)
def read(path):
    with open(path, 'rb') as file:
        return file.read().decode('utf-8', 'replace')
def libc():
    import ctypes
    return ctypes.CDLL(None, use_errno=True)
def connect(family, kind, address):
    with socket.socket(family, kind) as one:
        one.settimeout(0.5)
        one.connect(address)
        return escaped(address)
`;

const attempt = (kind: EscapeClass, name: string, source: string): EscapeAttempt => ({
  class: kind,
  name,
  language: 'python',
  source: `${head}${source.replace(/^\n/, '')}`,
});

export const pythonAttempts: readonly EscapeAttempt[] = [
  attempt(
    'files',
    'reads the canary in every way of the library',
    `
import io, mmap, pathlib, fileinput, linecache, codecs, shutil
return each(lambda: read(canary), lambda: pathlib.Path(canary).read_text(), lambda: io.FileIO(canary).read(), lambda: os.read(os.open(canary, os.O_RDONLY), 99),
  lambda: linecache.getline(canary, 1), lambda: list(fileinput.input(canary)), lambda: codecs.open(canary).read(), lambda: shutil.copy(canary, '/tmp/c') and read('/tmp/c'))`,
  ),
  attempt(
    'files',
    'reads the canary below the library',
    `
import ctypes
def by_libc():
    c = libc(); text = ctypes.create_string_buffer(200); fd = c.open(canary.encode(), 0); c.read(fd, text, 199); return text.value
def by_syscall():
    c = libc(); text = ctypes.create_string_buffer(200); fd = c.syscall(257, -100, canary.encode(), 0, 0); c.syscall(0, fd, text, 199); return text.value
return each(by_libc, by_syscall, lambda: __import__('_io').open_code(canary).read(), lambda: __import__('posix').open(canary, 0))`,
  ),
  attempt(
    'files',
    'imports the canary, and runs it',
    `
import importlib.util, runpy, tokenize, py_compile
def load():
    spec = importlib.util.spec_from_file_location('x', canary); m = importlib.util.module_from_spec(spec); spec.loader.exec_module(m)
sys.path.insert(0, folder)
return each(load, lambda: runpy.run_path(canary), lambda: tokenize.open(canary).read(), lambda: exec(open(canary).read()), lambda: py_compile.compile(canary, marker), lambda: __import__('canary'))`,
  ),
  attempt(
    'files',
    'writes a marker',
    `
import pathlib, shutil, sqlite3, tempfile, zipfile, logging.handlers, shelve, dbm.dumb
return each(lambda: open(marker, 'w').write('x'), lambda: pathlib.Path(marker).touch(), lambda: os.mkdir(marker), lambda: os.mkfifo(marker), lambda: sqlite3.connect(marker).execute('create table x (y)'),
  lambda: tempfile.mkdtemp(dir=folder), lambda: zipfile.ZipFile(marker, 'w').close(), lambda: logging.handlers.RotatingFileHandler(marker), lambda: shelve.open(marker), lambda: shutil.copytree('/app', marker), lambda: os.rename('/tmp', marker), lambda: os.link('/app/runner-main.py', marker))`,
  ),
  attempt(
    'files',
    'lists and reads the folders of the host',
    `
return each(*[lambda p=p: escaped(os.listdir(p)) if os.listdir(p) else 'empty' for p in ['/root', '/home', '/var', '/srv', '/mnt', '/opt']], lambda: escaped(1) if 'canary.txt' in os.listdir(folder) else 'own', *[lambda p=p: read(p) for p in ['/etc/passwd', '/etc/shadow', '/etc/hosts', '/root/.bashrc', '/root/.ssh/id_rsa', '/etc/ssl/openssl.cnf']], lambda: __import__('pwd').getpwall())`,
  ),
  attempt(
    'files',
    'writes to its own code and libraries, for the next runner',
    `
main = sys.modules['__main__'].__file__
return each(lambda: open(main, 'a').write('#') and escaped(main), lambda: open(json.__file__, 'a').write('#') and escaped(1), lambda: open(os.path.dirname(main) + '/x.py', 'w').close() or escaped(2), lambda: os.remove(main) or escaped(3), lambda: os.chmod(main, 0o777) or escaped(4), lambda: os.mkdir('/x') or escaped(5), lambda: open('/usr/lib/x', 'w').close() or escaped(6))`,
  ),
  attempt(
    'files',
    'mounts, moves the root and makes devices',
    `
import ctypes
def call(name, *args):
    c = libc(); r = getattr(c, name)(*args)
    if r == 0: return escaped(name)
    raise OSError(ctypes.get_errno(), name)
return each(lambda: call('mount', b'none', b'/tmp', b'proc', 0, None), lambda: call('mount', b'/', b'/tmp', None, 4096, None), lambda: call('mount', None, b'/', None, 32, None), lambda: call('umount2', b'/usr', 2), lambda: call('pivot_root', b'/tmp', b'/tmp'), lambda: os.chroot('/tmp') or escaped('chroot'), lambda: os.mknod('/tmp/sda', 0o60666, os.makedev(8, 0)) or escaped('mknod'), lambda: call('swapon', b'/tmp', 0), lambda: call('syscall', 428, -100, b'/', 1))`,
  ),

  attempt(
    'processes',
    'starts a program',
    `
import subprocess
return each(lambda: subprocess.run(['/bin/sh', '-c', 'touch ' + marker], check=True), lambda: os.system('touch ' + marker))`,
  ),
  attempt(
    'processes',
    'starts a program in other ways',
    `return each(lambda: escaped(os.posix_spawn('/bin/sh', ['sh', '-c', 'touch ' + marker], {})))`,
  ),
  attempt(
    'processes',
    'starts a pseudo-terminal',
    `
import pty
return each(lambda: pty.spawn(['/bin/sh', '-c', 'touch ' + marker]))`,
  ),
  attempt(
    'processes',
    'forks',
    `
child = os.fork()
if child == 0:
    open(marker, 'w').close()
    os._exit(0)
return os.waitpid(child, 0)`,
  ),
  attempt(
    'processes',
    'forks below the library',
    `
import time
child = libc().fork()
if child == 0:
    try:
        open(marker, 'w').close()
    finally:
        time.sleep(5)
        os._exit(0)
time.sleep(1)
return child`,
  ),
  attempt(
    'processes',
    'uses a pool of processes',
    `
import multiprocessing
multiprocessing.set_start_method('fork', force=True)
with multiprocessing.Pool(2) as pool:
    return pool.map(os.path.exists, [canary, marker])`,
  ),
  attempt(
    'processes',
    'replaces itself by a shell, below the library',
    `
import ctypes
args = (ctypes.c_char_p * 4)(b'sh', b'-c', ('touch ' + marker).encode(), None)
c = libc()
for path in (b'/bin/sh', b'/bin/bash', b'/usr/bin/env', b'/usr/bin/bwrap', b'/sbin/init'):
    c.execve(path, args, None)
return 'still here'`,
  ),
  attempt(
    'processes',
    'replaces itself by an interpreter without hooks',
    `
import ctypes
code = 'import os; open(' + repr(marker) + ', "w")'
args = (ctypes.c_char_p * 5)(b'python3', b'-I', b'-c', code.encode(), None)
libc().execve(sys.executable.encode(), args, None)
return 'still here'`,
  ),
  attempt(
    'processes',
    'stays behind when the runner is killed',
    `
import time
c = libc()
c.prctl(1, 0)
if c.fork() == 0:
    os.setsid()
    c.prctl(1, 0)
    if c.fork() == 0:
        while True:
            try:
                open(marker, 'w').close()
            except OSError:
                pass
            time.sleep(0.05)
    os._exit(0)
while True:
    pass`,
  ),

  attempt(
    'network',
    'connects to the host',
    `return each(*[lambda h=h: connect(socket.AF_INET, socket.SOCK_STREAM, (h, port)) for h in ['127.0.0.1', 'localhost', '0.0.0.0', '10.0.0.1', '172.17.0.1', '169.254.169.254']], lambda: connect(socket.AF_INET6, socket.SOCK_STREAM, ('::1', port)))`,
  ),
  attempt(
    'network',
    'connects to sockets of the host',
    `return each(lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, sock), lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, '\\0' + sock), *[lambda p=p: connect(socket.AF_UNIX, socket.SOCK_STREAM, p) for p in ['/var/run/docker.sock', '/run/dbus/system_bus_socket', '/run/systemd/journal/socket', '/dev/log']])`,
  ),
  attempt(
    'network',
    'uses the clients of the library',
    `
import urllib.request, http.client, asyncio
async def stream():
    await asyncio.wait_for(asyncio.open_connection('127.0.0.1', port), 0.5)
    return escaped('stream')
out = each(lambda: escaped(urllib.request.urlopen(f'http://127.0.0.1:{port}', timeout=0.5).status), lambda: http.client.HTTPConnection('127.0.0.1', port, timeout=0.5).request('GET', '/') or escaped('http'), lambda: socket.getaddrinfo('example.com', 80) and escaped('names'), lambda: socket.gethostbyname('example.com') and escaped('names'), lambda: __import__('ftplib').FTP('127.0.0.1', timeout=0.5))
try:
    out.append(await stream())
except BaseException as error:
    out.append(type(error).__name__)
return out`,
  ),
  attempt(
    'network',
    'sends datagrams and raw packets',
    `
def send(kind, address, proto=0):
    with socket.socket(socket.AF_INET, kind, proto) as one:
        one.sendto(b'x', address)
        return escaped(address)
return each(lambda: send(socket.SOCK_DGRAM, ('8.8.8.8', 53)), lambda: send(socket.SOCK_RAW, ('8.8.8.8', 0), 1), lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3) and escaped('packet'), lambda: connect(40, socket.SOCK_STREAM, (2, 1024)), lambda: connect(getattr(socket, 'AF_BLUETOOTH', 31), socket.SOCK_STREAM, 'x'))`,
  ),
  attempt(
    'network',
    'raises its own interface and sees those of the host',
    `
import fcntl, struct
def raise_interface():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, 0x8914, struct.pack('16sh', b'eth0', 1))
        return escaped('eth0')
return each(lambda: escaped(socket.if_nameindex()) if any(name != 'lo' for _, name in socket.if_nameindex()) else 'own', raise_interface, lambda: escaped(socket.gethostname()) if socket.gethostname() != 'sandbox' else 'own')`,
  ),

  attempt(
    'environment',
    'reads the environment',
    `
import ctypes
c = libc(); c.getenv.restype = ctypes.c_char_p
return each(lambda: json.dumps(dict(os.environ)), lambda: c.getenv(input['canaryVariable'].encode()), lambda: os.environ[input['canaryVariable']], lambda: str(sys.flags) + str(sys.argv) + str(sys.orig_argv) + os.getcwd())`,
  ),
  attempt(
    'environment',
    'finds the environment in its memory',
    `
import ctypes
c = libc(); found = []
environ = ctypes.POINTER(ctypes.c_char_p).in_dll(c, 'environ')
for i in range(1000):
    if not environ or not environ[i]:
        break
    found.append(environ[i].decode('utf-8', 'replace'))
return found`,
  ),
  attempt(
    'environment',
    'becomes root',
    `return each(lambda: os.setuid(0) or escaped(os.getuid()), lambda: os.setgid(0) or escaped(os.getgid()), lambda: os.setresuid(0, 0, 0) or escaped('root'), lambda: os.setgroups([0]) or escaped('groups'), lambda: escaped('root') if os.getuid() == 0 else 'nobody', lambda: __import__('resource').setrlimit(3, (-1, -1)) and None, lambda: os.nice(-5) and escaped('nice'))`,
  ),
  attempt(
    'environment',
    'takes capabilities in a namespace of its own',
    `
import ctypes
c = libc()
def unshare(flags):
    if c.unshare(flags) != 0: raise OSError(ctypes.get_errno(), 'unshare')
    return 'namespace'
def then_mount():
    unshare(0x10000000 | 0x00020000)
    if c.mount(b'proc', b'/tmp', b'proc', 0, None) == 0:
        return read('/tmp/1/environ') + read(f'/tmp/{pid}/environ')
    raise OSError(ctypes.get_errno(), 'mount')
return each(then_mount, lambda: unshare(0x40000000) and connect(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', port)), lambda: read(canary), lambda: os.sethostname('x') and escaped(1) if hasattr(os, 'sethostname') else socket.sethostname('x') or 'own')`,
  ),

  attempt(
    'proc',
    'reads what /proc tells',
    `return each(*[lambda p=p, n=n: escaped(read(f'/proc/{p}/{n}')) for p in ['self', '1', str(pid), str(os.getppid())] for n in ['environ', 'cmdline', 'maps', 'status', 'mountinfo', 'root' + canary]], lambda: escaped(os.listdir('/proc')) if os.listdir('/proc') else 'empty', lambda: escaped(os.listdir('/sys')))`,
  ),
  attempt(
    'proc',
    'reads and writes the memory of the host',
    `
import ctypes
class Part(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]
c = libc(); text = ctypes.create_string_buffer(64)
def read_memory(target):
    here, there = Part(ctypes.addressof(text), 64), Part(0x400000, 64)
    n = c.process_vm_readv(target, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    if n >= 0: return escaped(n)
    raise OSError(ctypes.get_errno(), 'vm')
def trace(target):
    if c.ptrace(16, target, 0, 0) == 0: return escaped('ptrace')
    raise OSError(ctypes.get_errno(), 'ptrace')
return each(lambda: read_memory(pid), lambda: trace(pid), lambda: escaped(os.pidfd_open(pid)), lambda: open(f'/proc/{pid}/mem', 'r+b') and escaped('mem'))`,
  ),
  attempt(
    'symlinks',
    'links and dots lead out',
    `
up = '/..' * 40
def link(target, name):
    os.symlink(target, name)
    return read(name)
return each(lambda: link(canary, '/tmp/a'), lambda: link('/proc/1/root' + canary, '/tmp/b'), lambda: read('/app' + up + canary), lambda: read('/tmp' + up + '/../' + canary), lambda: os.open('../' * 30 + canary, 0, dir_fd=os.open('/tmp', 0)), lambda: os.symlink('/etc/passwd', marker), lambda: read('/dev/fd/../../..' + canary), lambda: os.readlink('/proc/self/exe'))`,
  ),

  attempt(
    'signals',
    'signals the host',
    `
import signal
return each(lambda: os.kill(pid, signal.SIGUSR2), lambda: os.kill(os.getppid(), signal.SIGUSR2), lambda: os.killpg(os.getpgid(pid), 0) or escaped('group'), lambda: os.kill(pid, 0) or escaped('kill'), lambda: libc().kill(pid, signal.SIGUSR2), lambda: libc().syscall(234, pid, pid, signal.SIGUSR2), lambda: signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGUSR2))`,
  ),
  attempt(
    'signals',
    'signals every number',
    `
import signal
found = []
for one in range(10, 5000):
    try:
        os.kill(one, 0)
        found.append(one)
    except OSError:
        pass
os.kill(-1, signal.SIGCONT)
return escaped(found) if found else 'alone'`,
  ),
  attempt(
    'signals',
    'cannot be ended',
    `
import signal
for one in range(1, 65):
    try:
        signal.signal(one, lambda *_: None)
    except (OSError, ValueError):
        pass
libc().prctl(1, 0)
libc().prctl(4, 0)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass`,
  ),

  attempt(
    'descriptors',
    'reads and writes all descriptors',
    `
import stat
out = []
for fd in range(5, 1024):
    try:
        mode = os.fstat(fd).st_mode
        out.append(escaped(fd) if stat.S_ISREG(mode) or stat.S_ISBLK(mode) else oct(mode))
    except OSError:
        pass
return out`,
  ),
  attempt(
    'descriptors',
    'sends its folders through the pipe of the host',
    `
import array
def give(fd):
    with socket.socket(fileno=os.dup(fd)) as one:
        one.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0]))])
    return 'sent'
def take(fd):
    with socket.socket(fileno=os.dup(fd)) as one:
        one.settimeout(0.2)
        return one.recvmsg(100, 1000)
return each(lambda: take(3), lambda: give(3))`,
  ),
  attempt(
    'descriptors',
    'opens devices',
    `return each(*[lambda p=p: escaped(os.open(p, os.O_RDWR)) for p in ['/dev/mem', '/dev/kmsg', '/dev/sda', '/dev/vda', '/dev/kvm', '/dev/fuse', '/dev/net/tun', '/dev/loop0', '/dev/console', '/dev/vsock']])`,
  ),
  attempt(
    'descriptors',
    'types into the terminal of the host',
    `
import fcntl
return each(*[lambda f=f: fcntl.ioctl(f, 0x5412, b'x') and escaped(f) for f in range(0, 5)], lambda: os.open('/dev/tty', os.O_RDWR) and escaped('tty'))`,
  ),

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
