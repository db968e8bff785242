"""What a task needs of Python in WebAssembly (python/program-run.py). Nothing of JavaScript is known here: the process
around it is reached by devices, which devices.ts makes.

- /dev/host: the pipes. Writing sends bytes to the host; reading gives those that have come, none when there are none.
- /dev/wait: writing milliseconds waits until the host has said something, or for so long; without a number, for ever.
- /dev/sleep: writing milliseconds waits for so long.
- /dev/memory: writing bytes says by how much the heap may grow before the task ends; without a number, as far as it can.
  Reading tells whether the process holds too much for another task.
- /dev/task: writing its number begins a task; reading tells what it has used, as JSON.
- /dev/exit: writing a number ends the process.
"""

import asyncio
import importlib.abc
import os
import random
import sys
import time

import program_run

WRONG_MESSAGE_EXIT_CODE = 70
READ_BYTES = 1 << 20

# A program may replace these names in their modules; ours stay.
loads = program_run.loads
read_bytes, write_bytes = os.read, os.write
devices = {name: os.open(f'/dev/{name}', os.O_RDWR) for name in ('host', 'wait', 'sleep', 'memory', 'task', 'exit')}


def tell(device, number=None):
    write_bytes(devices[device], b'-' if number is None else str(number).encode('ascii'))


class Pipe:
    """Our end of the two pipes."""

    def __init__(self):
        self.frames = program_run.Frames()

    def send(self, message):
        left = memoryview(self.frames.encode(message))
        while left:
            left = left[write_bytes(devices['host'], left) :]

    def take(self):
        """The messages that are complete, without waiting."""
        messages = []
        while chunk := read_bytes(devices['host'], READ_BYTES):
            more = self.frames.decode(chunk)
            if more is None:
                tell('exit', WRONG_MESSAGE_EXIT_CODE)
            messages += more
        return messages


class HostSelector:
    """The only thing that the loop can wait for is the host."""

    def __init__(self, task):
        self.task = task

    def select(self, timeout=None):
        if timeout is None and not self.task.waiting:
            raise program_run.Stalled()
        if timeout is None or timeout > 0:
            tell('wait', None if timeout is None else timeout * 1000)
        for message in self.task.machine.pipe.take():
            self.task.accept(message)
        return []


class HostLoop(asyncio.BaseEventLoop):
    """An event loop without sockets: timers, and the answers of the host."""

    def __init__(self, task):
        super().__init__()
        self._selector = HostSelector(task)

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass


class WasmMachine:
    def __init__(self):
        self.pipe = Pipe()
        self.send = self.pipe.send

    def receive(self):
        tell('wait')
        return self.pipe.take()

    def exit_now(self, code):
        tell('exit', code)

    def open_loop(self, task):
        tell('task', task.id)
        return HostLoop(task)

    def close_loop(self, loop):
        loop.close()

    def allow_memory(self, limit):
        tell('memory', limit)

    def read_usage(self):
        return loads(read_bytes(devices['task'], READ_BYTES))

    def is_spent(self):
        return read_bytes(devices['memory'], 1) == b'1'


def sleep(seconds):
    if seconds < 0:
        raise ValueError('sleep length must be non-negative')
    tell('sleep', seconds * 1000)


machine = WasmMachine()
current = None


def serve():
    """Called when bytes have come: runs the tasks that are complete."""
    global current
    for message in machine.pipe.take():
        if message['type'] == 'run':
            current = program_run.Task(message, machine)
            current.run()
            current = None
        elif message['type'] != 'answer':
            tell('exit', WRONG_MESSAGE_EXIT_CODE)


class Absent(importlib.abc.MetaPathFinder):
    """Modules that would lead to JavaScript, or below Python, and lead nowhere here."""

    names = frozenset(['ctypes', '_ctypes', 'js', 'pyodide', '_pyodide', '_pyodide_core', 'pyodide_js', 'micropip'])

    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in self.names:
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)
        return None


def forget_javascript():
    """Takes away what Pyodide has put into the interpreter. The gate around it (import-gate.ts) is what holds."""
    hook = sys.modules['_pyodide._importhook']
    for name in list(hook.jsfinder.jsproxies):
        hook.unregister_js_module(name)
    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != hook.__name__]
    sys.meta_path.insert(0, Absent())
    for name in list(sys.modules):
        if name.split('.')[0] in Absent.names:
            del sys.modules[name]


sys.argv = ['program']
# The one of the interpreter computes while it waits.
time.sleep = sleep
asyncio.run = sys.modules['pyodide.webloop']._orig_run
asyncio.events._set_event_loop_policy(None)
asyncio.events._set_running_loop(None)
forget_javascript()
# What was loaded ahead is the same in every runner; chance must not be.
random.seed()
