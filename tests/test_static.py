"""What a page of the dashboard makes a browser fetch."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage

from autochat.scripts_linked import Circle, linked
from autochat.staticfiles import HashedFiles, without_comments, without_space

STATIC = Path(__file__).resolve().parent.parent / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
BUDGET = 40 * 1024  # bytes, brotli: goal F8


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Our own styles and scripts as `collectstatic` leaves them."""
    source = StaticFilesStorage(location=STATIC, base_url="/static/")
    storage = HashedFiles(location=tmp_path_factory.mktemp("static"), base_url="/static/")
    files_of_ours = [path for folder in ("css", "js") for path in (STATIC / folder).rglob("*.*")]
    paths = {name: (source, name) for name in (str(path.relative_to(STATIC)) for path in files_of_ours)}
    for name in paths:
        with source.open(name) as file:
            storage.save(name, file)
    outcomes = list(storage.post_process(paths))
    assert not [outcome for *_, outcome in outcomes if isinstance(outcome, Exception)]
    return storage


def read(storage: HashedFiles, name: str) -> bytes:
    with storage.open(storage.stored_name(name)) as file:
        return bytes(file.read())


def test_every_part_is_imported_once_and_exists():
    imported = [name for path in SHEETS for name in re.findall(r'@import "([^"]+)"', path.read_text())]
    parts = [str(path.relative_to(STATIC / "css")) for path in (STATIC / "css").glob("*/*.css")]
    assert sorted(name for name in imported if "/" in name) == sorted(parts)
    assert all((STATIC / "css" / name).is_file() for name in imported)


def test_each_stylesheet_is_joined_into_one_file(collected):
    joined = {path.name: read(collected, f"css/{path.name}").decode() for path in SHEETS}
    assert re.fullmatch(r"css/app\.[0-9a-f]{12}\.css", collected.stored_name("css/app.css"))
    assert "@layer reset, tokens, base, layout, components, utilities;" in joined["app.css"]
    assert not [name for name, text in joined.items() if "@import" in text]
    everything = "".join(joined.values())
    for path in (STATIC / "css" / "components").glob("*.css"):
        plain = without_space(without_comments(path.read_text()))
        assert re.sub(r"(?<=[{};,])\n", "", plain).strip() in everything


def test_comments_go_and_code_stays():
    source = '/** one\n two */\nx = "http://a"; // stays\n  // goes\n/* a */ y = "/*"; z = "*/";\n'
    assert without_comments(source) == 'x = "http://a"; // stays\n/* a */ y = "/*"; z = "*/";\n'


def test_no_text_in_a_script_spans_lines_for_their_indentation_goes():
    texts = [text for path in (STATIC / "js").rglob("*.js") for text in re.findall(r"`[^`]*`", path.read_text())]
    assert len(texts) > 10
    assert [text for text in texts if "\n" in text] == []


MODULES = {
    "js/page.js": 'import "./own/first.js";\nimport { both } from "./lib/both.js";\nboth();\n',
    "js/other.js": 'import { both } from "./lib/both.js";\nboth();\n',
    "js/own/first.js": (
        'import { two as second } from "./second.js";\nimport * as all from "../lib/both.js";\nall.both(second);\n'
    ),
    "js/own/second.js": "export const two = 2;\nexport async function never() {}\n",
    "js/lib/both.js": "export function both() {}\n",
}


def test_f08_modules_that_one_page_alone_needs_are_part_of_its_script():
    script = linked("js/page.js", ["js/page.js", "js/other.js"], MODULES.__getitem__)
    assert script.splitlines() == [
        'import * as s0 from "./lib/both.js";',
        "const m0 = (() => {",
        "const two = 2;",
        "async function never() {}",
        "return { two, never };",
        "})();",
        "const m1 = (() => {",
        "const { two: second } = m0;",
        "const all = s0;",
        "all.both(second);",
        "return {  };",
        "})();",
        "const { both } = s0;",
        "both();",
    ]


def test_scripts_that_import_each_other_are_refused():
    circle = {"js/a.js": 'import "./b.js";\n', "js/b.js": 'import "./c.js";\n', "js/c.js": 'import "./b.js";\n'}
    with pytest.raises(Circle, match=r"js/b\.js → js/c\.js → js/b\.js"):
        linked("js/a.js", ["js/a.js"], circle.__getitem__)


def test_scripts_export_what_can_be_linked():
    modules = "".join(path.read_text() for path in (STATIC / "js").glob("*/*.js"))
    assert set(re.findall(r"^export (?:async )?(\w+)", modules, re.MULTILINE)) <= {"function", "class", "const"}
    assert not re.findall(r"^await|\bimport\(", modules, re.MULTILINE)


def modules_of(storage: HashedFiles, *entries: str) -> set[str]:
    """The entries and all that they import, at any depth."""
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            folder = (STATIC / name).parent
            imports = re.findall(r"""(?:from|import)\s*\(?"(\.[^"]+)\"""", read(storage, name).decode())
            plain = [re.sub(r"\.[0-9a-f]{12}\.js$", ".js", path) for path in imports]
            waiting += [str((folder / path).resolve().relative_to(STATIC)) for path in plain]
    return found


def linked_by(template: str) -> set[str]:
    """Our own sheets and scripts that a page's template and those above it name."""
    source = (STATIC.parent / "templates" / template).read_text()
    above = re.search(r'{% extends "([^"]+)" %}', source)
    named = set(re.findall(r'{% static "((?:css|js)/[^"]+)" %}', source))
    inherited = linked_by(above[1]) if above else set()
    return named | (inherited - {"css/pages.css"} if "{% block page_sheet %}" in source else inherited)


PAGES = sorted(
    str(path.relative_to(STATIC.parent / "templates"))
    for path in (STATIC.parent / "templates").rglob("*.html")
    if path.read_text().startswith("{% extends") and "admin" not in path.parts
)


@pytest.mark.parametrize("page", PAGES)
def test_f08_styles_and_scripts_of_a_page_fit_the_budget(collected, page):
    linked = linked_by(page)
    assert {"css/app.css", "js/app.js"} <= linked
    modules = modules_of(collected, *(name for name in linked if name.endswith(".js")))
    assert "js/lib/toast.js" in modules
    htmx = files("django_htmx").joinpath("static", "django_htmx", "htmx-2.min.js").read_bytes()
    ours = [read(collected, name) for name in sorted(modules | linked)]
    assert sum(len(brotli.compress(part)) for part in (htmx, *ours)) <= BUDGET


def test_no_style_or_handler_is_written_into_a_template():
    templates = sorted((STATIC.parent / "templates").rglob("*.html"))
    assert templates
    for template in templates:
        source = template.read_text()
        assert not re.search(r"""\s(style|on[a-z]+)\s*=\s*["']""", source), template
        assert "<style" not in source, template
