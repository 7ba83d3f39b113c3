"""Files that people upload: read, found, and whatever is wrong with them said in words."""

from __future__ import annotations

import os
import time

import pytest

from assistants import knowledge
from assistants.capacity import KnowledgeFull, room
from assistants.extraction.base import Unreadable
from assistants.models import KnowledgeChunk, KnowledgeSource
from assistants.reader import Reader
from assistants.search import find_passages
from tenants.models import Plan
from tests import factories
from tests.assistants import files
from tests.assistants.reading import read, upload

pytestmark = pytest.mark.django_db

GUIDE = "# Opening hours\n\nThe workshop is open from nine to six.\n\n# Parking\n\nPark behind the barn, for nothing."
GOOD = {
    "guide.pdf": (files.pdf("The workshop opens at nine.", "Park behind the barn."), "where can I park", "barn"),
    "Guide_2026.docx": (
        files.docx(paragraphs=[("Heading 1", "Parking"), ("", "Park behind the barn."), ("List Bullet", "No lorries")]),
        "is there parking",
        "barn",
    ),
    "guide.txt": (GUIDE.encode("utf-16"), "when is the workshop open", "nine to six"),
    "guide.md": (GUIDE.encode(), "parking", "barn"),
    "latin.txt": ("Öffnungszeiten: täglich außer Montag.".encode("latin-1"), "Öffnungszeiten", "täglich außer Montag"),
    "lamps.csv": (
        b"Name;Price;Colour\nDesk lamp;49 EUR;red\nFloor lamp;89 EUR;blue",
        "price of the desk lamp",
        "49 EUR",
    ),
}
BAD = {
    "locked.pdf": (files.pdf("Secret", password="sesame"), "password"),
    "scan.pdf": (files.pdf("", ""), "text recognition"),
    "circle.pdf": (files.pdf_that_turns_in_circles(), "damaged"),
    "million.pdf": (files.pdf_of_a_million_pages(), "1,000,000 pages"),
    "bomb.pdf": (files.pdf_that_unpacks_to_gigabytes(), ""),
    "cut.pdf": (files.pdf("Hello")[:300], "damaged"),
    "really-a-text.pdf": (b"Hello", "no PDF"),
    "really-a-pdf.docx": (files.pdf("Hello"), "no Word file"),
    "bomb.docx": (files.docx_bomb(), "unpacks to far more"),
    "laughs.docx": (files.docx_with_entities(), "damaged"),
    "old.docx": (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old Word file"),
    "empty.docx": (files.docx(paragraphs=[]), "no text"),
    "binary.txt": (bytes(range(256)) * 50, "no text"),
    "blank.md": (b"  \n ", "empty"),
    "wide.csv": (b"a," * 1_000_000 + b"\n1,2", "columns"),
    "lonely.csv": (b"Name,Price\n", "no rows"),
    "open-quote.csv": (b'a,b\n"' + b"x" * 3_000_000, "quotes"),
    "sheet.csv": (files.docx(paragraphs=[]), "not as a spreadsheet"),
}


@pytest.mark.parametrize("name", GOOD)
def test_d12_a_file_is_read_and_its_passages_are_found(name: str) -> None:
    tenant = factories.make_tenant()
    data, question, words = GOOD[name]
    source = upload(tenant, name, data)

    assert (source.status, source.failure) == ("ready", "")
    assert source.characters == sum(document.characters for document in source.documents.all()) > 0
    passage = find_passages(tenant.pk, question)[0]
    assert words in passage.text
    assert passage.title.startswith(source.title)
    assert passage.source_id == str(source.pk)


def test_d12_a_row_of_a_table_is_a_passage_of_its_own() -> None:
    tenant = factories.make_tenant()
    upload(tenant, "lamps.csv", GOOD["lamps.csv"][0])

    assert [c.heading for c in KnowledgeChunk.objects.order_by("position")] == ["Desk lamp", "Floor lamp"]
    assert find_passages(tenant.pk, "colour of the floor lamp")[0].text == "Price: 89 EUR\nColour: blue"


@pytest.mark.parametrize("name", BAD)
def test_r03_a_file_that_cannot_be_read_says_why_and_breaks_nothing(name: str) -> None:
    data, words = BAD[name]
    began = time.monotonic()
    source = upload(factories.make_tenant(), name, data)

    assert source.status == "failed"
    assert words in source.failure
    assert not KnowledgeChunk.objects.exists()
    assert source.characters == 0
    assert time.monotonic() - began < 30


def test_r03_what_hangs_is_ended_and_what_breaks_is_replaced() -> None:
    with Reader(seconds=0.5) as reader, pytest.raises(Unreadable, match="too long"):
        reader.read("page", b"<div>" * 600_000)
    with Reader() as reader:
        assert reader.read("txt", b"One").text == "One"
        assert reader._process is not None
        os.kill(reader._process.pid, 9)
        reader._process.wait()
        assert reader.read("txt", b"Two").text == "Two"


def test_r03_the_reading_process_knows_no_secret_and_has_little_memory(monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with Reader() as reader:
        reader.read("txt", b"One")
        assert reader._process is not None
        with open(f"/proc/{reader._process.pid}/environ", "rb") as environ:  # noqa: PTH123
            assert b"secret" not in environ.read()
        with open(f"/proc/{reader._process.pid}/limits") as limits:  # noqa: PTH123
            memory = next(line for line in limits if line.startswith("Max address space"))
    assert int(memory.split()[3]) < 1024**3


def test_d12_a_full_plan_refuses_more_and_loses_nothing() -> None:
    tenant = factories.make_tenant()
    Plan.objects.filter(pk=tenant.plan_id).update(knowledge_characters=100)
    kept = knowledge.add_source(tenant=tenant, kind="text", title="Kept", body="x" * 60, language="english")

    late = upload(tenant, "long.txt", b"word " * 20)
    assert (late.status, late.characters) == ("failed", 0)
    assert "room for 40 more; this needs 99" in late.failure
    with pytest.raises(KnowledgeFull):
        knowledge.change_source(source=kept, body="y" * 101)
    kept.refresh_from_db()
    assert kept.body == "x" * 60
    knowledge.change_source(source=kept, body="z" * 100)
    with pytest.raises(KnowledgeFull, match="room for 0 more"):
        knowledge.add_file(tenant=tenant, name="more.txt", data=b"x")
    with pytest.raises(KnowledgeFull):
        knowledge.add_questions(tenant=tenant, pairs=[("When?", "Now.")])
    assert room(tenant).warning == 100

    Plan.objects.filter(pk=tenant.plan_id).update(knowledge_characters=1_000)
    knowledge.read_again(source=late)
    assert read(late).status == "ready"
    assert KnowledgeSource.objects.count() == 2


@pytest.mark.parametrize(("used", "warning"), [(79, 0), (80, 80), (89, 80), (90, 90), (99, 90), (100, 100), (140, 100)])
def test_d12_the_plan_warns_at_80_90_and_100_percent(used: int, warning: int) -> None:
    tenant = factories.make_tenant()
    Plan.objects.filter(pk=tenant.plan_id).update(knowledge_characters=1_000)
    knowledge.add_source(tenant=tenant, kind="text", title="A", body="x" * used * 10 if used < 101 else "x")
    KnowledgeSource.objects.update(characters=used * 10)

    assert room(tenant).warning == warning


def test_d12_a_renamed_file_is_found_under_its_new_name() -> None:
    tenant = factories.make_tenant()
    source = upload(tenant, "a.txt", b"Park behind the barn.")
    knowledge.change_source(source=source, title="Directions")

    assert source.status == "waiting"
    assert read(source).status == "ready"
    assert find_passages(tenant.pk, "directions to park")[0].title == "Directions"
