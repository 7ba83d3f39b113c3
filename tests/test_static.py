"""What a page of the dashboard makes a browser fetch."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage

from autochat.staticfiles import HashedFiles

STATIC = Path(__file__).resolve().parent.parent / "static"
BUDGET = 40 * 1024  # bytes, brotli: goal F8


@pytest.fixture
def collected(tmp_path):
    """The stylesheets as `collectstatic` leaves them."""
    source = StaticFilesStorage(location=STATIC, base_url="/static/")
    storage = HashedFiles(location=tmp_path, base_url="/static/")
    paths = {
        str(path.relative_to(STATIC)): (source, str(path.relative_to(STATIC))) for path in STATIC.rglob("css/**/*.css")
    }
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
    imported = re.findall(r'@import "([^"]+)"', (STATIC / "css" / "app.css").read_text())
    parts = [str(path.relative_to(STATIC / "css")) for path in (STATIC / "css").glob("*/*.css")]
    assert sorted(name for name in imported if "/" in name) == sorted(parts)
    assert all((STATIC / "css" / name).is_file() for name in imported)


def test_stylesheet_is_joined_into_one_file(collected):
    name = collected.stored_name("css/app.css")
    joined = read(collected, "css/app.css").decode()
    assert re.fullmatch(r"css/app\.[0-9a-f]{12}\.css", name)
    assert "@import" not in joined
    assert "@layer reset, tokens, base, layout, components, utilities;" in joined
    for path in (STATIC / "css" / "components").glob("*.css"):
        assert path.read_text() in joined


def test_f08_styles_and_scripts_of_a_page_fit_the_budget(collected):
    htmx = files("django_htmx").joinpath("static", "django_htmx", "htmx-2.min.js")
    scripts = [(STATIC / "js" / "app.js").read_bytes(), *(path.read_bytes() for path in STATIC.glob("js/*/*.js"))]
    styles = read(collected, "css/app.css")
    sizes = [len(brotli.compress(part)) for part in (styles, htmx.read_bytes(), *scripts)]
    assert sum(sizes) <= BUDGET


def test_no_style_or_handler_is_written_into_a_template():
    templates = sorted((STATIC.parent / "templates").rglob("*.html"))
    assert templates
    for template in templates:
        source = template.read_text()
        assert not re.search(r"""\s(style|on[a-z]+)\s*=\s*["']""", source), template
        assert "<style" not in source, template
