"""A fork server: has third-party libraries imported, and forks a process for each command line.

Usage: python warm_server.py ADDRESS EXECUTABLE LIBRARY..., the path of a socket, what the forked
processes shall take for Python's executable, and the modules to import. It ends when its standard
input does, that is with whoever started it. It imports nothing of the project and keeps to one
thread, so that a fork is safe.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import site
import socket
import struct
import sys
import threading
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

STATUS = struct.Struct("i")
# TensorFlow makes and keeps so many objects that a tenth of the time goes into collections.
FEW_COLLECTIONS = (20_000, 20, 50)
_PROJECT = ("components", "pipeline", "schema", "tests", "trainer_module")


@dataclass(frozen=True)
class Job:
    """What a process is to do: everything but its descriptors 0 to 2, which it has already."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str


class Server:
    """Accepts jobs and forks.

    Args:
        listener: socket that clients connect to.
    """

    def __init__(self, listener: socket.socket):
        self._listener = listener
        self._clients: dict[int, socket.socket] = {}  # by process
        self._selector = selectors.DefaultSelector()
        self._wake_up = os.pipe()
        for descriptor in self._wake_up:
            os.set_blocking(descriptor, False)

    def serve(self) -> Job:
        """Serves until standard input ends, which ends this process.

        Returns:
            In each forked process, its job.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests and the forked
        signal.signal(signal.SIGCHLD, lambda *_: None)
        reading, writing = self._wake_up
        signal.set_wakeup_fd(writing)
        register = self._selector.register
        register(0, selectors.EVENT_READ, self._end)
        register(reading, selectors.EVENT_READ, self._reap)
        register(self._listener, selectors.EVENT_READ, self._accept)
        while True:
            for key, _ in self._selector.select():
                action: Callable[[], Job | None] = key.data
                if job := action():
                    return job

    def _end(self) -> None:
        for process in self._clients:
            os.kill(process, signal.SIGKILL)
        os._exit(0)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_up[0], 4096)
        for process in list(self._clients):
            reaped, status = os.waitpid(process, os.WNOHANG)
            if reaped:
                client = self._clients.pop(process)
                self._selector.unregister(client)
                with contextlib.suppress(OSError):
                    client.sendall(STATUS.pack(os.waitstatus_to_exitcode(status)))
                client.close()

    def _accept(self) -> Job | None:
        client, _ = self._listener.accept()
        message, descriptors = _receive(client)
        if not message:
            for descriptor in (*descriptors, client.detach()):
                os.close(descriptor)
            return None
        process = os.fork()
        if process == 0:
            self._leave(client)
            _take_over(descriptors)
            return Job(**message)
        for descriptor in descriptors:
            os.close(descriptor)
        self._clients[process] = client
        # A client says nothing more: what can be read is its end.
        self._selector.register(client, selectors.EVENT_READ, lambda: self._kill(process))
        return None

    def _kill(self, process: int) -> None:
        if process in self._clients:  # it may have been reaped a moment ago
            os.kill(process, signal.SIGKILL)

    def _leave(self, client: socket.socket) -> None:
        """Makes the forked process forget that it was a server."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for descriptor in self._wake_up:
            os.close(descriptor)
        for each in (client, self._listener, *self._clients.values()):
            each.close()


def _receive(client: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """A message, empty where the client was killed, and the descriptors that came with it."""
    text, descriptors, _, _ = socket.recv_fds(client, 1 << 16, 3)
    while not text.endswith(b"\n"):
        part = client.recv(1 << 16)
        if not part:
            return {}, descriptors
        text += part
    return json.loads(text), descriptors


def _take_over(descriptors: Sequence[int]) -> None:
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)


def run(job: Job) -> None:
    """Does what `python ARGUMENTS` does from here on, but for ending the process."""
    os.environ.clear()
    os.environ.update(job.environment)
    os.chdir(job.folder)
    unbuffered = bool(os.environ.get("PYTHONUNBUFFERED"))
    sys.stdout.reconfigure(line_buffering=os.isatty(1), write_through=unbuffered)
    sys.modules["numpy"].random.seed()  # or all would draw the same numbers
    sys.modules["__main__"] = types.ModuleType("__main__")
    first, *rest = job.arguments
    isolated = first == "-I"
    if isolated:
        first, *rest = rest
    else:
        paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        sys.path[:0] = [os.path.abspath(path) for path in paths if path]
        importlib.invalidate_caches()
        sys.modules.pop("sitecustomize", None)
        site.execsitecustomize()
    if first == "-m":
        sys.argv = ["-m", *rest[1:]]
        sys.path.insert(0, os.getcwd())
        # What the interpreter itself calls for -m, with its messages and in its __main__.
        runpy._run_module_as_main(rest[0])
    else:
        sys.argv = [first, *rest]
        if not isolated:
            sys.path.insert(0, os.path.dirname(os.path.abspath(first)))
        runpy.run_path(first, run_name="__main__")


def end(code: object) -> None:
    """Ends the process as the interpreter does, but does not tear down what it had imported.

    Args:
        code: of a SystemExit.
    """
    if not (code is None or isinstance(code, int)):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = 120
    os._exit((code or 0) & 0xFF)


def main(address: str, executable: str, *libraries: str) -> Job:
    """Imports the libraries, serves, and returns in the forked processes."""
    sys.path.pop(0)  # this script's folder
    for name in libraries:
        importlib.import_module(name)
    own = [name for name in sys.modules if name.partition(".")[0] in _PROJECT]
    if own:
        sys.exit(f"the libraries import the project's {own}, which a copy of it could not replace")
    sys.executable = executable
    gc.collect()
    gc.freeze()  # so that collections in the forked processes leave shared memory alone
    gc.set_threshold(*FEW_COLLECTIONS)
    folder, name = os.path.split(address)
    os.chdir(folder)  # a socket's path may have 100 characters only
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{name}.part")
        listener.listen(64)
        os.rename(f"{name}.part", name)  # what is there can be connected to
        return Server(listener).serve()


if __name__ == "__main__":
    job = main(*sys.argv[1:])
    try:
        run(job)
    except SystemExit as error:
        end(error.code)
    except KeyboardInterrupt:
        sys.excepthook(*sys.exc_info())
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        end(1)
    end(0)
