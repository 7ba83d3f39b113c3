"""Servers as our readers would write them around a snippet: each in its own language, each fed with real requests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings

from tests.programs import program
from tests.redis_server import free_port
from tests.waiting import wait_until

HERE = Path(__file__).parent
BUILD_SECONDS = 120  # Go without a cache builds its whole standard library


def php(folder: Path, snippet: str, port: int) -> list[str]:
    """How the server in PHP is started."""
    (folder / "verify.php").write_text(snippet)
    shutil.copy(HERE / "receive.php", folder)
    return [_found("php"), "-S", f"127.0.0.1:{port}", "receive.php"]


def ruby(folder: Path, snippet: str, port: int) -> list[str]:
    """How the server in Ruby is started."""
    (folder / "verify.rb").write_text(snippet)
    shutil.copy(HERE / "receive.rb", folder)
    return [_found("ruby"), "receive.rb", str(port)]


def go(folder: Path, snippet: str, port: int) -> list[str]:
    """How the server in Go is started, once it is built; nothing is fetched for that."""
    (folder / "webhooks").mkdir()
    (folder / "webhooks" / "verify.go").write_text(snippet)
    (folder / "go.mod").write_text("module receiver\n\ngo 1.19\n")
    shutil.copy(HERE / "receive.go", folder)
    cache = str(settings.BASE_DIR / "var" / "cache" / "go")
    env = {**os.environ, "GOCACHE": cache, "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": ""}
    built = subprocess.run(
        [_found("go"), "build", "-o", "receive", "."],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=BUILD_SECONDS,
    )
    assert built.returncode == 0, built.stderr
    return [str(folder / "receive"), str(port)]


RECEIVERS: dict[str, Callable[[Path, str, int], list[str]]] = {"php": php, "ruby": ruby, "go": go}


@contextmanager
def receiver(language: str, folder: Path, snippet: str) -> Iterator[Callable[[str, dict[str, str], bytes], bool]]:
    """A running server; calling it with a secret, headers and a body says whether it took the request for ours."""
    port = free_port()
    command = RECEIVERS[language](folder, snippet, port)
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def accepts(secret: str, headers: dict[str, str], body: bytes) -> bool:
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request("POST", "/hook", body, {"X-Secret": secret, **headers})
            status = connection.getresponse().status
        assert status in (204, 400), (folder / "log").read_text()
        return status == 204

    try:
        wait_until(lambda: _listens(port) or running.poll() is not None, what=f"the {language} server listens")
        yield accepts
    finally:
        running.kill()
        running.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _found(name: str) -> str:
    return program(name, runs="the webhook snippets' tests")
