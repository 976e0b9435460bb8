"""What a test starts in place of Python: has the fork server do it, and ends as that process did.

Usage: python -IS warm_client.py ADDRESS ARGUMENT..., where the arguments are those of Python: a
module with -m, or a script. It imports little, for it is started often.
"""

from __future__ import annotations

import array
import json
import os
import resource
import signal
import socket
import struct
import sys

STATUS = struct.Struct("i")
_LOST = 70


def main(address: str, *arguments: str) -> int:
    """Returns the exit code of the process; does not return where a signal ended it."""
    job = {"arguments": arguments, "environment": dict(os.environ), "folder": os.getcwd()}
    text = json.dumps(job).encode() + b"\n"
    folder, name = os.path.split(address)
    os.chdir(folder)  # a socket's path may have 100 characters only
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(name)
        descriptors = array.array("i", [0, 1, 2])
        sent = server.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        server.sendall(text[sent:])
        for descriptor in (0, 1, 2):
            os.close(descriptor)  # or a reader would not see that the process has closed its own
        status = server.recv(STATUS.size, socket.MSG_WAITALL)
    (code,) = STATUS.unpack(status) if len(status) == STATUS.size else (_LOST,)
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(-code, signal.SIG_DFL) if -code != signal.SIGKILL else None
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    os._exit(main(*sys.argv[1:]))
