"""One Python program, from its text to its end: what is the same wherever Python runs.

A runner's main file loads it and gives each task a machine, which is what is different: `python/runner-main.py` for the
python3 of the system, `pyodide/runner-main.py` for Python in WebAssembly. A machine has
- `send(message)` and `receive()`, which waits for bytes and gives the messages that are complete,
- `open_loop(task)` and `close_loop(loop)`: an event loop that hears the host and tells an endless wait,
- `allow_memory(bytes or None)`, `read_usage()`, `is_spent()` and `exit_now(code)`.

What is done here makes limits exact and errors readable, and no program is kept from undoing it: the host counts again,
and its watchdog has the last word.

Invariants
1. A task is answered by one "done" or "failed", and nothing of it is sent afterwards.
2. A broken limit ends the process at once.
3. What the program prints, throws or returns leaves as text.
"""

import ast
import asyncio
import builtins
import importlib.abc
import importlib.util
import io
import json
import struct
import sys
import types

# Loaded ahead, because programs often need them.
import base64, collections, csv, datetime, functools, hashlib, itertools, math, random, re, statistics  # noqa: E401, F401

PROGRAM_FILE = 'program'
BYTES_PER_FRAME = 256
MIN_FRAMES, MAX_FRAMES = 200, 10_000
MAX_FRAME_BYTES = 512 * 1024 * 1024
PART_CHARS = 512 * 1024

# A program may replace these names in their module; ours stay.
dumps, loads = json.dumps, json.loads
base_builtins = dict(vars(builtins))


class Frames:
    """Messages as bytes, and back (protocol/frame.ts). Long inputs and outputs cross in parts: one frame of all of it
    would hold up the host."""

    def __init__(self):
        self.buffer = bytearray()
        # The beginning of a long input; "run" has its end.
        self.parts = []

    def encode(self, message):
        if message['type'] != 'done':
            return self.encode_one(message)
        output, start, frames = message['output'], 0, []
        while len(output) - start > PART_CHARS:
            part = output[start : start + PART_CHARS]
            frames.append(self.encode_one({'type': 'part', 'task': message['task'], 'output': part}))
            start += PART_CHARS
        return b''.join([*frames, self.encode_one({**message, 'output': output[start:]})])

    def encode_one(self, message):
        text = dumps(message).encode('ascii')
        return struct.pack('>I', len(text)) + text

    def decode(self, chunk):
        """The messages that are complete; None for a stream that is broken."""
        self.buffer += chunk
        messages = []
        while len(self.buffer) >= 4:
            (length,) = struct.unpack_from('>I', self.buffer)
            if length > MAX_FRAME_BYTES:
                return None
            if len(self.buffer) < 4 + length:
                break
            message = loads(bytes(self.buffer[4 : 4 + length]))
            del self.buffer[: 4 + length]
            if message['type'] == 'part':
                self.parts.append(message['input'])
                continue
            if message['type'] == 'run':
                message['input'] = ''.join([*self.parts, message['input']])
                self.parts.clear()
            messages.append(message)
        return messages


class HostError(Exception):
    """An error of the host: `code`, its words, and `help`."""

    def __init__(self, message, code, help, call):
        super().__init__(message)
        self.code = code
        self.help = help
        self._call = call


class HostCall(asyncio.Future):
    """A call under way: `await` it, or block until its answer with `wait()`."""

    _task = None

    def wait(self):
        while not self.done():
            self._task.receive()
        return self.result()


class Stalled(BaseException):
    """Nothing is going to happen any more."""


class Console(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a program: a message for each line."""

    def __init__(self, task, level):
        self.task = task
        self.level = level
        self.parts = []
        self.held = 0

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f'write() argument must be str, not {type(text).__name__}')
        *lines, rest = text.split('\n')
        for line in lines:
            self.parts.append(line)
            self.task.write_console(self.level, ''.join(self.parts))
            self.parts.clear()
            self.held = 0
        if rest:
            self.parts.append(rest)
            self.held += len(rest)
            self.task.check_console_bytes(self.held)
        return len(text)

    def finish(self):
        if self.parts:
            self.task.write_console(self.level, ''.join(self.parts))
            self.parts.clear()


class TaskModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The modules that a task brings."""

    def __init__(self):
        self.sources = {}

    def find_spec(self, name, path=None, target=None):
        if name not in self.sources:
            return None
        return importlib.util.spec_from_loader(name, self)

    def exec_module(self, module):
        name = module.__name__
        exec(compile(self.sources[name], f'module {name}', 'exec', dont_inherit=True), vars(module))

    def replace(self, modules):
        for name in self.sources:
            sys.modules.pop(name, None)
        self.sources = {one['name']: one['source'] for one in modules}
        for name in self.sources:
            sys.modules.pop(name, None)


class Task:
    """One program, from its text to its end."""

    def __init__(self, message, machine):
        self.message = message
        self.limits = message['limits']
        self.machine = machine
        self.id = message['task']
        self.waiting = {}
        self.calls = 0
        self.console_lines = 0
        self.console_bytes = 0
        self.ended = False
        self.out = Console(self, 'info')
        self.err = Console(self, 'error')
        self.loop = machine.open_loop(self)
        self.call_type = type('HostCall', (HostCall,), {'_task': self})

    # --- the run

    def run(self):
        vars(builtins).update(base_builtins)
        task_modules.replace(self.message['modules'])
        sys.stdout, sys.stderr = self.out, self.err
        sys.setrecursionlimit(min(MAX_FRAMES, max(MIN_FRAMES, self.limits['stackBytes'] // BYTES_PER_FRAME)))
        self.machine.allow_memory(self.limits['memoryBytes'])
        try:
            outcome = self.execute()
        except BaseException as error:
            # Room to say so, whatever the program holds.
            self.machine.allow_memory(None)
            outcome = {'type': 'failed', 'failure': self.describe(error)}
        self.finish(outcome)

    def execute(self):
        namespace = {'__name__': PROGRAM_FILE, '__builtins__': builtins}
        if self.message.get('checkOnly'):
            return self.check_program()
        program = self.compile_program(namespace)
        data = loads(self.message['input'])
        host = self.create_host()
        values = [data, host]
        if self.message.get('prelude') is not None:
            prelude = compile_function('def', self.message['prelude'], 'prelude', ['input', 'host'], namespace)
            values = prelude(data, host)
        asyncio.set_event_loop(self.loop)
        started = values(program) if callable(values) else program(*values)
        result = self.loop.run_until_complete(started)
        self.out.finish()
        self.err.finish()
        return self.describe_result(result)

    def check_program(self):
        """Reads the program without running any of it."""
        tree = self.parse_program(lambda: parse_function('async def', *self.text_of_program()))
        self.parse_program(lambda: compile(tree, PROGRAM_FILE, 'exec', dont_inherit=True))
        missing = find_missing_import(tree.body[0].body)
        if missing is not None:
            name, line, column = missing
            place = {'line': line, 'column': column}
            return {
                'type': 'failed',
                'failure': {'code': 'SANDBOX_IMPORT_FORBIDDEN', 'module': name[:500], **place},
            }
        return {'type': 'done', 'output': 'null'}

    def text_of_program(self):
        return self.message['source'], PROGRAM_FILE, self.message['parameters']

    def compile_program(self, namespace):
        return self.parse_program(lambda: compile_function('async def', *self.text_of_program(), namespace))

    def parse_program(self, parse):
        try:
            return parse()
        except SyntaxError as error:
            raise SourceError(error) from None
        except ValueError as error:
            # Null characters in the source.
            raise SourceError(SyntaxError(str(error))) from None

    def describe_result(self, result):
        try:
            output = dumps(result, ensure_ascii=False, allow_nan=False, separators=(',', ':'))
            try:
                size = len(output.encode())
            except UnicodeEncodeError:
                # Halves of characters, which only their escapes can carry.
                output = dumps(result, allow_nan=False, separators=(',', ':'))
                size = len(output)
        except (TypeError, ValueError, OverflowError) as error:
            return {'type': 'failed', 'failure': {'code': 'SANDBOX_RESULT_INVALID', 'detail': text_of(error)[:2000]}}
        if size > self.limits['outputBytes']:
            self.break_limit('SANDBOX_OUTPUT_LIMIT', 'outputBytes', size)
        return {'type': 'done', 'output': output}

    def finish(self, outcome):
        self.ended = True
        spent = self.machine.is_spent()
        if spent:
            outcome['spent'] = True
        self.machine.allow_memory(None)
        self.machine.send({**outcome, 'task': self.id, 'usage': self.machine.read_usage()})
        if spent or 'limit' in outcome.get('failure', {}):
            self.machine.exit_now(0)
        self.machine.close_loop(self.loop)

    # --- limits

    def break_limit(self, code, limit, used):
        """From the middle of the program, which so gets no further."""
        if self.ended:
            return
        self.finish({'type': 'failed', 'failure': {'code': code, 'limit': limit, 'used': used}})

    def check_console_bytes(self, more):
        if self.console_bytes + more > self.limits['consoleBytes']:
            self.break_limit('SANDBOX_CONSOLE_LIMIT', 'consoleBytes', self.console_bytes + more)

    def write_console(self, level, line):
        if self.ended:
            return
        size = len(line.encode('utf-8', 'surrogatepass'))
        self.check_console_bytes(size)
        self.console_bytes += size
        self.console_lines += 1
        if self.console_lines > self.limits['consoleLines']:
            self.break_limit('SANDBOX_CONSOLE_LIMIT', 'consoleLines', self.console_lines)
        self.machine.send({'type': 'console', 'task': self.id, 'level': level, 'text': line})

    # --- host calls

    def create_host(self):
        host = types.SimpleNamespace()
        for name in self.message['bindings']:
            *folders, last = name.split('.')
            target = host
            for folder in folders:
                if not hasattr(target, folder):
                    setattr(target, folder, types.SimpleNamespace())
                target = getattr(target, folder)
            setattr(target, last, functools.partial(self.call_host, name))
        return host

    def call_host(self, name, /, *values, **options):
        """Named arguments go as one last object."""
        args = dumps([*values, options] if options else list(values), ensure_ascii=False, allow_nan=False)
        self.calls += 1
        size = len(args.encode('utf-8', 'surrogatepass'))
        if self.calls > self.limits['calls']:
            self.break_limit('SANDBOX_CALL_LIMIT', 'calls', self.calls)
        if len(self.waiting) >= self.limits['callsInFlight']:
            self.break_limit('SANDBOX_CALL_LIMIT', 'callsInFlight', len(self.waiting) + 1)
        if size > self.limits['callBytes']:
            self.break_limit('SANDBOX_CALL_LIMIT', 'callBytes', size)
        future = self.call_type(loop=self.loop)
        self.waiting[self.calls] = future
        self.machine.send({'type': 'call', 'task': self.id, 'call': self.calls, 'name': name, 'args': args})
        return future

    def receive(self):
        for message in self.machine.receive():
            self.accept(message)

    def accept(self, message):
        if message['type'] == 'answer' and message['task'] == self.id:
            self.settle(message)

    def settle(self, answer):
        future = self.waiting.pop(answer['call'])
        if future.done():
            return
        if answer['ok']:
            future.set_result(loads(answer['output']))
        else:
            future.set_exception(HostError(answer['message'], answer['code'], answer['help'], answer['call']))

    # --- failures

    def describe(self, error):
        if isinstance(error, SourceError):
            cause = error.error
            return {
                'code': 'SANDBOX_SYNTAX',
                'detail': f'{type(cause).__name__}: {cause.msg}'[:4000],
                'line': cause.lineno or 1,
                'column': max(1, cause.offset or 1),
            }
        if isinstance(error, MemoryError):
            limit = self.limits['memoryBytes']
            return {'code': 'SANDBOX_MEMORY_LIMIT', 'limit': 'memoryBytes', 'used': limit}
        if isinstance(error, RecursionError):
            limit = self.limits['stackBytes']
            return {'code': 'SANDBOX_STACK_LIMIT', 'limit': 'stackBytes', 'used': limit}
        if isinstance(error, Stalled):
            return {'code': 'SANDBOX_CODE_STALLED'}
        frames = list_frames(error)
        place = {'line': frames[0][1], 'column': frames[0][2]} if frames else {}
        if isinstance(error, ModuleNotFoundError) and isinstance(error.name, str):
            return {'code': 'SANDBOX_IMPORT_FORBIDDEN', 'module': error.name[:500], **place}
        failure = {
            'code': 'SANDBOX_CODE_THREW',
            'detail': f'{type(error).__name__}: {text_of(error)}'[:4000],
            'stack': '\n'.join(f'    at {name} (program:{line})' for name, line, _ in frames[:20])[:4000],
            **place,
        }
        if isinstance(error, HostError):
            failure['call'] = error._call
        return failure


class SourceError(Exception):
    def __init__(self, error):
        super().__init__()
        self.error = error


def parse_function(keyword, source, name, parameters):
    """The source as a function's body, on its own lines: texts over several lines stay what they are."""
    body = compile(source, name, 'exec', ast.PyCF_ONLY_AST, dont_inherit=True).body
    tree = ast.parse(f'{keyword} {name}({", ".join(parameters)}): pass')
    if body:
        tree.body[0].body = body
    return tree


def compile_function(keyword, source, name, parameters, namespace):
    tree = parse_function(keyword, source, name, parameters)
    exec(compile(tree, name, 'exec', dont_inherit=True), namespace)
    return namespace.pop(name)


def find_missing_import(statements):
    """(name, line, column) of the first module that the program cannot do without and that is not here. One that stands in
    a "try", an "if" or a function may never be asked for."""
    for statement in statements:
        if isinstance(statement, ast.Import):
            names = [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom) and statement.level == 0:
            names = [statement.module]
        else:
            continue
        for name in names:
            top = name.split('.')[0]
            if top not in sys.modules and importlib.util.find_spec(top) is None:
                return name, statement.lineno, statement.col_offset + 1
    return None


def list_frames(error):
    """(function, line, column) in the program's text, the innermost first."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == PROGRAM_FILE:
            frames.append((code.co_name, trace.tb_lineno, column_of(code, trace.tb_lasti)))
        trace = trace.tb_next
    return frames[::-1]


def column_of(code, instruction):
    if not hasattr(code, 'co_positions'):
        return 1
    positions = itertools.islice(code.co_positions(), instruction // 2, None)
    return (next(positions, (None, None, None, None))[2] or 0) + 1


def text_of(error):
    try:
        return str(error)
    except BaseException:
        return 'an error without words'


task_modules = TaskModules()
sys.meta_path.insert(0, task_modules)
