"""A scanned page: what a machine reads stays unconfirmed, number by number, until a person has looked at it."""

from __future__ import annotations

import datetime
import difflib
from pathlib import Path

import pytest
from tests.official import documents as fixtures

from mulu.catalogue.held import machine_tokens
from mulu.catalogue.wording import Clause, Entry
from mulu.desk import Desk
from mulu.errors import Misused, MuluError

AT = datetime.datetime(2031, 6, 1, 9, 0, tzinfo=datetime.UTC)
DAY = datetime.date(2031, 5, 1)
KNOWN = {"instrument": "announcement-2031-7", "effective": datetime.date(2031, 4, 1)}


@pytest.fixture(scope="module")
def worn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, fixtures.Scanned, str]:
    """A store into which a worn copy was read, attested and applied: its folder, the truth, the digest."""
    folder = tmp_path_factory.mktemp("worn")
    page = fixtures.scanned_pdf(folder, worn=True)
    desk = Desk(store=str(folder / "mulu.db"))
    digest = desk.import_(str(page.path), AT, ocr=True, **KNOWN)["document"]
    desk.attest(digest, AT, "李华", "档案室", datetime.date(2031, 5, 30), **KNOWN)
    desk.apply(digest, AT, counts_differ=True)
    return folder, page, digest


def desk_of(worn: tuple[Path, fixtures.Scanned, str]) -> tuple[Desk, fixtures.Scanned, str]:
    folder, page, digest = worn
    return Desk(store=str(folder / "mulu.db")), page, digest


def same(left: str, right: str) -> float:
    return difflib.SequenceMatcher(None, fixtures.folded(left), fixtures.folded(right)).ratio()


def entry_like(entries: tuple[Entry, ...], name: str) -> Entry:
    return max(entries, key=lambda entry: same(entry.name, name))


def tokens(text: str) -> list[str]:
    return [fixtures.folded(token.read) for token in machine_tokens(text, "x")]


def test_every_number_that_was_misread_stays_unconfirmed(worn):
    desk, page, _ = desk_of(worn)
    misread = printed = 0
    for listed in desk.items(DAY)["items"]:
        if not listed["item"].startswith("entry-"):
            continue
        truth = entry_like(page.entries, listed["name"]["zh"])
        for point in desk.show(listed["item"], DAY)["points"]:
            point_true = next(p for p in truth.points if p.number == point["number"])
            read = tokens(point["official"]["zh"])
            wrong = [t for t in tokens(point_true.whole()) if t not in read]
            printed += len(tokens(point_true.whole()))
            misread += len(wrong)
            if wrong:
                assert point["certainty"] == "unconfirmed"
                assert point["official"]["to_confirm"]
            assert point["certainty"] != "official"
            assert point["parameters"] == [] or not point["official"]["to_confirm"]
    assert printed > 20
    assert misread > 0, "a copy without any mistake proves nothing"


def test_what_a_person_saw_is_confirmed_one_by_one_and_put_right(worn):
    desk, _, digest = desk_of(worn)
    asked = desk.confirm(digest, AT)
    part = next(p for p in asked["parts"] if p["point"] and len(p["tokens"]) >= 2)
    first, *others = part["tokens"]
    seen = [f"{t['token']}={t['read']}" for t in others]
    after = desk.confirm(digest, AT, "王敏", [f"{first['token']}=≥99.95 %", *seen[:-1]])
    assert (after["corrected"], after["left"]) == (1, asked["left"] - len(part["tokens"]) + 1)

    def point() -> dict:
        shown = desk_of(worn)[0].show(part["item"], DAY)
        return next(p for p in shown["points"] if p["number"] == part["point"])

    assert "≥99.95 %" in point()["official"]["zh"]
    assert point()["certainty"] == "unconfirmed"  # one number still waits
    desk.confirm(digest, AT, "王敏", seen[-1:])
    assert point()["certainty"] == "published"  # never official: no person attested a text layer
    records = desk.documents()["records"]
    assert [r["by"] for r in records if r["act"] == "confirmed"] == ["王敏"] * len(part["tokens"])


def test_the_edition_of_a_scanned_list_is_never_complete(worn):
    desk, _, _ = desk_of(worn)
    edition = next(e for e in desk.coverage()["editions"] if e["edition"] == "2031-7")
    assert not edition["complete"]
    assert all(one["official"] == 0 for one in edition["lists"])


def test_the_picture_of_the_lines_is_shown_beside_what_was_read(worn, tmp_path: Path):
    from PIL import Image

    desk, _, digest = desk_of(worn)
    for part in desk.confirm(digest, AT, pictures=str(tmp_path / "pictures"))["parts"]:
        with Image.open(part["picture"]) as picture:
            assert picture.width > 50
            assert picture.convert("L").getextrema()[0] < 120  # there is ink on it


@pytest.mark.parametrize(
    ("token", "by", "says"),
    [
        ("nothing@1=5", "王敏", "nothing@1"),
        ("{code}=31300X", "王敏", "31300X"),
        ("{code}=", "王敏", "ID=VALUE"),
        ("{code}=313002X", "", "`by`"),
    ],
)
def test_a_confirmation_that_confirms_nothing_is_refused(worn, token: str, by: str, says: str):
    desk, _, digest = desk_of(worn)
    before = desk.confirm(digest, AT)
    code = next(p["tokens"][0]["token"] for p in before["parts"] if p["point"] is None)
    with pytest.raises(Misused, match=says):
        desk.confirm(digest, AT, by, [token.format(code=code)])
    assert desk.confirm(digest, AT)["left"] == before["left"]


def test_a_document_that_does_not_count_has_nothing_to_confirm(tmp_path: Path):
    desk = Desk(store=str(tmp_path / "mulu.db"))
    digest = desk.import_(str(fixtures.list_docx(tmp_path).path), AT)["document"]
    with pytest.raises(MuluError, match="mulu attest"):
        desk.confirm(digest, AT)


def test_plain_words_are_no_tokens_and_a_number_keeps_its_sign_and_unit():
    clause = Clause(
        number="1", text="以下特征之一的坯料（2.5 kg以下除外），比表面积≥ 350.4m²/g；", at=_AT, machine=True
    )
    assert [t.read for t in machine_tokens(clause.whole(), "x")] == ["2.5 kg", "以下", "≥ 350.4m²/g"]


_AT = fixtures.At(page=1, number=1)
