"""The main file of a runner on the system's python3: one task at a time.

Frames as in protocol/frame.ts: descriptor 3 brings the host's messages, descriptor 4 takes ours. Arguments: folders
of installed packages that programs may import from. The jail around the process is the wall.
"""

import asyncio
import importlib.util
import os
import resource
import selectors
import sys
import threading
import time

INPUT, OUTPUT = 3, 4
WRONG_MESSAGE_EXIT_CODE = 70
# What the interpreter and the modules that are loaded ahead hold before any program runs.
BASE_DATA_BYTES = 64 * 1024 * 1024
LEFT_THREADS_SECONDS = 0.1


def load_beside(name):
    """A module of the runner: its folder is none that programs import from."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f'{name}.py')
    spec = importlib.util.spec_from_file_location(name.replace('-', '_'), path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


program_run = load_beside('program-run')
Task = program_run.Task

# A program may replace these names in their modules; ours stay.
read_bytes, write_bytes, exit_now = os.read, os.write, os._exit


class Pipe:
    """Our end of the two pipes."""

    def __init__(self):
        self.frames = program_run.Frames()

    def send(self, message):
        left = memoryview(self.frames.encode(message))
        while left:
            try:
                left = left[write_bytes(OUTPUT, left) :]
            except BrokenPipeError:
                exit_now(0)

    def receive(self):
        """Waits for bytes and gives the messages that are complete."""
        chunk = read_bytes(INPUT, 1 << 20)
        if not chunk:
            exit_now(0)
        messages = self.frames.decode(chunk)
        if messages is None:
            exit_now(WRONG_MESSAGE_EXIT_CODE)
        return messages


class WatchingSelector(selectors.DefaultSelector):
    """Tells the loop's endless waits apart: without a call, a timer or a thread nothing can end them."""

    task = None

    def select(self, timeout=None):
        own = self.task is not None and len(self.get_map()) <= 2
        if timeout is None and own and not self.task.waiting and threading.active_count() == 1:
            raise program_run.Stalled()
        return super().select(timeout)


class SystemMachine:
    """What a task needs of this interpreter (program-run.py)."""

    def __init__(self):
        self.pipe = Pipe()
        self.send, self.receive = self.pipe.send, self.pipe.receive
        self.started_cpu = 0

    def exit_now(self, code):
        exit_now(code)

    def open_loop(self, task):
        self.started_cpu = time.process_time()
        selector = WatchingSelector()
        loop = asyncio.SelectorEventLoop(selector)
        loop.add_reader(INPUT, task.receive)
        selector.task = task
        return loop

    def close_loop(self, loop):
        loop.remove_reader(INPUT)
        loop.close()
        # A program may have changed the pipes; the next one finds them as they were.
        os.set_blocking(INPUT, True)
        os.set_blocking(OUTPUT, True)

    def allow_memory(self, limit):
        """The data segment, which is what a program allocates; None: up to what the host set for the process."""
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        soft = hard if limit is None else BASE_DATA_BYTES + limit
        if hard != resource.RLIM_INFINITY:
            soft = min(soft, hard) if soft != resource.RLIM_INFINITY else hard
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))

    def read_usage(self):
        return {
            'cpuMs': max(0, (time.process_time() - self.started_cpu) * 1000),
            'peakMemoryBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }

    def is_spent(self):
        """Whether threads of the program go on; those that are about to end may do so."""
        end = time.monotonic() + LEFT_THREADS_SECONDS
        for thread in threading.enumerate():
            if thread is not threading.current_thread():
                thread.join(max(0, end - time.monotonic()))
        return threading.active_count() > 1


new_process_events = frozenset(
    ['os.fork', 'os.forkpty', 'os.posix_spawn', 'os.exec', 'os.spawn', 'os.system', 'subprocess.Popen', 'pty.spawn']
)
current = None


def watch_events(event, _args):
    if event in new_process_events and current is not None and current.limits['processes'] == 0:
        current.break_limit('SANDBOX_PROCESS_LIMIT', 'processes', 1)


def main():
    global current
    sys.path.extend(sys.argv[1:])
    sys.argv = ['program']
    # Numerical libraries start a thread for each core otherwise, each with memory of its own.
    for name in ('OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS'):
        os.environ[name] = '1'
    asyncio.new_event_loop().close()
    sys.addaudithook(watch_events)
    machine = SystemMachine()
    machine.send({'type': 'ready'})
    while True:
        for message in machine.receive():
            if message['type'] == 'run':
                current = Task(message, machine)
                current.run()
                current = None
            elif message['type'] != 'answer':
                exit_now(WRONG_MESSAGE_EXIT_CODE)


main()
