"""The warm interpreter does what a fresh one does, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.end_to_end

PROGRAMS = {
    "ends": "print('seen')",
    "arguments": "import sys; print(sys.argv[1:], sys.path[0], __name__)",
    "code": "import sys; print('seen'); sys.exit(3)",
    "large code": "import sys; sys.exit(256 + 7)",
    "message": "import sys; sys.exit('newscat: no')",
    "exception": "raise ValueError('no')",
    "interrupt": "raise KeyboardInterrupt",
    "signal": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "crash": "import os; os.abort()",
    "at once": "import os; print('never'); os._exit(7)",
    "at exit": "import atexit; atexit.register(print, 'last'); print('first')",
    "thread": "import threading as t, time\n"
    "t.Thread(target=lambda: (time.sleep(0.2), print('last'))).start(); print('first')",
    "streams": "import sys; print('out'); print('err', file=sys.stderr); print(sys.stdin.read())",
    # The shim's shell sets PWD.
    "environment": "import os; os.environ.pop('PWD', 0); print(sorted(os.environ.items()))",
    "folder": "import os; print(os.getcwd())",
    "child": "import subprocess as s; print(s.check_output('echo $GIVEN', shell=True, text=True))",
    "encoding": "import sys; print('é🎉', sys.stdout.encoding, sys.stdout.line_buffering)",
    "on the path": "import beside, site_mark; print(beside.__file__, site_mark.MARK)",
    "main": "import sys; print(sys.modules['__main__'].__dict__.get('PROGRAM')); PROGRAM = 1",
    "pickled": "import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))))",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Modules `beside` and `program_N`, and a sitecustomize that marks its process."""
    folder = tmp_path_factory.mktemp("modules")
    for number, program in enumerate(PROGRAMS.values()):
        (folder / f"program_{number}.py").write_text(program, "utf-8")
    (folder / "beside.py").touch()
    (folder / "sitecustomize.py").write_text(
        "import sys, types\n"
        "sys.modules['site_mark'] = types.SimpleNamespace(MARK='by sitecustomize')\n"
    )
    return folder


def run(
    python: str, folder: Path, *arguments: str, outputs: int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(folder), "GIVEN": "this", "TF_USE_LEGACY_KERAS": "1"}
    return subprocess.run(
        [python, *arguments],
        env=environment,
        cwd=folder.parent,
        input="given",
        stdout=outputs,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def last_line(text: str) -> str:
    """Of an error; a traceback above it has other frames."""
    return text.splitlines()[-1] if text else ""


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_module_ends_as_in_a_fresh_interpreter(warm_python: str, folder: Path, name: str):
    arguments = ["-m", f"program_{list(PROGRAMS).index(name)}", "a", "-b"]
    fresh, warm = (run(python, folder, *arguments) for python in (sys.executable, warm_python))
    assert (warm.returncode, warm.stdout) == (fresh.returncode, fresh.stdout)
    assert last_line(warm.stderr) == last_line(fresh.stderr)


@pytest.mark.parametrize("name", ["arguments", "message", "on the path", "pickled"])
def test_a_script_ends_as_in_a_fresh_interpreter(warm_python: str, folder: Path, name: str):
    arguments = [str(folder / f"program_{list(PROGRAMS).index(name)}.py"), "a", "-b"]
    fresh, warm = (run(python, folder, *arguments) for python in (sys.executable, warm_python))
    assert (warm.returncode, warm.stdout) == (fresh.returncode, fresh.stdout)
    assert last_line(warm.stderr) == last_line(fresh.stderr)


def test_the_libraries_are_imported_with_keras_2_and_without_the_project(
    warm_python: str, tmp_path: Path
):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "print('tfx' in sys.modules, 'components' in sys.modules)\n"
        "print(sys.modules['tensorflow'].keras.Model.__module__)\n"
    )
    printed = subprocess.check_output([warm_python, script], text=True)
    project, keras = printed.splitlines()
    assert project == "True False"
    assert keras.startswith("tf_keras.")


def test_a_module_that_is_not_there_is_reported_alike(warm_python: str, folder: Path):
    fresh, warm = (run(python, folder, "-m", "none") for python in (sys.executable, warm_python))
    assert warm.returncode == fresh.returncode == 1
    said = ": No module named none\n"
    assert fresh.stderr.endswith(said) and warm.stderr.endswith(said)


def test_a_reader_that_goes_away_is_noticed_alike(warm_python: str, folder: Path):
    codes = []
    for python in (sys.executable, warm_python):
        reading, writing = os.pipe()
        os.close(reading)
        codes.append(run(python, folder, "-m", "program_0", outputs=writing).returncode)
        os.close(writing)
    assert codes == [120, 120]


def test_isolated_mode_knows_nothing_of_the_path(warm_python: str, folder: Path):
    script = folder / f"program_{list(PROGRAMS).index('on the path')}.py"
    results = [run(python, folder, "-I", str(script)) for python in (sys.executable, warm_python)]
    assert [result.returncode for result in results] == [1, 1]
    assert all("No module named 'beside'" in result.stderr for result in results)


def test_a_process_is_killed_with_its_shim(warm_python: str, tmp_path: Path):
    (tmp_path / "sleeper.py").write_text(
        "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    )
    shim = subprocess.Popen(
        [warm_python, tmp_path / "sleeper.py"], stdout=subprocess.PIPE, text=True
    )
    assert shim.stdout
    process = int(shim.stdout.readline())
    assert process != shim.pid
    shim.kill()
    shim.communicate()  # to the end of what both write to
    wait_for_end(process)


def test_the_server_ends_with_whoever_started_it(tmp_path: Path):
    (tmp_path / "server").mkdir()
    (tmp_path / "sleeper.py").write_text(
        "import os, time; print(os.getppid(), os.getpid(), flush=True); time.sleep(600)"
    )
    program = (
        "import pathlib, subprocess, sys\n"
        "from tests.support.warm_python import start_warm_python\n"
        "with start_warm_python(pathlib.Path(sys.argv[1]) / 'server', ['numpy']) as shim:\n"
        "    subprocess.run([shim, sys.argv[1] + '/sleeper.py'])\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    starter = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path],
        env={**os.environ, "PYTHONPATH": root},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout
    processes = [int(word) for word in starter.stdout.readline().split()]
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    assert len(processes) == 2
    for process in processes:
        wait_for_end(process)


def wait_for_end(process: int) -> None:
    deadline = time.monotonic() + 60
    while runs(process):
        assert time.monotonic() < deadline, f"{process} goes on"
        time.sleep(0.02)


def runs(process: int) -> bool:
    """Whether there is such a process, other than one that waits to be reaped."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
