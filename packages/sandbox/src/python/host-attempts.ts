/** What a process has of its host: the network, its environment, /proc, and what is open. */
import type { EscapeAttempt } from '../testing/escape-attempts/escape-attempt.ts';
import { attempt } from './python-attempt.ts';

export const hostAttempts: readonly EscapeAttempt[] = [
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
];
