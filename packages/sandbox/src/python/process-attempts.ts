/** Programs that are started, and processes that are signalled or will not end. */
import type { EscapeAttempt } from '../testing/escape-attempts/escape-attempt.ts';
import { attempt } from './python-attempt.ts';

export const processAttempts: readonly EscapeAttempt[] = [
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
];
