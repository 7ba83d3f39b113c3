"""Our scripts as browsers fetch them: what only one page's script needs is part of it, so that a page asks seldom.

Modules that several pages' scripts need stay files of their own. They may export functions, classes and constants, and
may not import in a circle.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from functools import partial

Read = Callable[[str], str]  # a script's path under static/ → its source
_IMPORT = re.compile(
    r'^import (?:(?:\{(?P<names>[^}]*)\}|\* as (?P<all>\w+)) from )?"(?P<file>\.[^"]+)";\n', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE)


class Circle(Exception):
    """Two scripts import each other, so neither can come first."""


def _imported(path: str, found: re.Match[str]) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), found["file"]))


def reached(entry: str, read: Read) -> set[str]:
    """The paths of all that a script imports, at any depth."""
    paths: set[str] = set()
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        new = {_imported(path, found) for found in _IMPORT.finditer(read(path))} - paths
        paths |= new
        waiting += new
    return paths


def linked(entry: str, entries: Iterable[str], read: Read) -> str:
    """A page's script with those modules in it that none of the other `entries` reaches; raises `Circle`."""
    elsewhere = set().union(*(reached(other, read) for other in entries if other != entry))
    return _Linking(entry, reached(entry, read) - elsewhere, read).whole()


class _Linking:
    """One script being put together: modules become functions that are called once, in the order of imports."""

    def __init__(self, entry: str, own: set[str], read: Read) -> None:
        self._entry, self._own, self._read = entry, own, read
        self._names: dict[str, str] = {}  # a module's path → the constant that holds what it exports
        self._shared: dict[str, str] = {}  # the same of modules that stay files
        self._parts: list[str] = []
        self._open: list[str] = []

    def whole(self) -> str:
        """The text of the script."""
        body = self._body(self._entry)
        here = posixpath.dirname(self._entry)
        imports = [
            f'import * as {name} from "./{posixpath.relpath(path, here)}";\n' for path, name in self._shared.items()
        ]
        return "".join([*imports, *self._parts, body])

    def _body(self, path: str) -> str:
        if path in self._open:
            raise Circle(" → ".join([*self._open, path]))
        self._open.append(path)
        body = _IMPORT.sub(partial(self._bound, path), self._read(path))
        self._open.pop()
        return body

    def _bound(self, path: str, found: re.Match[str]) -> str:
        """What stands in an import's place."""
        target = _imported(path, found)
        name = self._put(target) if target in self._own else self._shared.setdefault(target, f"s{len(self._shared)}")
        if found["names"]:
            return f"const {{{found['names'].replace(' as ', ': ')}}} = {name};\n"
        return f"const {found['all']} = {name};\n" if found["all"] else ""

    def _put(self, path: str) -> str:
        if path not in self._names:
            body = self._body(path)
            exports = ", ".join(found["name"] for found in _EXPORT.finditer(body))
            name = self._names[path] = f"m{len(self._names)}"
            made = f"(() => {{\n{_EXPORT.sub('', body)}return {{ {exports} }};\n}})();\n"
            self._parts.append(f"const {name} = {made}")
        return self._names[path]
