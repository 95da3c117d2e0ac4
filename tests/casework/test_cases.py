"""A case from its opening to its end: answered, compared, signed, and carried through the procedure."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from tests.casework.conftest import CATALOGUE, NOW, finding

from mulu.casework import CaseRefused, CaseUnknown, Casework
from mulu.determination.signing import WHOLE_TEXT
from mulu.errors import MuluError
from mulu.procedure.calendar import Calendar
from mulu.procedure.machine import EvidenceRefused, GuardRefused, NotNow

DAY = datetime.date(2025, 8, 1)
PARTIES = "甲公司; Acme Inc"
SCREENING = {"screening": "S-1", "screening_result": "no_hit"}
DATA = "工艺规程 | 1 | ab12 | Acme Inc"
NO = {"secret": "no", "control": "no", "measure": "no"}


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def opened(work: Casework, *, two: bool = False, screened: bool = True, on: datetime.date = DAY) -> str:
    case = work.open("LFP", "磷酸铁锂正极材料的制备方法", on, "李", two, NOW)
    if screened:
        work.screened(case, on, "李", NOW)
    return case


def answer(work: Casework, case: str, **more: Any) -> None:
    given = {"crossing": "yes", **NO, **more}
    work.answered(case, "李", NOW, "据合同", given)


def test_a_screening_that_comes_with_an_answer_that_is_refused_is_not_kept_either(work: Casework) -> None:
    case = opened(work, screened=False)
    before = len(work.records(work.case(case)))
    for wrong in ({"crossing": "perhaps"}, {"nobody-asks": "yes"}):
        with pytest.raises(CaseRefused):
            work.answered(case, "李", NOW, "据合同", wrong, screens=(None,))
    with pytest.raises(CaseRefused):
        work.answered(case, "李", NOW, compared=[("no-candidate-x", "1", "meets", "x")], screens=(DAY,))
    assert len(work.records(work.case(case))) == before
    assert work.case(case).screening is None
    screened = work.open("LFP", "磷酸铁锂正极材料的制备方法", DAY, "李", False, NOW)
    work.screened(screened, DAY, "李", NOW)
    # what the screening found may be compared in the same act
    work.answered(case, "李", NOW, compared=[("battery-cathode-x", "1", "meets", "2.62")], screens=(DAY,))
    together, apart = work.case(case), work.case(screened)
    assert together.screening == apart.screening
    assert ("battery-cathode-x", "1") in together.compared


def points(item: str, on: datetime.date = DAY) -> list[str]:
    listing = CATALOGUE.in_force(on).listings[item]
    return [p.number for p in listing.points if p.certainty != "unconfirmed"]


def compare(work: Casework, case: str, item: str, result: str, on: datetime.date = DAY) -> None:
    rows = [(item, number, result, "见技术说明第 3 段") for number in points(item, on)]
    work.answered(case, "李", NOW, None, {}, (), rows, "技术说明")


def restricted(work: Casework, **kinds: Any) -> str:
    case = opened(work, **kinds)
    answer(work, case)
    compare(work, case, "battery-cathode-x", "meets")
    work.sign(case, "李", "压实密度等均符合", NOW)
    return case


def event(work: Casework, case: str, name: str, on: str, actor: str | None = None, **evidence: Any) -> Any:
    return work.event(case, name, day(on), "李", evidence, actor, NOW)


def scope(work: Casework, case: str, on: str = "2025-08-04") -> None:
    event(
        work,
        case,
        "scope",
        on,
        technology="T-1",
        description="制备方法",
        destination="US",
        mode="M4",
        channel="trade",
        parties=PARTIES,
        screened_on=on,
        **SCREENING,
    )


def licensed(work: Casework) -> str:
    case = restricted(work)
    scope(work, case)
    event(work, case, "classify", "2025-08-04", signatory="李")
    event(work, case, "secret_no", "2025-08-05", signatory="李", reasons="不在项目通告内")
    event(
        work,
        case,
        "submit",
        "2025-08-06",
        received="2025-08-06",
        technologies="LFP",
        recipients="Acme Inc",
        application_form="A-1",
    )
    event(work, case, "filed_to_pstd", "2025-08-12", received="2025-08-12")
    event(
        work,
        case,
        "approve",
        "2025-09-10",
        loi_number="L-1",
        issued="2025-09-10",
        decided="2025-09-10",
        loi_expiry="2028-09-10",
        technologies="LFP",
        recipients="Acme Inc",
    )
    event(work, case, "negotiate", "2025-09-20", subject="价格", recipients="Acme Inc")
    event(
        work,
        case,
        "sign",
        "2025-10-10",
        contract="C-9",
        signed="2025-10-10",
        technologies="LFP",
        recipients="Acme Inc",
        screened_on="2025-10-09",
        **SCREENING,
    )
    event(
        work,
        case,
        "apply_licence",
        "2025-10-15",
        received="2025-10-15",
        loi_copy="L-1",
        contract_copy="C-9",
        technical_data_list=DATA,
        party_status="P",
    )
    event(
        work,
        case,
        "permit",
        "2025-11-05",
        licence_number="X-1",
        issued="2025-11-05",
        decided="2025-11-05",
        valid_to="2027-11-05",
    )
    return case


def test_licence_track_from_intake_to_filing(work: Casework) -> None:
    case = licensed(work)
    deliver = {"medium": "加密邮件", "place": "Detroit", "method": "FTP", "screened_on": "2025-11-10", **SCREENING}
    event(work, case, "deliver", "2025-11-12", delivered=DATA, **deliver)
    with pytest.raises(GuardRefused) as refused:
        event(work, case, "deliver", "2025-11-13", delivered="配方 | 1 | ff | Acme Inc", **deliver)
    assert refused.value.guard == "ON_THE_LIST"
    event(work, case, "terminate", "2026-02-02", termination="到期", terminated="2026-02-01")
    event(work, case, "file_termination", "2026-02-05", filing_receipt="R-1", received="2026-02-05", termination="到期")
    event(work, case, "close", "2026-02-06", signatory="李", reasons="已备案")
    held = work.case(case)
    assert held.course.state == "CLOSED"
    assert [h.event for h in held.course.history][:3] == ["scope", "classify_restricted", "secret_no"]
    assert held.course.history[1].evidence["determination"] == "C-1/D-1"


@pytest.mark.parametrize(
    ("event_name", "evidence", "guard"),
    [
        ("negotiate", {"subject": "价格", "recipients": "Acme Inc"}, "G1_LOI_FIRST"),
        (
            "deliver",
            {"delivered": DATA, "medium": "m", "place": "p", "method": "f", "screened_on": "2025-08-06", **SCREENING},
            "G2_LICENCE_FIRST",
        ),
    ],
)
def test_guards_hold_before_letter_and_licence(work: Casework, event_name: str, evidence: Any, guard: str) -> None:
    case = restricted(work)
    scope(work, case)
    event(work, case, "classify", "2025-08-04", signatory="李")
    before = work.case(case).entries
    with pytest.raises(GuardRefused) as refused:
        event(work, case, event_name, "2025-08-06", **evidence)
    assert refused.value.guard == guard
    assert work.case(case).entries == before


def test_papers_that_the_law_asks_for_are_named(work: Casework) -> None:
    case = restricted(work)
    scope(work, case)
    event(work, case, "classify", "2025-08-04", signatory="李")
    event(work, case, "secret_no", "2025-08-05", signatory="李", reasons="无")
    with pytest.raises(GuardRefused, match="application_form"):
        event(work, case, "submit", "2025-08-06", received="2025-08-06", technologies="LFP", recipients="Acme Inc")


def test_who_is_late(work: Casework) -> None:
    from mulu.procedure.machine import due

    case = restricted(work)
    scope(work, case)
    event(work, case, "classify", "2025-08-04", signatory="李")
    event(work, case, "secret_no", "2025-08-05", signatory="李", reasons="无")
    event(
        work,
        case,
        "submit",
        "2025-08-06",
        received="2025-08-06",
        technologies="LFP",
        recipients="Acme Inc",
        application_form="A",
    )
    course = work.case(case).course
    running = {one.limit.id: one for one in due(course, day("2025-10-01"), Calendar())}
    assert running["loi-decision"].limit.owner == "authority"
    assert running["loi-decision"].counted.day == day("2025-09-17")
    assert running["loi-decision"].late is True
    event(work, case, "clock_stopped", "2025-08-20", pause_ground="专家评审", stopped="2025-08-20", notice="N")
    stopped = {one.limit.id: one for one in due(work.case(case).course, day("2025-10-01"), Calendar())}
    assert stopped["loi-decision"].counted.day is None
    event(work, case, "clock_resumed", "2025-08-27", resumed="2025-08-27")
    resumed = {one.limit.id: one for one in due(work.case(case).course, day("2025-10-01"), Calendar())}
    assert resumed["loi-decision"].counted.day is not None
    assert resumed["loi-decision"].counted.day > day("2025-09-17")


def free(work: Casework, *, statement: bool = True) -> str:
    case = opened(work)
    answer(work, case)
    compare(work, case, "battery-cathode-x", "does-not")
    if statement:
        read = ("https://www.mofcom.gov.cn/", day("2025-07-20"), "a" * 64)
        work.answered(case, "李", NOW, statement=read)
    work.sign(case, "李", "逐点比对均不符合", NOW)
    return case


def test_registration_track_with_the_statement(work: Casework) -> None:
    case = free(work)
    assert work.case(case).current.body["outcome"] == "not listed"  # type: ignore[union-attr]
    scope(work, case)
    event(work, case, "classify", "2025-08-04", signatory="李")
    paid = event(
        work,
        case,
        "contract_effective",
        "2025-08-05",
        contract="C",
        effective="2025-08-04",
        payment="mixed",
        recipients="Acme Inc",
        screened_on="2025-08-04",
        **SCREENING,
    )
    assert paid.warnings == ("MIXED_PAYMENT",)
    with pytest.raises(GuardRefused) as refused:
        event(work, case, "registration_overdue", "2025-10-05", due_day="2025-10-03")
    assert refused.value.guard == "LIMIT_PASSED"
    event(
        work,
        case,
        "submit_registration",
        "2025-09-01",
        online_entry="E",
        received="2025-09-01",
        registration_form="F",
        contract_copy="C",
        party_status="P",
    )
    numbered = event(
        work,
        case,
        "register",
        "2025-09-03",
        certificate_number="Z",
        contract_number="25USBJE39ABC001",
        issued="2025-09-03",
    )
    assert numbered.warnings == ()
    assert work.case(case).course.state == "F_REGISTERED"


def test_without_the_statement_nothing_is_not_listed(work: Casework) -> None:
    case = free(work, statement=False)
    signed = work.case(case).current
    assert signed is not None
    assert signed.body["outcome"] == "undetermined"
    assert any("官方文本" in one["zh"] for one in signed.body["lacks"])
    scope(work, case)
    with pytest.raises(GuardRefused):
        event(work, case, "classify_free", "2025-08-04", signatory="李")
    event(work, case, "classify", "2025-08-04", signatory="李")
    assert work.case(case).course.state == "UNDETERMINED"


def test_a_statement_about_another_edition_does_not_count(work: Casework) -> None:
    case = work.open("LFP", "磷酸铁锂", day("2024-05-01"), "李", False, NOW)
    work.answered(case, "李", NOW, statement=("https://a", day("2024-05-02"), None))
    work.screened(case, DAY, "李", NOW)
    answer(work, case)
    compare(work, case, "battery-cathode-x", "does-not")
    assert work.sign(case, "李", "x", NOW)["outcome"] == "undetermined"


def test_unconfirmed_facts_carry_nothing(work: Casework) -> None:
    case = opened(work)
    answer(work, case)
    work.answered(case, "李", NOW, "相近", None, ["iron-steel-x"])
    compare(work, case, "battery-cathode-x", "does-not")
    work.answered(case, "李", NOW, None, None, (), [("iron-steel-x", "u1", "meets", "钒钛磁铁矿冶炼")])
    body = work.sign(case, "李", "x", NOW)
    assert body["outcome"] == "undetermined"
    assert any("iron-steel-x" in one["zh"] for one in body["lacks"])


def test_an_entry_without_held_points_is_ruled_out_against_the_text_only(work: Casework) -> None:
    case = opened(work)
    answer(work, case)
    work.answered(case, "李", NOW, "相近", None, ["iron-steel-x"])
    compare(work, case, "battery-cathode-x", "does-not")
    work.answered(case, "李", NOW, None, None, (), [("iron-steel-x", WHOLE_TEXT, "does-not", "与钢铁无关")])
    assert work.sign(case, "李", "x", NOW)["outcome"] == "undetermined"
    work.answered(case, "李", NOW, statement=("https://a", day("2025-08-01"), None))
    assert work.sign(case, "李", "x", NOW)["outcome"] == "not listed"
    with pytest.raises(CaseRefused, match="control point"):
        work.answered(case, "李", NOW, None, None, (), [("iron-steel-x", WHOLE_TEXT, "meets", "x")])


def test_beyond_the_last_check_of_sources(work: Casework) -> None:
    later = CATALOGUE.known_to + datetime.timedelta(days=3)
    at = datetime.datetime.combine(later, datetime.time(4), datetime.UTC) + datetime.timedelta(days=2)
    case = work.open("LFP", "磷酸铁锂", later, "李", False, at)
    work.screened(case, later, "李", at)
    work.answered(case, "李", at, "据合同", {"crossing": "yes", **NO})
    rows = [("battery-cathode-x", n, "meets", "符合") for n in points("battery-cathode-x", later)]
    work.answered(case, "李", at, None, None, (), rows)
    assert work.sign(case, "李", "x", at)["outcome"] == "undetermined"
    work.answered(case, "李", at, check=("商务部网站", later - datetime.timedelta(days=1)))
    assert work.sign(case, "李", "x", at)["outcome"] == "undetermined"
    work.answered(case, "李", at, check=("商务部网站", later))
    assert work.sign(case, "李", "x", at)["outcome"] == "restricted"


def test_two_persons(work: Casework) -> None:
    case = restricted(work, two=True)
    scope(work, case)
    with pytest.raises(GuardRefused, match="second person"):
        event(work, case, "classify", "2025-08-04", signatory="李")
    with pytest.raises(CaseRefused, match="another person"):
        work.approve(case, " 李 ", NOW)
    work.dissent(case, "张", "要点 3 未核实", NOW)
    work.approve(case, "王", NOW)
    with pytest.raises(CaseRefused, match="already"):
        work.approve(case, "赵", NOW)
    event(work, case, "classify", "2025-08-04", signatory="李")
    signed = work.case(case).current
    assert signed is not None
    assert signed.approved_by == "王"
    assert signed.dissents == [("张", "要点 3 未核实")]


def test_a_correction_supersedes_and_the_first_stays_as_it_was(work: Casework) -> None:
    case = restricted(work)
    first = work.case(case).signed[0].body
    compare(work, case, "battery-cathode-x", "does-not")
    work.sign(case, "李", "复核：压实密度不足", NOW)
    held = work.case(case)
    assert held.signed[0].body == first
    assert held.signed[0].superseded_by == held.signed[1].reference == "C-1/D-2"
    assert held.signed[1].body["supersedes"] == "C-1/D-1"


def test_reopens_when_a_control_point_changes(work: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    import mulu.casework

    case = restricted(work)
    scope(work, case)
    signed = work.case(case).current
    assert signed is not None
    assert work.reopened(signed) == []
    monkeypatch.setattr(mulu.casework, "seal", lambda *_: "another")
    assert work.reopened(signed)
    with pytest.raises(GuardRefused, match="reopened"):
        event(work, case, "classify", "2025-08-04", signatory="李")


def test_a_delivery_under_another_edition_is_refused(work: Casework) -> None:
    case = opened(work, on=day("2025-07-01"))
    answer(work, case)
    work.answered(case, "李", NOW, statement=("https://a", day("2025-07-01"), None))
    work.answered(case, "李", NOW, None, None, (), [("battery-cathode-x", WHOLE_TEXT, "does-not", "当时未列入")])
    assert work.sign(case, "李", "当时不在目录内", NOW)["outcome"] == "not listed"
    scope(work, case, "2025-07-02")
    event(work, case, "classify", "2025-07-02", signatory="李")
    evidence = {"delivered": DATA, "medium": "m", "place": "p", "method": "f", "screened_on": "2025-07-20", **SCREENING}
    with pytest.raises(CaseRefused, match="new_announcement"):
        event(work, case, "deliver", "2025-07-21", **evidence)
    straddle = work.straddle(work.case(case), [("contract", day("2025-07-02")), ("deliver", day("2025-07-21"))])
    assert len({one["edition"] for one in straddle}) == 2
    assert straddle[1]["candidates"]["battery-cathode-x"] == "present restricted"
    event(work, case, "new_announcement", "2025-07-21", announcement="2025-28", what_changed="新增电池正极材料")
    with pytest.raises(GuardRefused):
        event(work, case, "deliver", "2025-07-21", **evidence)


def test_what_was_answered_for_another_day_is_asked_again(work: Casework) -> None:
    case = opened(work, on=day("2025-07-20"))
    answer(work, case)
    compare(work, case, "battery-cathode-x", "does-not")
    work.answered(case, "李", NOW, None, None, (), [("battery-cathode-x", WHOLE_TEXT, "does-not", "无关")])
    work.screened(case, day("2025-07-01"), "李", NOW)  # another edition: that of 2023, where the entry does not stand
    held = work.case(case)
    assert set(held.answers) == {"crossing", "secret"}
    work.answered(
        case, "李", NOW, "再核", {"control": "no", "measure": "no"}, statement=("https://a", day("2025-07-02"), None)
    )
    assert work.sheet(work.case(case))[0]["answer"] == "open"
    assert work.sign(case, "李", "x", NOW)["outcome"] == "undetermined"


def test_papers_added_later_do_not_widen_the_licence(work: Casework) -> None:
    case = licensed(work)
    more = "配方 | 1 | ff | Acme Inc"
    event(work, case, "attach", "2025-11-06", technical_data_list=f"{DATA}; {more}")
    deliver = {"medium": "m", "place": "p", "method": "f", "screened_on": "2025-11-10", **SCREENING}
    with pytest.raises(GuardRefused) as refused:
        event(work, case, "deliver", "2025-11-12", delivered=more, **deliver)
    assert refused.value.guard == "ON_THE_LIST"
    with pytest.raises(EvidenceRefused, match="valid_to"):
        event(work, case, "attach", "2025-11-13", valid_to="2099-01-01")
    with pytest.raises(EvidenceRefused, match="technical_data_list"):
        event(work, case, "deliver", "2025-11-13", delivered=DATA, technical_data_list=more, **deliver)


def test_talks_with_a_party_outside_the_letter_are_refused(work: Casework) -> None:
    case = restricted(work)
    scope(work, case)
    event(work, case, "classify", "2025-08-04", signatory="李")
    event(work, case, "secret_no", "2025-08-05", signatory="李", reasons="无")
    event(
        work,
        case,
        "submit",
        "2025-08-06",
        received="2025-08-06",
        technologies="LFP",
        recipients="Acme Inc",
        application_form="A",
    )
    letter = {"technologies": "LFP", "recipients": "Acme Inc", "loi_expiry": "2028-09-10"}
    event(work, case, "approve", "2025-09-10", loi_number="L-1", issued="2025-09-10", decided="2025-09-10", **letter)
    with pytest.raises(GuardRefused, match="Other"):
        event(work, case, "negotiate", "2025-09-20", subject="价格", recipients="Other Inc")


def test_answers_changed_after_the_signature_need_a_new_one(work: Casework) -> None:
    case = restricted(work)
    scope(work, case)
    work.answered(case, "李", NOW, "改判", {"control": None})
    with pytest.raises(GuardRefused, match="sign again"):
        event(work, case, "classify", "2025-08-04", signatory="李")
    work.sign(case, "李", "有疑问", NOW)
    assert event(work, case, "classify", "2025-08-04", signatory="李").after == "UNDETERMINED"


def test_a_classification_stands_on_the_edition_of_its_day(work: Casework) -> None:
    case = opened(work, on=day("2025-07-01"))
    answer(work, case)
    work.answered(case, "李", NOW, statement=("https://a", day("2025-07-01"), None))
    work.answered(case, "李", NOW, None, None, (), [("battery-cathode-x", WHOLE_TEXT, "does-not", "当时未列入")])
    work.sign(case, "李", "当时不在目录内", NOW)
    scope(work, case, "2025-07-02")
    with pytest.raises(CaseRefused, match="in force on 2025-07-21"):
        event(work, case, "classify", "2025-07-21", signatory="李")
    event(work, case, "classify", "2025-07-03", signatory="李")
    event(work, case, "new_announcement", "2025-07-21", announcement="2025-28", what_changed="新增")
    with pytest.raises(CaseRefused, match="sign again"):
        event(work, case, "classification_stands", "2025-07-22", signatory="李")


def test_a_delivery_beyond_the_last_check_of_sources(work: Casework) -> None:
    case = licensed(work)
    late = CATALOGUE.known_to + datetime.timedelta(days=2)
    at = datetime.datetime.combine(late, datetime.time(4), datetime.UTC)
    seen = (late - datetime.timedelta(days=1)).isoformat()
    evidence = {"delivered": DATA, "medium": "m", "place": "p", "method": "f", "screened_on": seen, **SCREENING}
    with pytest.raises(CaseRefused, match="`checked_at`"):
        work.event(case, "deliver", late, "李", evidence, None, at)
    work.answered(case, "李", at, check=("商务部网站", late))
    assert work.event(case, "deliver", late, "李", evidence, None, at).after == "R_LICENSED"


def test_clauses_prepare_the_answer_to_their_point(work: Casework) -> None:
    case = opened(work)

    def found(number: str, result: str) -> None:
        work.answered(
            case, "李", NOW, None, None, (), [("battery-cathode-x", number, result, "2.41 g/cm³")], "报告第 4 页"
        )

    found("1/2", "does-not")
    sheet = work.sheet(work.case(case))[0]
    clause = next(c for p in sheet["points"] if p["number"] == "1" for c in p["clauses"] if c["clause"] == "1/2")
    assert (clause["required"], clause["result"], clause["source"]) == ("≥ 2.58 g/cm³", "does-not", "报告第 4 页")
    assert sheet["answer"] == "open"  # a clause alone answers nothing
    with pytest.raises(CaseRefused, match="1/2"):
        found("1", "meets")
    with pytest.raises(CaseRefused, match="no 9"):
        found("1/9", "meets")
    found("1/2", "meets")
    found("1", "meets")
    assert work.sheet(work.case(case))[0]["answer"] == "hit"


def test_a_clause_cannot_be_recorded_against_a_point_that_stands_as_met(work: Casework) -> None:
    case = opened(work)
    met, failed = ("battery-cathode-x", "1", "meets", "all"), ("battery-cathode-x", "1/2", "does-not", "2.41 g/cm³")
    work.answered(case, "李", NOW, None, None, (), [met])
    before = work.case(case).entries
    with pytest.raises(CaseRefused, match="stands recorded as met"):
        work.answered(case, "李", NOW, None, None, (), [failed])
    assert work.case(case).entries == before
    work.answered(case, "李", NOW, None, None, (), [failed, ("battery-cathode-x", "1", "does-not", "2.41 g/cm³")])
    assert {one.number: one.result for one in work.case(case).of_item("battery-cathode-x")} == {
        "1": "does-not",
        "1/2": "does-not",
    }


def test_a_clause_that_is_answered_together_with_its_point_counts_with_it(work: Casework) -> None:
    case = opened(work)
    both = [("battery-cathode-x", "1", "meets", "all"), ("battery-cathode-x", "1/2", "does-not", "2.41 g/cm³")]
    for rows in (both, both[::-1]):
        with pytest.raises(CaseRefused, match="1/2"):
            work.answered(case, "李", NOW, None, None, (), rows)
    assert work.case(case).compared == {}
    work.answered(case, "李", NOW, None, None, (), [("battery-cathode-x", "1/2", "does-not", "2.41 g/cm³")])
    corrected = [("battery-cathode-x", "1/2", "meets", "2.61 g/cm³"), both[0]]
    work.answered(case, "李", NOW, None, None, (), corrected)
    assert work.sheet(work.case(case))[0]["answer"] == "hit"


def test_state_secret_technology_has_its_review_first(work: Casework) -> None:
    case = opened(work)
    answer(work, case, secret="secret")
    compare(work, case, "battery-cathode-x", "meets")
    work.sign(case, "李", "x", NOW)
    scope(work, case)
    event(work, case, "classify", "2025-08-04", signatory="李")
    with pytest.raises(CaseRefused, match="secret_yes"):
        event(work, case, "secret_no", "2025-08-05", signatory="李", reasons="无")
    assert (
        event(work, case, "secret_yes", "2025-08-05", signatory="李", classification="定密 1 号").after == "R_SECRECY"
    )


def test_not_listed_state_secret_technology_is_not_registered(work: Casework) -> None:
    case = opened(work)
    answer(work, case, secret="secret")
    compare(work, case, "battery-cathode-x", "does-not")
    work.answered(case, "李", NOW, statement=("https://a", day("2025-08-01"), None))
    body = work.sign(case, "李", "x", NOW)
    assert (body["outcome"], body["track"]) == ("undetermined", "undetermined")
    assert "保密" in body["open"][0]["zh"]


def test_a_signature_written_past_the_rule_carries_nothing(work: Casework) -> None:
    import json

    from mulu.store.records import Store

    case = opened(work)
    scope(work, case)
    forged = {
        "reference": "C-1/D-1",
        "supersedes": None,
        "on": "2025-08-01",
        "edition": "2025-28",
        "outcome": "not listed",
    }
    forged |= {"decided_by": "not-listed", "stands_on": [], "candidates": [], "open": [], "statements": []}
    with Store.open(work.place, create=False) as store:
        store.write("case.signed", NOW, None, "李", json.dumps({"case": "C-1", "determination": forged}))
    with pytest.raises(GuardRefused, match="what the rule gives"):
        event(work, case, "classify", "2025-08-04", signatory="李")


def test_precedents(work: Casework) -> None:
    restricted(work)
    again = opened(work)
    found = work.precedents(work.case(again))
    assert found[0]["determination"] == "C-1/D-1"
    assert found[0]["outcome"] == "restricted"
    assert found[0]["alike"] == 1


@pytest.mark.parametrize(
    ("acts", "named"),
    [
        ({"answers": {"crossing": "maybe"}, "because": "x"}, "yes, no"),
        ({"answers": {"prohibited": "no"}, "because": "x"}, "no test"),
        ({"answers": {"crossing": "yes"}}, "because"),
        ({"compared": [("lidar-x", "1", "meets", "x")]}, "no candidate"),
        ({"compared": [("battery-cathode-x", "99", "meets", "x")]}, "no control point 99"),
        ({"compared": [("battery-cathode-x", "1", "perhaps", "x")]}, "meets, does-not"),
        ({"compared": [("battery-cathode-x", "1", "meets", " ")]}, "fact"),
        ({"statement": ("https://a", datetime.date(2099, 1, 1), None)}, "not come yet"),
        ({"statement": ("https://a", datetime.date(2025, 1, 1), None)}, "took effect"),
        ({"statement": ("https://a", datetime.date(2025, 8, 1), "12")}, "hexadecimal"),
        ({"statement": (" ", datetime.date(2025, 8, 1), None)}, "address"),
    ],
)
def test_bad_answers_are_refused_whole(work: Casework, acts: Any, named: str) -> None:
    case = opened(work)
    before = work.case(case).entries
    with pytest.raises(MuluError, match=named):
        work.answered(case, "李", NOW, acts.pop("because", None), **acts)
    assert work.case(case).entries == before


@pytest.mark.parametrize(
    ("on", "evidence", "error"),
    [
        ("2025-08-04", {"received": "2025-13-01"}, EvidenceRefused),
        ("2025-08-04", {"received": "2025-08-05"}, EvidenceRefused),
        ("2025-08-04", {"nonsense": "1"}, EvidenceRefused),
        ("2025-08-04", {}, EvidenceRefused),
        ("2027-01-01", {"received": "2025-08-05"}, CaseRefused),
    ],
)
def test_bad_evidence_is_refused(work: Casework, on: str, evidence: Any, error: type[MuluError]) -> None:
    case = restricted(work)
    scope(work, case)
    event(work, case, "classify", "2025-08-04", signatory="李")
    event(work, case, "secret_no", "2025-08-04", signatory="李", reasons="无")
    with pytest.raises(error):
        event(work, case, "submit", on, **evidence)


def test_unknown_case_event_actor_and_early_day(work: Casework) -> None:
    with pytest.raises(CaseUnknown):
        work.case("C-9")
    case = restricted(work)
    with pytest.raises(NotNow) as refused:
        event(work, case, "permit", "2025-08-04")
    assert "scope" in refused.value.possible
    scope(work, case)
    with pytest.raises(EvidenceRefused, match="not of PCD"):
        event(work, case, "classify", "2025-08-04", actor="PCD", signatory="李")
    with pytest.raises(EvidenceRefused, match="before the last"):
        event(work, case, "classify", "2025-08-01", signatory="李")
    with pytest.raises(GuardRefused) as signed:
        event(work, case, "classify", "2025-08-04", signatory="王")
    assert signed.value.guard == "G7_SIGNED"


def test_each_other_outcome_leads_to_its_state(tmp_path: Any) -> None:
    work = Casework(str(tmp_path / "m.db"), lambda: CATALOGUE, finding(), Calendar())
    reached = {}
    for name, answers in {
        "not an export": {"crossing": "no", "deemed": "no"},
        "control": {"crossing": "yes", **NO, "control": "yes"},
        "secret": {"crossing": "yes", **NO, "secret": "defence"},
        "measure": {"crossing": "yes", **NO, "measure": "prohibits"},
        "undetermined": {"crossing": "yes"},
    }.items():
        case = opened(work)
        work.answered(case, "李", NOW, "据合同", answers)
        work.sign(case, "李", "x", NOW)
        scope(work, case)
        event(work, case, "classify", "2025-08-04", signatory="李", **_evidence(name))
        reached[name] = work.case(case).course.state
    assert reached == {
        "not an export": "OUT_OF_SCOPE",
        "control": "EC_TRACK",
        "secret": "BLOCKED_DEFENCE",
        "measure": "TEMP_MEASURE",
        "undetermined": "UNDETERMINED",
    }


def _evidence(name: str) -> dict[str, str]:
    return {
        "not an export": {"deemed_export": "未提供给外国人"},
        "control": {"control_item": "1E902"},
        "secret": {"defence_patent": "ZL-G"},
        "measure": {"measure": "M-1"},
        "undetermined": {"missing_facts": "受方"},
    }[name]
