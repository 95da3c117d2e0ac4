"""A certificate is found altered in every way, and done again wherever its data, documents and text are.

MULU_ALTERATIONS=N makes N alterations instead of a third of them; the full form is MULU_ALTERATIONS=10000.
"""

from __future__ import annotations

import datetime
import importlib.util
import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from mulu import program
from mulu.desk import Desk
from mulu.errors import Misused, MuluError
from mulu.interfaces.api.table import CERTIFICATE, DOCUMENT
from mulu.reports.certificate import (
    TOLERANCE,
    CannotCertify,
    CertificateRefused,
    KeyRefused,
    canonical,
    differences,
    held_by,
    known_mark,
    parsed,
    plain,
    private_key,
    read,
    sign,
)
from mulu.screening import engine
from mulu.screening.model import MODEL

_SPEC = importlib.util.spec_from_file_location("altering", Path(__file__).with_name("altering.py"))
altering = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(altering)

ROOT = Path(__file__).parents[2]
AT = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 11, 23)
TEXT = "磷酸铁锂正极材料的制备方法：将铁源、锂源与磷源混合砂磨，喷雾干燥后在氮气下烧结，得到碳包覆磷酸铁锂，粉末压实密度 2.62 g/cm³。"
TEXTS = (
    TEXT,
    "Design of a LiDAR: a VCSEL emitter array and a SPAD receiver array with time-of-flight ranging, and the calibration process.",
    "A tea vending machine with a touch screen, mobile payment and a refrigerated cabinet; sold to hotels and offices.",
)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory, desk: Desk) -> Path:
    """A private key that `mulu certificate key` made, with its public key beside it."""
    path = tmp_path_factory.mktemp("key") / "my.pem"
    desk.certificate("key", AT, into=str(path))
    return path


def public(key: Path) -> str:
    return Path(f"{key}.pub").read_text(encoding="utf-8")


def make(desk: Desk, key: Path, folder: Path, given: str | None = TEXT, **asked: Any) -> bytes:
    number = len(list(folder.glob("c*.json")))
    into = folder / f"c{number}.json"
    if given is not None:
        asked = {"on": DAY, **asked}
    made = desk.certificate("make", AT, given, key=str(key), into=str(into), **asked)
    assert made["bytes"] == into.stat().st_size
    return into.read_bytes()


def verify(desk: Desk, key: Path | None, data: bytes, **asked: Any) -> Json:
    return desk.certificate("verify", AT, data, public=None if key is None else public(key), **asked)


def signed_anew(data: bytes, key: Path, /, **facts: Any) -> bytes:
    """The certificate with other facts, signed by the same holder: a lie, not an alteration."""
    body = {k: v for k, v in json.loads(data)["body"].items() if k not in ("key", "says")}
    return sign({**body, **facts}, private_key(key.read_bytes(), None))


# ---- the canonical form ------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_what_is_written_is_read_again_and_in_one_way_only(value):
    data = canonical(value)
    assert parsed(data) == value
    assert canonical(parsed(data)) == data


def test_texts_are_written_as_rfc_8785_has_it():
    given = {"b": '€$\u000f\nA\'B"\\\\"/', "a": [56, None, True, False, "\u007f\u2028é"]}
    assert (
        canonical(given) == '{"a":[56,null,true,false,"\u007f\u2028é"],"b":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    )
    assert canonical({"n": "e\u0301"}) != canonical({"n": "é"})  # the bytes as they were given


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), float("inf"), 2**53, {"é": 1}, {1: 1}, "\ud800", {"a": b""}], ids=repr
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}', b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":1.0}', b'{"a":1e0}', b'{"a":-0}', b'{"a":NaN}', b'{"a":01}',
        b'{"a":"\\u0041"}', b'{"a":"\\/"}', b'{"a":"\\ud800"}', b'{"a":"\xff"}', b'\xef\xbb\xbf{"a":1}', b'{"a":1}\n', b"",
        b'{"a":9007199254740993}',
    ],
)  # fmt: skip
def test_other_bytes_for_the_same_value_are_refused(data):
    with pytest.raises(ValueError, match=r"."):
        parsed(data)


def test_numbers_with_a_fraction_are_strings_of_digits():
    assert plain({"a": [0.931, 1.0, 1e-05, 3, True, None]}) == {"a": ["0.931", "1.0", "0.00001", 3, True, None]}
    assert float(TOLERANCE) * 1000 == engine.TOLERANCE


# ---- alterations -------------------------------------------------------------------------------------------------------


def test_random_alterations_are_all_found_or_refused(desk: Desk, key: Path, tmp_path: Path):
    made = [make(desk, key, tmp_path, text, top=1, with_text=n == 1) for n, text in enumerate(TEXTS)]
    known, rng = known_mark(public(key), None), random.Random(20261128)
    for data in made:
        assert held_by(read(data), known)
    counts: Counter[str] = Counter()
    taken_for_whole = 0
    wanted = int(os.environ.get("MULU_ALTERATIONS", "3000"))
    while counts.total() < wanted:
        alter = altering.ALTERATIONS[counts.total() % len(altering.ALTERATIONS)]
        which = rng.randrange(len(made))
        altered = alter(rng, made[which], made[which - 1])
        if altered in made:
            continue  # nothing was altered
        counts[alter.__name__] += 1
        try:
            certificate = read(altered)
        except CertificateRefused:
            continue
        # Whole under a key of the forger's own: it is refused where the holder's key is known, and not called proved elsewhere.
        taken_for_whole += 1
        assert alter.__name__ == "key_and_signature", alter.__name__
        assert not held_by(certificate, None)
        with pytest.raises(CertificateRefused, match="another key"):
            held_by(certificate, known)
    assert set(counts) == {alter.__name__ for alter in altering.ALTERATIONS}
    assert 0 < taken_for_whole <= counts["key_and_signature"]


def test_every_single_byte_matters(desk: Desk, key: Path, tmp_path: Path):
    data = make(desk, key, tmp_path, TEXTS[2], top=1)
    for place in range(0, len(data), 29):
        with pytest.raises(CertificateRefused):
            read(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_without_a_known_key_nothing_is_called_proved(desk: Desk, key: Path, tmp_path: Path):
    data = make(desk, key, tmp_path, with_text=True)
    for shown in (data, altering.resigned(json.loads(data))):
        answer = verify(desk, None, shown)
        assert answer["verdict"] == "holder not known"
        assert answer["replay"]["status"] == "reproduced"
        assert answer["signature"]["fingerprint"] in answer["signature"]["said"]["en"]
        assert "not known to you" in answer["signature"]["said"]["en"]
    with pytest.raises(CertificateRefused, match="another key"):
        verify(desk, key, altering.resigned(json.loads(data)))


def test_a_fingerprint_proves_the_key_as_well_and_only_whole(desk: Desk, key: Path, tmp_path: Path):
    data = make(desk, key, tmp_path, with_text=True)
    mark = known_mark(public(key), None)
    spelled = ":".join(mark[n : n + 2] for n in range(0, 64, 2)).upper()
    assert verify(desk, None, data, fingerprint=spelled)["verdict"] == "reproduced"
    for wrong in (mark[:16], mark[:-1], "", "g" * 64):
        with pytest.raises(KeyRefused, match="64 hexadecimal digits"):
            verify(desk, None, data, fingerprint=wrong)
    with pytest.raises(KeyRefused, match="not the one given"):
        verify(desk, key, data, fingerprint="0" * 64)


# ---- done again ----------------------------------------------------------------------------------------------------------


def test_a_screening_is_reproduced_with_its_text(desk: Desk, key: Path, tmp_path: Path):
    data = make(desk, key, tmp_path)
    body = json.loads(data)["body"]
    assert TEXT not in data.decode()
    assert "text" not in body["input"]
    without = verify(desk, key, data)
    assert without["verdict"] == "not replayable here"
    assert [one["id"] for one in without["replay"]["because"]] == ["text_not_given"]
    answer = verify(desk, key, data, text=TEXT)
    assert answer["verdict"] == answer["replay"]["status"] == "reproduced"
    assert {"candidates", "compared", "edition", "excluded", "data.version"} <= set(answer["replay"]["equal"])
    other = verify(desk, key, data, text=TEXT + "。")
    assert other["verdict"] == "differs"
    assert other["replay"]["said"]["id"] == "another_text"
    assert [one["where"] for one in other["replay"]["differences"]] == ["input.sha256"]
    assert other["replay"]["equal"] == [] and other["replay"]["result"] == "not compared"  # and so nothing is the same


def test_the_sentence_says_first_what_was_compared_and_never_that_anything_is_settled(
    desk: Desk, key: Path, tmp_path: Path
):
    words = json.loads(make(desk, key, tmp_path))["body"]["says"]
    assert words["en"].index("could not be compared") < words["en"].index("Candidates listed")
    assert words["zh"].index("无法逐点比对") < words["zh"].index("列出候选")
    assert "concludes nothing" in words["en"]
    assert not re.search(r"\b(clear|safe|approve)", words["en"], re.I)


def test_settings_weights_drafts_and_earlier_data_are_recorded_and_used_again(desk: Desk, key: Path, tmp_path: Path):
    own = json.loads(MODEL.read_bytes())
    first = desk.screen(TEXT, DAY)["candidates"]
    # with the line at the second candidate, its flag lies within the tolerance
    own["operating_point"] = max(1, round(first[1]["score"] * 1000) - 1)
    own["share_of_best"] = 0
    (tmp_path / "w.json").write_text(json.dumps(own), encoding="utf-8")
    for asked in (
        {"weights": str(tmp_path / "w.json")},
        {"top": 3, "base_rate": 0.02},
        {"draft": "draft-2022-12-30"},
        {"as_known": "2026.11.1"},
        {"on": datetime.date(2027, 3, 1)},
    ):
        data = make(desk, key, tmp_path, with_text=True, **asked)
        answer = verify(desk, key, data)
        assert answer["verdict"] == "reproduced", (asked, answer["replay"])
        assert answer["beyond_knowledge"] is ("on" in asked)
        if "weights" in asked:
            assert json.loads(data)["body"]["settings"]["weights"]["operating_point"] == own["operating_point"]
            assert first[1]["item"] in answer["near_boundary"]
            assert first[1]["item"] in answer["says"]["zh"]
        if "as_known" in asked:
            assert answer["data"] == "2026.11.1"


@pytest.mark.parametrize(
    ("lie", "where"),
    [
        (lambda b: b["result"]["candidates"].reverse(), "candidates (order)"),
        (lambda b: b["result"]["candidates"].pop(0), "candidates (order)"),
        (lambda b: b["result"]["candidates"][0].update(flag=False), "candidates[battery-cathode-x].flag"),
        (lambda b: b["result"]["candidates"][0].update(score="0.900"), "candidates[battery-cathode-x].score"),
        (lambda b: b["result"]["candidates"][0]["points"][0]["evidence"].pop(), "candidates[battery-cathode-x].points[1].evidence"),
        (lambda b: b["compared"].update(held=132), "compared.held"),
        (lambda b: b.update(edition="2023-57"), "edition"),
        (lambda b: b.update(on="2024-01-01"), "edition"),
        (lambda b: b["data"].update(known_to="2027-01-01"), "data.known_to"),
        (lambda b: b["settings"].update(as_known="2026.11.1"), "settings.as_known"),
        (lambda b: b["settings"].update(as_known="2020-01-01"), "settings.as_known"),
        (lambda b: b["settings"].update(as_known="x"), "settings.as_known"),
        (lambda b: b["settings"].update(top=2), "candidates (order)"),
    ],
)  # fmt: skip
def test_what_its_own_holder_signed_and_no_screening_gave_is_found_item_by_item(desk, key, tmp_path, lie, where):
    data = make(desk, key, tmp_path, with_text=True)
    body = json.loads(data)["body"]
    lie(body)
    answer = verify(desk, key, signed_anew(data, key, **{k: v for k, v in body.items() if k not in ("key", "says")}))
    assert answer["verdict"] == "differs"
    assert where in {one["where"] for one in answer["replay"]["differences"]}


def test_a_count_of_characters_that_the_text_does_not_have_is_found(desk, key, tmp_path):
    data = make(desk, key, tmp_path)
    given = json.loads(data)["body"]["input"]
    lie = signed_anew(data, key, input={**given, "characters": given["characters"] + 1})
    answer = verify(desk, key, lie, text=TEXT)
    assert answer["verdict"] == "differs"
    assert "input.characters" in {one["where"] for one in answer["replay"]["differences"]}


@pytest.mark.parametrize(
    "facts",
    [
        {"settings": {"top": 0, "base_rate": None, "draft": None, "as_known": None, "weights": None}},
        {"settings": {"top": 5, "base_rate": "much", "draft": None, "as_known": None, "weights": None}},
        {"settings": {"top": 5, "base_rate": None, "draft": "draft-of-nothing", "as_known": None, "weights": None}},
        {"settings": {"top": 5, "base_rate": None, "draft": None, "as_known": None, "weights": {"bias": "huge"}}},
        {"on": "2026-02-30"},
        {"on": "1999-01-01"},
        {"data": {"release": "9", "version": "9", "pack": "0" * 64, "known_to": "2026-11-23", "documents": []}},
    ],
    ids=str,
)
def test_what_cannot_be_done_again_is_told_and_brings_nobody_down(desk: Desk, key: Path, tmp_path: Path, facts):
    data = make(desk, key, tmp_path, with_text=True)
    replay = verify(desk, key, signed_anew(data, key, **facts))["replay"]
    assert replay["status"] == "not replayable here"
    assert replay["because"]
    assert str(tmp_path.parent) not in json.dumps(replay["because"])


def test_scores_may_differ_by_the_tolerance_and_nothing_else_may():
    one = {
        "item": "a",
        "score": "0.500",
        "flag": True,
        "points": [{"number": "1", "score": "0.500", "strength": "0.500"}],
    }
    near = {**one, "score": "0.503", "points": [{"number": "1", "score": "0.497", "strength": "0.500"}]}
    assert not list(differences([one], [near], TOLERANCE))
    far = {**one, "score": "0.504", "points": [{"number": "1", "score": "0.500", "strength": "0.501"}]}
    assert [d.where for d in differences([one], [far], TOLERANCE)] == ["[a].points[1].strength", "[a].score"]


def test_another_engine_is_never_called_reproduced(desk: Desk, key: Path, tmp_path: Path, monkeypatch):
    data = make(desk, key, tmp_path, with_text=True)
    monkeypatch.setattr(program, "digest", lambda kind: "0" * 64)
    answer = verify(desk, key, data)
    assert answer["verdict"] == "not replayable here"
    assert [one["id"] for one in answer["replay"]["because"]] == ["other_engine"]
    assert not answer["replay"]["engine"]["same"]
    assert "candidates" in answer["replay"]["equal"]
    assert answer["replay"]["differing"] == 0
    (said,) = answer["replay"]["because"]
    assert (answer["replay"]["result"], answer["replay"]["engine"]["changed"]) == ("same", ["program"])
    assert "files of the program" in said["en"]
    assert "the result was the same" in said["en"]
    assert "结果相同" in said["zh"]


def test_of_another_engine_it_is_told_what_is_another_and_whether_the_result_was_the_same(
    desk, key, tmp_path, monkeypatch
):
    data = make(desk, key, tmp_path, with_text=True)
    parts = {**program._parts("screening", False), "opencc": "9.9"}
    monkeypatch.setattr(program, "_parts", lambda kind, ocr: parts)
    held = json.loads(data)["body"]
    for lie, came_out, words in (
        ({}, "same", "the result was the same"),
        ({"edition": "2023-57"}, "differs", "the result was not the same (differences: 1)"),
        ({"data": {**held["data"], "pack": "0" * 64}}, "not compared", "the results could not be compared"),
    ):
        replay = verify(desk, key, signed_anew(data, key, **lie))["replay"]
        assert (replay["status"], replay["result"]) == ("not replayable here", came_out)
        assert replay["engine"]["changed"] == [f"opencc {held['engine']['parts']['opencc']} → 9.9"]
        said = replay["because"][-1]
        assert said["id"] == "other_engine"
        assert words in said["en"]
        assert "opencc" in said["zh"]
    assert verify(desk, key, data)["replay"]["said"]["id"] == "not_replayable_here"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("1990-01-01T00:00:00+00:00", "certified_too_early"),
        ("2026-11-22T15:59:59+00:00", "certified_too_early"),
        ("2026-11-24T09:10:01+00:00", "certified_in_the_future"),
        ("2999-01-01T00:00:00+00:00", "certified_in_the_future"),
    ],
)
def test_a_moment_that_cannot_be_is_a_difference_whoever_signed_it(desk, key, tmp_path, moment: str, said: str):
    data = signed_anew(make(desk, key, tmp_path, with_text=True), key, at=moment)
    answer = verify(desk, key, data)
    assert answer["verdict"] == "differs"
    assert answer["replay"]["said"]["id"] == "out_of_time"
    assert [one["id"] for one in answer["replay"]["because"]] == [said]
    assert [one["where"] for one in answer["replay"]["differences"]] == ["at"]
    assert answer["replay"]["result"] == "same"


def test_the_first_moment_of_the_release_and_a_clock_that_is_a_little_fast_are_taken(desk, key, tmp_path):
    data = make(desk, key, tmp_path, with_text=True)
    for moment in ("2026-11-22T16:00:00+00:00", "2026-11-24T09:09:59+00:00"):
        assert verify(desk, key, signed_anew(data, key, at=moment))["verdict"] == "reproduced"


def test_the_digest_of_the_engine_is_over_the_programs_weights_and_words_that_make_a_result():
    one, other = program.digest("screening"), program.digest("determination")
    assert len({one, other}) == 2
    assert re.fullmatch("[0-9a-f]{64}", one)


_CHECKS = """
import datetime, json, pathlib, sys
from mulu.desk import Desk
desk, public = Desk(), pathlib.Path(sys.argv[1]).read_text()
for path in sys.argv[2:]:
    answer = desk.certificate("verify", datetime.datetime.now(datetime.UTC), pathlib.Path(path).read_bytes(), public=public)
    print(answer["verdict"], len(answer["replay"]["equal"]), len(answer["near_boundary"]))
"""


def test_certificates_are_reproduced_on_three_processors_with_one_and_two_threads(
    desk: Desk, key: Path, tmp_path: Path
):
    for text in TEXTS:
        make(desk, key, tmp_path, text, with_text=True)
    paths = sorted(map(str, tmp_path.glob("c*.json")))
    running = []
    for core, threads in (("Haswell", "2"), ("Sandybridge", "1"), ("Prescott", "2")):
        wanted = {"OPENBLAS_CORETYPE": core, "PYTHONPATH": str(ROOT / "src")}
        wanted |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        command = [sys.executable, "-c", _CHECKS, f"{key}.pub", *paths]
        running.append(subprocess.Popen(command, env={**os.environ, **wanted}, stdout=subprocess.PIPE, text=True))
    for one in running:
        printed, _ = one.communicate(timeout=120)
        assert one.returncode == 0
        assert [line.split()[0] for line in printed.splitlines()] == ["reproduced"] * len(TEXTS)


def test_the_example_of_the_api_is_a_certificate_of_this_form(desk: Desk):
    answer = desk.certificate("verify", datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC), CERTIFICATE)
    assert answer["verdict"] == "holder not known"
    assert answer["replay"]["status"] in ("reproduced", "not replayable here")


# ---- official documents ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory, key: Path) -> tuple[Path, str, bytes, str]:
    """A store in which a fictional official list counts; a certificate over it, and the text that it is of."""
    folder = tmp_path_factory.mktemp("official")
    (folder / "announcement.txt").write_bytes(DOCUMENT)
    desk = Desk(store=str(folder / "s.db"))
    digest = desk.import_(str(folder / "announcement.txt"), AT)["document"]
    desk.attest(digest, AT, "李娜", "https://www.example.org/", DAY)
    desk.apply(digest, AT)
    text = "示例山羊选育技术：以示例山羊的亲本配套系选育种羊的方法，含亲本的测定、选配和扩繁。"
    data = make(Desk(store=str(folder / "s.db")), key, folder, text, on=datetime.date(2031, 4, 1))
    return folder, digest, data, text


def test_a_certificate_over_an_imported_document_is_reproduced_where_the_store_holds_it(imported, key: Path):
    folder, digest, data, text = imported
    answer = verify(Desk(store=str(folder / "s.db")), key, data, text=text)
    assert answer["verdict"] == "reproduced", answer["replay"]
    assert answer["edition"] == "2031-7"
    paper = json.loads(data)["body"]["data"]["documents"][0]
    assert (paper["document"], paper["instrument"], paper["attested_by"]) == (digest, "announcement-2031-7", "李娜")


def test_elsewhere_the_documents_that_are_not_there_are_named(imported, key: Path, tmp_path: Path):
    _, digest, data, text = imported
    replay = verify(Desk(store=str(tmp_path / "none.db")), key, data, text=text)["replay"]
    assert replay["status"] == "not replayable here"
    assert [one["id"] for one in replay["because"]] == ["document_not_here"]
    assert digest in replay["because"][0]["zh"]


def test_official_wording_stays_in_the_users_own_copy(imported):
    folder, _, data, text = imported
    answer = Desk(store=str(folder / "s.db")).screen(text, datetime.date(2031, 4, 1))
    words = [p["official"]["zh"] for c in answer["candidates"] for p in c["points"] if p["official"]]
    official = [
        p["official"] for c in json.loads(data)["body"]["result"]["candidates"] for p in c["points"] if p["official"]
    ]
    assert words
    assert len(words) == len(official)
    assert all("zh" not in one and len(one["sha256"]) == 64 for one in official)
    assert not any(json.dumps(one, ensure_ascii=False)[1:-1] in data.decode() for one in words)


def test_a_document_that_was_taken_back_since_still_counts_for_what_was_certified_before(
    imported, key: Path, tmp_path: Path
):
    folder, digest, data, text = imported
    shutil.copy(folder / "s.db", tmp_path / "s.db")
    later = AT + datetime.timedelta(days=2)
    Desk(store=str(tmp_path / "s.db")).undo(digest, later, "李娜", "旧本")
    assert verify(Desk(store=str(tmp_path / "s.db")), key, data, text=text)["verdict"] == "reproduced"


# ---- determinations ----------------------------------------------------------------------------------------------------------


def sign_determination(desk: Desk, because: str, by: str) -> None:
    version = desk.determine(AT, "C-1")["version"]
    desk.determine(AT, "C-1", sign=True, version=version, because=because, by=by)


def determined(desk: Desk, **more: Any) -> None:
    """C-1: a cathode process, screened, answered, compared and signed."""
    desk.case(DAY, AT, "new", title="正极材料许可", technology=TEXT, by="李娜", two_persons=True)
    desk.determine(AT, "C-1", screen=True, by="李娜")
    answers = ["crossing=yes", "secret=no", "control=no", "measure=no"]
    desk.determine(AT, "C-1", answer=answers, because="据合同", by="李娜")
    listing = desk.catalogue.in_force(DAY).listings["battery-cathode-x"]
    rows = [f"battery-cathode-x#{p.number}=meets: 见技术说明第 3 段" for p in listing.published_points]
    desk.determine(AT, "C-1", compare=rows, source="技术说明", by="李娜")
    sign_determination(desk, "各项条件均符合", "李娜")
    desk.determine(AT, "C-1", approve=True, by="王强")
    desk.determine(AT, "C-1", dissent=True, because="压实密度存疑", by="赵敏")


@pytest.fixture
def signed(tmp_path: Path, desk: Desk) -> Desk:
    """A desk with a signed determination in its store, over the shared engine."""
    made = Desk(desk.catalogue, str(tmp_path / "s.db"))
    made.__dict__["_engine"] = desk._engine
    determined(made)
    return made


def test_a_determination_is_reproduced_from_its_certificate_alone(signed: Desk, desk: Desk, key: Path, tmp_path: Path):
    data = make(signed, key, tmp_path, None, case="C-1")
    body = json.loads(data)["body"]
    one = body["determination"]
    assert (one["signed_by"], one["approved_by"], body["result"]["outcome"]) == ("李娜", "王强", "restricted")
    assert one["dissents"] == [{"because": "压实密度存疑", "by": "赵敏"}]
    assert one["chain"] in {entry["chain"] for entry in signed.trail()["entries"]}
    assert TEXT not in data.decode()
    here = verify(signed, key, data, text=TEXT)
    assert here["verdict"] == "reproduced", here["replay"]
    assert (here["since"]["record"], here["since"]["said"]["id"]) == ("same", "stands")
    elsewhere = verify(desk, key, data, text=TEXT)
    assert elsewhere["verdict"] == "reproduced"
    assert elsewhere["since"]["record"] == "not here"
    untold = verify(desk, key, data)
    assert untold["verdict"] == "not replayable here"
    assert {"outcome", "steps", "candidates", "stands_on"} <= set(untold["replay"]["equal"])
    other = verify(signed, key, data, text="另一段文本")["replay"]  # no word of "the same" beside another text
    assert (other["said"]["id"], other["result"], other["equal"]) == ("another_text", "not compared", [])


def test_a_determination_that_was_superseded_or_answered_anew_says_so_where_its_store_is(
    signed: Desk, key: Path, tmp_path: Path
):
    data = make(signed, key, tmp_path, None, case="C-1", with_text=True)
    signed.determine(AT, "C-1", answer=["measure=open"], because="待查", by="李娜")
    assert verify(signed, key, data)["since"]["said"]["id"] == "answers_since"
    sign_determination(signed, "改判", "李娜")
    since = verify(signed, key, data)["since"]
    assert (since["said"]["id"], since["superseded_by"]) == ("superseded_since", "C-1/D-2")
    old, new = make(signed, key, tmp_path, None, case="c-1/d-1"), make(signed, key, tmp_path, None, case="C-1")
    facts = json.loads(old)["body"]
    assert facts["determination"]["superseded_by"] == "C-1/D-2"
    assert "C-1/D-2 had superseded it" in facts["says"]["en"]
    assert json.loads(new)["body"]["determination"]["reference"] == "C-1/D-2"
    for one in (data, old, new):
        assert verify(signed, key, one, text=TEXT)["verdict"] == "reproduced"  # what was signed stays what was signed


def test_a_determination_that_was_reopened_says_so_and_what_was_signed_is_done_again_all_the_same(
    desk: Desk, key: Path, tmp_path: Path
):
    store, day = str(tmp_path / "s.db"), datetime.date(2031, 4, 1)
    moment = datetime.datetime(2031, 4, 2, 9, 0, tzinfo=datetime.UTC)

    def certified(at_hand: Desk, name: str) -> bytes:
        at_hand.certificate("make", moment, case="C-1", with_text=True, key=str(key), into=str(tmp_path / name))
        return (tmp_path / name).read_bytes()

    def checked(at_hand: Desk, data: bytes) -> Json:
        return at_hand.certificate("verify", moment, data, public=public(key))

    before = Desk(desk.catalogue, store)
    before.__dict__["_engine"] = desk._engine
    before.case(day, moment, "new", title="山羊", technology=TEXT, by="李")
    before.determine(moment, "C-1", screen=True, by="李")
    seen = before.determine(moment, "C-1")["version"]
    before.determine(moment, "C-1", sign=True, version=seen, because="不足", by="李")
    data = certified(before, "before.json")
    assert checked(before, data)["since"]["said"]["id"] == "stands"
    (tmp_path / "announcement.txt").write_bytes(DOCUMENT)
    digest = before.import_(str(tmp_path / "announcement.txt"), moment)["document"]
    before.attest(digest, moment, "李娜", "https://www.example.org/", DAY)
    before.apply(digest, moment)
    after = Desk(store=store)
    again = certified(after, "after.json")
    for one in (data, again):
        answer = checked(after, one)
        assert answer["verdict"] == "reproduced", answer["replay"]
        assert answer["since"]["said"]["id"] == "reopened_since"
        assert "2031-7" in answer["since"]["reopened"][0]["en"]
    assert json.loads(again)["body"]["edition"] == json.loads(data)["body"]["edition"] == "2025-28"


@pytest.mark.parametrize("moment", ["2026-11-24T08:59:59+00:00", "2027-01-01T00:00:00+00:00"])
def test_a_determination_is_certified_neither_before_it_was_signed_nor_after_it_is_checked(
    signed: Desk, key: Path, tmp_path: Path, moment: str
):
    data = signed_anew(make(signed, key, tmp_path, None, case="C-1", with_text=True), key, at=moment)
    answer = verify(signed, key, data)
    assert (answer["verdict"], answer["replay"]["said"]["id"]) == ("differs", "out_of_time")


def test_another_determination_of_the_same_name_is_not_taken_for_it(
    signed: Desk, desk: Desk, key: Path, tmp_path: Path
):
    data = make(signed, key, tmp_path, None, case="C-1", with_text=True)
    other = Desk(desk.catalogue, str(tmp_path / "other.db"))
    other.__dict__["_engine"] = desk._engine
    other.case(DAY, AT, "new", title="别案", technology="茶叶自动售货机", by="李")
    sign_determination(other, "不足", "李")
    assert verify(other, key, data)["since"]["record"] == "another"


@pytest.mark.parametrize(
    ("lie", "where"),
    [
        (lambda b: b["result"].update(outcome="not listed"), "outcome"),
        (lambda b: b["determination"]["comparisons"].clear(), "outcome"),
        (lambda b: b["determination"]["answers"]["secret"].update(value="secret"), "steps[secret].answer"),
        (lambda b: b["result"]["steps"][0].update(answer="no"), "steps"),
        (lambda b: b["determination"]["screening"]["candidates"].pop(0), "screening.candidates"),
        (lambda b: b["determination"]["screening"]["candidates"].pop(), "screening.candidates"),
        (lambda b: b["determination"].update(signed_by="张大法官"), "record.signed_by"),
        (lambda b: b["determination"].update(prepared_by="赵"), "record.prepared_by"),
        (lambda b: b["determination"]["answers"]["secret"].update(by="赵"), "record.answers"),
        (lambda b: b["compared"].update(held=1), "screening.compared.held"),
        (lambda b: b.update(beyond_knowledge=True), "certificate.beyond_knowledge"),
    ],
)
def test_a_determination_that_the_rule_does_not_give_is_found(signed: Desk, key: Path, tmp_path: Path, lie, where):
    data = make(signed, key, tmp_path, None, case="C-1", with_text=True)
    body = json.loads(data)["body"]
    lie(body)
    answer = verify(signed, key, signed_anew(data, key, **{k: v for k, v in body.items() if k not in ("key", "says")}))
    assert answer["verdict"] == "differs"
    assert any(one["where"].startswith(where) for one in answer["replay"]["differences"]), answer["replay"][
        "differences"
    ]


def test_only_what_is_signed_is_certified(signed: Desk, key: Path, tmp_path: Path):
    signed.case(DAY, AT, "new", title="未签", technology=TEXT, by="李")
    for case in ("C-2", "C-1/D-9", "C-9"):
        with pytest.raises(MuluError, match=case.partition("/")[0]):
            make(signed, key, tmp_path, None, case=case)
    assert not list(tmp_path.glob("c*.json"))


# ---- keys and files ------------------------------------------------------------------------------------------------------------


def test_a_private_key_is_its_users_alone_and_nothing_is_overwritten(desk: Desk, tmp_path: Path):
    into = tmp_path / "k.pem"
    answer = desk.certificate("key", AT, into=str(into))
    if os.name == "posix":
        assert stat.S_IMODE(into.stat().st_mode) == 0o600
    assert answer["fingerprint"] in Path(answer["public"]).read_text(encoding="utf-8")
    before = into.read_bytes()
    with pytest.raises(Misused, match="exists"):
        desk.certificate("key", AT, into=str(into))
    (tmp_path / "other.pem.pub").write_text("mine", encoding="utf-8")
    with pytest.raises(Misused, match="exists"):
        desk.certificate("key", AT, into=str(tmp_path / "other.pem"))
    assert not (tmp_path / "other.pem").exists()
    assert into.read_bytes() == before
    with pytest.raises(Misused, match=r"k\.pem exists"):
        make_into(desk, into, into)


def make_into(desk: Desk, key: Path, into: Path, **asked: Any) -> Json:
    return desk.certificate("make", AT, TEXTS[2], on=DAY, top=1, key=str(key), into=str(into), **asked)


def test_a_key_under_a_passphrase_signs_with_it_alone(desk: Desk, tmp_path: Path):
    into = tmp_path / "k.pem"
    assert desk.certificate("key", AT, into=str(into), passphrase="七月流火")["encrypted"]
    for passphrase in (None, "九月授衣"):
        with pytest.raises(KeyRefused):
            make_into(desk, into, tmp_path / "c.json", passphrase=passphrase)
    assert not (tmp_path / "c.json").exists()
    assert make_into(desk, into, tmp_path / "c.json", passphrase="七月流火")["kind"] == "screening"


def test_other_keys_are_refused(desk: Desk, key: Path, tmp_path: Path):
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "ec.pem").write_bytes(generate_private_key(SECP256R1()).private_bytes(*form))
    (tmp_path / "junk.pem").write_bytes(b"no key")
    for name, words in (("ec.pem", "not Ed25519"), ("junk.pem", "cannot be read"), ("none.pem", "cannot be read")):
        with pytest.raises(Misused, match=words):
            make_into(desk, tmp_path / name, tmp_path / "c.json")
    data = make(desk, key, tmp_path, TEXTS[2], top=1)
    for wrong in (key.read_text(encoding="utf-8"), "junk", public(key).replace("PUBLIC", "STRANGE")):
        with pytest.raises(KeyRefused, match="public key cannot be read"):
            desk.certificate("verify", AT, data, public=wrong)
    small = Ed25519PrivateKey.generate().public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )[:12] + altering.SMALL[0]  # fmt: skip
    import base64

    pem = f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(small).decode()}\n-----END PUBLIC KEY-----\n"
    with pytest.raises(KeyRefused, match="small order"):
        desk.certificate("verify", AT, data, public=pem)


def test_what_is_asked_of_the_wrong_act_is_refused(desk: Desk, key: Path, tmp_path: Path):
    into = str(tmp_path / "c.json")
    for what, asked, words in (
        ("key", {"into": into, "given": TEXT}, "key does not take given"),
        ("key", {}, "`into`"),
        ("make", {"into": into, "given": TEXT, "on": DAY}, "`key`"),
        ("make", {"into": into, "key": str(key), "given": TEXT}, "`on`"),
        ("make", {"into": into, "key": str(key), "on": DAY}, "exactly one"),
        ("make", {"into": into, "key": str(key), "case": "C-1", "on": DAY}, "`case` does not go with"),
        ("make", {"into": into, "key": str(key), "given": TEXT, "fingerprint": "0"}, "make does not take fingerprint"),
        ("verify", {"given": "{}", "key": str(key)}, "verify does not take key"),
        ("verify", {}, "certificate that is to be checked"),
        ("sign", {}, "sign"),
    ):
        with pytest.raises(Misused, match=words):
            desk.certificate(what, AT, **asked)
    with pytest.raises(MuluError, match="no characters"):
        desk.certificate("make", AT, TEXT + "\ud800", on=DAY, key=str(key), into=into)
    assert not Path(into).exists()


def test_what_cannot_be_written_is_not_certified(desk: Desk, key: Path, tmp_path: Path):
    body = {k: v for k, v in json.loads(make(desk, key, tmp_path))["body"].items() if k not in ("key", "says")}
    for facts in ({"edition": "2025\ud800"}, {"settings": {**body["settings"], "top": 2**60}}, {"at": "yesterday"}):
        with pytest.raises(CannotCertify, match="No file was written"):
            sign({**body, **facts}, private_key(key.read_bytes(), None))


# ---- without Mulu ----------------------------------------------------------------------------------------------------------------


def test_the_documented_check_without_mulu_takes_the_certificate_and_no_other(desk: Desk, key: Path, tmp_path: Path):
    blocks = dict(
        re.findall(r"```(python|sh)\n(.+?)```", (ROOT / "docs/certificates.md").read_text(encoding="utf-8"), re.DOTALL)
    )
    data = make(desk, key, tmp_path, TEXTS[2], top=1)
    shutil.copy(f"{key}.pub", tmp_path / "my.pem.pub")
    altered = json.loads(data)
    altered["body"]["result"]["flagged"] = 1

    def checked(given: bytes) -> tuple[bool, bool]:
        (tmp_path / "c.json").write_bytes(given)
        # -I: nothing of this repository can be imported
        python = subprocess.run(
            [sys.executable, "-I", "-c", blocks["python"]], cwd=tmp_path, capture_output=True, text=True
        )
        if shutil.which("openssl") is None:
            return python.returncode == 0, python.returncode == 0
        shell = subprocess.run(blocks["sh"], shell=True, cwd=tmp_path, capture_output=True, text=True)
        return python.returncode == 0, shell.returncode == 0

    assert checked(data) == (True, True)
    assert checked(canonical(altered) + b"\n") == (False, False)
    assert checked(altering.resigned(json.loads(data))) == (False, False)
