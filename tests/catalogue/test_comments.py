"""The deadline of comments on a draft, read out of its notice: what is certain, and what is told and not taken."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulu.catalogue.comments import (
    CHANGED,
    COUNTED,
    EARLIER,
    IMPOSSIBLE,
    MACHINE,
    NO_DAY,
    NO_YEAR,
    NOT_PLAIN,
    comments_until,
)
from mulu.catalogue.wording import CommentsUntil
from mulu.sources.document import Cell, Line, Place, Row

PUBLISHED = date(2026, 12, 1)


def read(*lines: str, whole: bool = False, machine: bool = False) -> tuple[CommentsUntil, ...]:
    blocks = [Line(text, Place(n, 4), whole=whole, machine=machine) for n, text in enumerate(lines, 1)]
    return comments_until(blocks, PUBLISHED)


@pytest.mark.parametrize(
    "notice",
    [
        "意见反馈截止时间为2027年3月31日。",
        "意见反馈截止时间为二〇二七年三月三十一日。",
        "意见反馈截止时间为二○二七年三月三十一日24时。",
        "意见反馈截止时间为２０２７年３月３１日。",
        "征求意见截止日期：2027 年 3 月 31 日",
        "现公开征求意见，截止到2027-03-31。",
        "请于2027年3月31日前将意见反馈至服贸司。",
        "请于2027年3月31日（星期三）17:00前反馈书面意见",
        "有关意见请于2027年3月31日以前寄至北京市东长安街2号。",
        "公众可在2027年3月31日之前，通过以下途径和方式提出意见：1.登录网站",
        "征求意见期限为自2027年1月1日起至2027年3月31日止。",
        "自2027年1月1日起至3月31日止向社会公开征求意见。",
        "征求意见时间为90日，自2027年1月1日至2027年3月31日。",
        "征求意见截止时间由2027年2月28日延长至2027年3月31日。",
        "如有意见，请于2027年3月31日前发送至邮箱a@b.cn",
        "请于2027年3月31日前通过电子邮件、信函等方式，将意见反馈至商务部。",
        "请于2027年3月31日前将有关意见以书面形式，发送至商务部。",
        "请各单位研究提出意见，并于2027年3月31日前书面反馈我司。",
        "请于2027年3月31日前反馈意见，遇节假日顺延。",
        "现就修改2025年7月15日公布的目录征求意见，请于2027年3月31日前反馈意见。",
        "请于2027年3月31日前提出意见。许可证有效期延长至2027年12月31日。",
        "现公开征求意见，截止时间为2027年3月31日。",
        "请不迟于2027年3月31日反馈意见。",
        "请最迟在2027年3月31日反馈意见。",
        "请于2027年3月31日或之前反馈意见。",
    ],
)
def test_a_day_that_is_printed_as_the_last_for_comments_is_read(notice):
    (found,) = read(notice)
    assert found.until == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("notice", "because"),
    [
        ("自公告发布之日起30日内提出意见。", COUNTED),
        ("自2027年1月1日起三十日内反馈意见。", COUNTED),
        ("请在15个工作日内将意见反馈至我部。", COUNTED),
        ("请于3月31日前反馈意见。", NO_YEAR),
        ("自2026年12月30日起至1月28日止公开征求意见。", NO_YEAR),  # of which year is plain to a reader, and not printed
        ("请于3月底前反馈意见。", NO_DAY),
        ("公众可在2027年2月30日前提出意见。", IMPOSSIBLE),
        ("公众可在2026年11月30日前提出意见。", EARLIER),
        ("技术出口许可申请截止时间为2027年3月31日，有关意见另行提出。", NOT_PLAIN),
        ("请有关方面于2027年3月31日前就意见书与我们联系。", NOT_PLAIN),
        ("根据各方意见，企业应于2027年3月31日前提交年度报告。", NOT_PLAIN),
        ("根据各方意见，企业应于2027年3月31日前报送至商务部。", NOT_PLAIN),
        ("根据各方意见，年度报告提交截止时间为2027年3月31日。", NOT_PLAIN),
        ("按照商务部意见，企业须在2027年3月31日前提交许可申请。", NOT_PLAIN),
        ("企业须在2027年3月31日前填写调查问卷，并于座谈会上发表意见。", NOT_PLAIN),
        ("企业须在2027年3月31日前将年报报送至商务部，另行提出意见。", NOT_PLAIN),
        ("我们将于2027年3月31日前回复所收意见。", NOT_PLAIN),
        ("经反馈意见，将于2027年3月31日前发送正式文本。", NOT_PLAIN),
        ("企业须于2027年3月31日前报送意见落实情况。", NOT_PLAIN),
        ("意见反馈截止时间为公布后第30日（2027年3月31日）。", NOT_PLAIN),
        ("意见反馈截止时间由2027年3月10日改为2027年3月31日。", CHANGED),
        ("请于今年12月20日前反馈意见。", NO_YEAR),
    ],
)
def test_what_does_not_settle_the_day_is_shown_with_the_reason_and_not_taken(notice, because):
    (found,) = read(notice)
    assert (found.until, found.zh, found.en) == (None, because.zh, because.en)
    assert found.words == notice.rstrip("。")


@pytest.mark.parametrize(
    ("notice", "because"),
    [
        ("请于2026年12月20日之前提出意见。经研究，该期限延长至2026年12月25日。", [CHANGED, CHANGED]),
        ("请于2026年12月20日前提出意见。原截止时间2026年12月20日延长至2026年12月25日。", [CHANGED, CHANGED]),
        ("请于2026年12月10日前提出意见。截止时间由2026年12月10日改为2026年12月20日。", [CHANGED, CHANGED]),
        ("意见反馈截止时间为2026年12月20日。意见反馈期限延长至2026年12月25日。", [CHANGED, CHANGED]),
        ("请于2026年12月20日前反馈意见。上述期限延长10日。", [CHANGED, COUNTED]),
    ],
)
def test_a_deadline_that_is_told_as_moved_is_not_taken_beside_the_one_it_was(notice, because):
    assert [(one.until, one.en) for one in read(notice)] == [(None, why.en) for why in because]


@pytest.mark.parametrize(
    "said",
    [
        "截止时间：2026年12月20日",
        "截止时间为公布后第30日（2026年12月20日）",
        "请于2026年12月20日前发送至邮箱a@b.cn",
        "请于2026年12月20日或之前寄至商务部",
        "请最迟于2026年12月20日提交",
    ],
)
def test_a_day_in_a_sentence_that_does_not_speak_of_comments_is_shown_where_the_notice_asks_for_them(said):
    (found,) = read(f"现公开征求意见。{said}。")
    assert (found.until, found.en, found.words) == (None, NOT_PLAIN.en, said)
    assert read(f"现公布目录。{said}。") == ()


def test_a_title_does_not_run_into_the_sentence_below_it():
    title, below = "商务部关于《目录》公开征求意见的通知", "企业应于2026年12月20日前提交2026年度出口报告。"
    (found,) = read(title, below)
    assert (found.until, found.words) == (None, below.rstrip("。"))


@pytest.mark.parametrize(
    "said",
    [
        "本目录自2027年3月31日起施行。",
        "根据2026年12月31日前收到的意见，形成了征求意见稿。",
        "商务部2026年12月30日就修改目录公开征求意见。",
        "该技术自2027年1月1日至2027年12月31日有效，对此有意见的请反馈。",
        "2.在2027年3月31日前完成熟化的种子",
    ],
)
def test_other_days_are_no_deadline_of_comments(said):
    assert read(said) == ()


def test_a_notice_broken_over_lines_and_pages_is_read_with_the_place_and_the_words():
    (found,) = read("现公开征求意见。请于2027年3", "月31", "日前以 e-mail 反馈意见。其他")
    assert (found.until, found.at.page, found.at.number) == (date(2027, 3, 31), 1, 4)
    assert found.words == "请于2027年3月31日前以e-mail反馈意见"
    assert read("意见反馈截止时间为", "2027年3月31日", whole=True) == ()  # two paragraphs are not one sentence


def test_a_row_of_a_table_is_read_as_its_cells():
    cells = tuple(Cell(text, Place(2, 1)) for text in ("意见反馈截止日期", "2027年3月31日"))
    (found,) = comments_until([Row(cells, 1, Place(2, 1))], PUBLISHED)
    assert (found.until, found.at.page, found.words) == (date(2027, 3, 31), 2, "意见反馈截止日期：2027年3月31日")


def test_what_a_machine_read_is_no_deadline_until_a_person_gives_it():
    (found,) = read("请于2027年3月31日前反馈意见。", machine=True)
    assert (found.until, found.en) == (None, MACHINE.en)


def test_different_days_are_all_kept_and_the_same_day_once():
    found = read("请于2027年3月31日前反馈意见。意见反馈截止时间为2027年3月31日。征求意见截止日期：2027年4月1日。")
    assert [one.until for one in found] == [date(2027, 3, 31), date(2027, 4, 1)]


@given(day=st.dates(min_value=PUBLISHED, max_value=date(2099, 12, 31)), plain=st.booleans())
def test_every_day_in_figures_of_either_kind_is_read_as_it_is(day, plain):
    digits, tens = "〇一二三四五六七八九", ("", "十", "二十", "三十")

    def numeral(number: int) -> str:
        return tens[number // 10] + (digits[number % 10] if number % 10 else "")

    year = "".join(digits[int(sign)] for sign in str(day.year))
    said = f"{day.year}年{day.month}月{day.day}日" if plain else f"{year}年{numeral(day.month)}月{numeral(day.day)}日"
    (found,) = read(f"意见反馈截止时间为{said}。")
    assert found.until == day
