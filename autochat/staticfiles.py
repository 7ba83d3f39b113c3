"""Static files under names that carry their content's hash; our own styles and scripts made small on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from servestatic.storage import CompressedManifestStaticFilesStorage

from autochat.scripts_linked import linked

_STYLESHEET = re.compile(r"css/[^/]+\.css")  # those that pages name; what they import lies deeper
_SCRIPT = re.compile(r"js/[^/]+\.js")  # likewise
_OURS = re.compile(rf"{_STYLESHEET.pattern}|js/.*\.js")
_STYLE_IMPORT = re.compile(r'^@import "(?P<file>[^"]+)" layer\((?P<layer>[\w-]+)\);$', re.MULTILINE)
# Whole lines only: within a line it could be part of a string.
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/[ \t]*|//[^\n]*)$\n?", re.MULTILINE | re.DOTALL)

_INDENTATION = re.compile(r"\n\s+")
_AFTER_MARK = re.compile(r"(?<=[{};,])\n")  # a style sheet needs no line of its own for each declaration


def without_comments(source: str) -> str:
    """The same style sheet or script without the comments that stand on lines of their own."""
    return _COMMENT.sub("", source)


def without_space(source: str) -> str:
    """The same style sheet or script without empty lines and indentation."""
    return _INDENTATION.sub("\n", source)


def join_styles(source: str, read: Callable[[str], str]) -> str:
    """Put the imported sheets into this one, each in its layer: one request instead of forty, and half the bytes."""
    joined = _STYLE_IMPORT.sub(lambda match: f"@layer {match['layer']} {{\n{read(match['file'])}}}", source)
    return _AFTER_MARK.sub("", without_space(without_comments(joined)))


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # servestatic ships no types
    """Compressed and hashed. `import` in our modules is rewritten to the hashed name."""

    support_js_module_import_aggregation = True
    # Only under js/: other packages bring scripts that import names which no file has.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],  # noqa: SLF001
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Make our own files small, then let the parents name and compress them."""
        small = {} if dry_run else {name: self._small(paths, name) for name in paths if _OURS.fullmatch(name)}
        for name, text in small.items():
            self.delete(name)
            self.save(name, ContentFile(text.encode()))
            paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

    def _small(self, paths: dict[str, Any], name: str) -> str:
        def read(path: str) -> str:
            storage, stored = paths[path]
            with storage.open(stored) as opened:
                return str(opened.read().decode())

        if _STYLESHEET.fullmatch(name):
            return join_styles(read(name), lambda file: read(str(PurePosixPath(name).parent / file)))
        scripts = [path for path in paths if _SCRIPT.fullmatch(path)]
        return without_space(without_comments(linked(name, scripts, read) if name in scripts else read(name)))
