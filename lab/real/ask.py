"""Asks a version of GPUStack what its own check wants, without starting anything.

Reads cases from standard input and writes an answer to each: {"args": [...], "env": {...}, "files": {path: text}} becomes
{"status": how "gpustack prerun" ended, "ports": [...], "log": what it said}. The program is imported once, which is most of
what it costs, and each case is a process of its own from there. The ports are those that it tried: Python tells every bind
and every connect to whoever asks for it (PEP 578), so the program is not changed for that.
"""

import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, "/opt/gpustack")
from gpustack.main import main  # noqa: E402


def answer(case):
    shutil.rmtree("/var/lib/gpustack", ignore_errors=True)
    for path, text in (case.get("files") or {}).items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
    with tempfile.TemporaryFile("w+") as log, tempfile.TemporaryFile("w+") as ports:
        child = os.fork()
        if child == 0:
            run(case, log, ports)
        _, status = os.waitpid(child, 0)
        log.seek(0)
        ports.seek(0)
        return {
            "status": os.waitstatus_to_exitcode(status),
            "ports": sorted({int(port) for port in ports}),
            "log": log.read(),
        }


def run(case, log, ports):
    def heard(event, args):
        if event not in ("socket.bind", "socket.connect") or not isinstance(args[1], tuple):
            return
        host, port = args[1][:2]
        if port and host in ("127.0.0.1", "0.0.0.0"):
            ports.write(f"{port}\n")

    sys.addaudithook(heard)
    os.environ.update(case.get("env") or {})
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    sys.argv = ["gpustack", "prerun", *(case.get("args") or [])]
    try:
        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as failure:
        print(repr(failure), file=sys.stderr)
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    ports.flush()
    os._exit(status)


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
