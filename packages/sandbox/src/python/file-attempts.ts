/** Files and folders of the host, and the links that lead to them. */
import type { EscapeAttempt } from '../testing/escape-attempts/escape-attempt.ts';
import { attempt } from './python-attempt.ts';

export const fileAttempts: readonly EscapeAttempt[] = [
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
    'symlinks',
    'links and dots lead out',
    `
up = '/..' * 40
def link(target, name):
    os.symlink(target, name)
    return read(name)
return each(lambda: link(canary, '/tmp/a'), lambda: link('/proc/1/root' + canary, '/tmp/b'), lambda: read('/app' + up + canary), lambda: read('/tmp' + up + '/../' + canary), lambda: os.open('../' * 30 + canary, 0, dir_fd=os.open('/tmp', 0)), lambda: os.symlink('/etc/passwd', marker), lambda: read('/dev/fd/../../..' + canary), lambda: os.readlink('/proc/self/exe'))`,
  ),
];
