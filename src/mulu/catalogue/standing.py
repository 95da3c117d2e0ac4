"""Whether a measure applies on a day: not yet, in force, suspended, repealed, or unconfirmed.

Where nothing that we hold settles it, the standing is `unconfirmed` and the measure is treated as applying. A
suspension whose end has passed without a formal text that we hold is such a case. A measure that sources show in force
and whose date of effect is not held is taken as in force from its publication, and marked unconfirmed until the day of those sources.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mulu.catalogue.pack import published_day
from mulu.catalogue.records import Instrument
from mulu.vocabulary import Certainty, Said


class State(StrEnum):
    """The five standings of a measure."""

    NOT_YET = "not yet"
    IN_FORCE = "in force"
    SUSPENDED = "suspended"
    REPEALED = "repealed"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Standing:
    """The standing of a measure on a day, why, and whether to treat it as applying."""

    instrument: Instrument
    state: State
    because: Said
    certainty: Certainty
    part: str | None = None  # where only a part is suspended

    @property
    def applies(self) -> bool:
        """Unconfirmed counts as applying; of a partial suspension the rest applies."""
        return self.state in (State.IN_FORCE, State.UNCONFIRMED) or (
            self.state is State.SUSPENDED and self.part is not None
        )


def standing(
    one: Instrument, day: datetime.date, seen_in_force: datetime.date, others: Iterable[Instrument] = ()
) -> Standing:
    """The standing of an instrument on `day`. `seen_in_force`: the day for which sources state its standing.

    `others` are the instruments beside it: a later issue of the whole Catalogue replaces what stood before.

    Drafts have none: they are never in force; ask `comment_open` of them.
    """
    if one.draft:
        raise ValueError(f"{one.id} is a draft and has no standing")
    earliest = _earliest(one)
    if earliest is not None and day < earliest:
        return Standing(
            one,
            State.NOT_YET,
            Said("not_yet", f"{earliest} 之前尚未公布或施行", f"not published or not effective before {earliest}"),
            one.effective_certainty or one.published_certainty or Certainty.UNCONFIRMED,
        )
    if one.repealed_on is not None and day >= one.repealed_on:
        return Standing(
            one,
            State.REPEALED,
            Said(
                "repealed",
                f"自 {one.repealed_on} 起被 {one.repealed_by} 废止",
                f"repealed from {one.repealed_on} by {one.repealed_by}",
            ),
            one.in_force_certainty,
        )
    replaced = _replaced_by(one, day, others)
    if replaced is not None:
        return Standing(
            one,
            State.REPEALED,
            Said(
                "replaced",
                f"被 {replaced.effective} 施行的 {replaced.id} 整体取代（未读到明文废止）",
                f"replaced by {replaced.id}, the whole Catalogue issued anew, in force {replaced.effective} (no express repeal was read)",
            ),
            Certainty.UNCONFIRMED,
        )
    if one.suspension is not None and one.suspension.begins <= day:
        return _under_suspension(one, day)
    if one.own_term_ends is not None and day > one.own_term_ends:
        return Standing(
            one,
            State.UNCONFIRMED,
            Said(
                "term_ended",
                f"其自身期限于 {one.own_term_ends} 届满，未见正式延期文本",
                f"its own term ended on {one.own_term_ends}; no formal extension was read",
            ),
            Certainty.UNCONFIRMED,
        )
    if one.effective is not None:
        return Standing(
            one,
            State.IN_FORCE,
            Said("in_force", f"自 {one.effective} 起施行", f"in force since {one.effective}"),
            one.effective_certainty or Certainty.UNCONFIRMED,
        )
    published = published_day(one)
    seen = one.suspension is None and one.in_force_certainty is not Certainty.UNCONFIRMED
    if seen and (day >= seen_in_force or published is not None):
        return Standing(
            one,
            State.IN_FORCE,
            Said(
                "seen_in_force",
                f"来源显示其在 {seen_in_force} 施行；施行日期未收录"
                + (f"，自公布日 {published} 起按施行对待" if published else ""),
                f"sources show it in force on {seen_in_force}; its date of effect is not held"
                + (f", so it is taken as in force from its publication on {published}" if published else ""),
            ),
            one.in_force_certainty if day >= seen_in_force else Certainty.UNCONFIRMED,
        )
    return Standing(
        one,
        State.UNCONFIRMED,
        Said(
            "effect_not_held",
            "已公布，但施行日期未收录；按适用对待",
            "published, but its date of effect is not held; treated as applying",
        ),
        Certainty.UNCONFIRMED,
    )


def _replaced_by(one: Instrument, day: datetime.date, others: Iterable[Instrument]) -> Instrument | None:
    """The issue of the whole Catalogue (it amends nothing) that took the place of an earlier instrument."""
    if one.family != "catalogue":
        return None
    began = one.effective or datetime.date.min
    later = [
        other
        for other in others
        if other.family == "catalogue"
        and not other.draft
        and not other.amends
        and other.id != one.id
        and other.effective is not None
        and began < other.effective <= day
    ]
    return min(later, key=lambda other: other.effective or day, default=None)


def comment_open(draft: Instrument, day: datetime.date) -> bool | None:
    """Whether comments on a draft can be sent on a day; None where its deadline is not held."""
    published = published_day(draft)
    if draft.comment_deadline is None or published is None:
        return None
    return published <= day <= draft.comment_deadline


def draft_on(
    draft: Instrument, day: datetime.date, others: Iterable[Instrument], known_to: datetime.date
) -> dict[str, Any]:
    """The time for comments on a draft as of a day, and what became of it as far as is held, as plain JSON.

    `comments_closed`: its last day lies before that day; None where none is held. `known_to`: the last check of sources.
    """
    until = draft.comment_deadline
    final, became = _became(draft, day, others, known_to)
    return {
        "comment_deadline": None if until is None else until.isoformat(),
        "comment_open": comment_open(draft, day),
        "comments_closed": None if until is None else until < day,
        "comments": comments_told(until, published_day(draft), day).as_json(),
        "followed_by": None if final is None else final.edition,
        "became": became.as_json(),
    }


def comments_told(until: datetime.date | None, published: datetime.date | None, day: datetime.date) -> Said:
    """Whether the time for comments on a draft has ended, as of a day that is named."""
    if until is None:
        return Said("comments_not_held", "征求意见截止日未收录。", "The deadline of its comments is not held.")
    if until < day:
        return Said(
            "comments_closed",
            f"征求意见已于 {until} 截止（按 {day} 计）。",
            f"The time for comments has ended: it ran until {until} (as of {day}).",
        )
    if published is not None and day < published:
        return Said(
            "comments_to_come",
            f"征求意见截止 {until}（{published} 才公布，按 {day} 计尚未开始）。",
            f"Comments until {until} (as of {day} not begun: it was published on {published}).",
        )
    return Said(
        "comments_open",
        f"征求意见截止 {until}（按 {day} 计尚未截止）。",
        f"Comments until {until} (as of {day} not ended).",
    )


def _became(
    draft: Instrument, day: datetime.date, others: Iterable[Instrument], known_to: datetime.date
) -> tuple[Instrument | None, Said]:
    """The act that followed a draft, where it is held which one did, and what is to be said of it."""
    known = list(others)
    final = next((one for one in known if one.id == draft.draft_of), None)
    if final is not None:
        published, effect = published_day(final), final.effective
        later = published is not None and day < published
        return final, Said(
            "draft_became",
            f"此稿之后的正式文本为 {final.id}（"
            + "，".join(filter(None, (f"{published} 公布" if published else "", f"{effect} 起施行" if effect else "")))
            + (f"；{day} 时尚未公布" if later else "")
            + "），其内容不必与此稿相同。",
            f"The act that followed it is {final.id} ("
            + ", ".join(
                filter(
                    None, (f"published {published}" if published else "", f"in force from {effect}" if effect else "")
                )
            )
            + (f"; on {day} not yet published" if later else "")
            + "), which need not say the same.",
        )
    published = published_day(draft)
    since = sorted(
        (one.effective, one.id)
        for one in known
        if one.family == draft.family and not one.draft and one.edition and one.effective
        and published is not None and one.effective >= published
    )  # fmt: skip
    if since:
        zh, en = (
            "、".join(f"{of}（{began} 起）" for began, of in since),
            ", ".join(f"{of} (from {began})" for began, of in since),
        )
        return None, Said(
            "draft_outcome_unsaid",
            f"所收录的内容没有说明此稿结果如何；其后施行的有 {zh}。",
            f"Nothing that is held says what became of it; in force since then: {en}.",
        )
    return None, Said(
        "draft_outcome_not_held",
        f"所收录的内容没有说明此稿结果如何（来源核查至 {known_to}）。",
        f"Nothing that is held says what became of it (sources checked up to {known_to}).",
    )


def _earliest(one: Instrument) -> datetime.date | None:
    """The first day on which it could stand: of effect, else of publication, else of the year in its number."""
    if one.effective is not None:
        return one.effective
    published = published_day(one)
    if published is not None:
        return published
    year = re.search(r"-(\d{4})(?:-|$)", one.id)
    return datetime.date(int(year.group(1)), 1, 1) if year is not None else None


def _under_suspension(one: Instrument, day: datetime.date) -> Standing:
    suspension = one.suspension
    assert suspension is not None
    part = suspension.part
    part_zh, part_en = (f"（{part.zh}）", f" ({part.en})") if part is not None else ("", "")
    if day <= suspension.to:
        return Standing(
            one,
            State.SUSPENDED,
            Said(
                "suspended",
                f"{suspension.begins} 至 {suspension.to} 暂停实施{part_zh}（{suspension.by}）",
                f"suspended{part_en} from {suspension.begins} to {suspension.to} by {suspension.by}",
            ),
            suspension.certainty,
            None if part is None else part.en,
        )
    reported_zh = reported_en = ""
    if suspension.extension is not None:
        reported_zh = f"；据报道延长至 {suspension.extension.reported_to}"
        reported_en = f"; an extension to {suspension.extension.reported_to} is reported"
    return Standing(
        one,
        State.UNCONFIRMED,
        Said(
            "suspension_ran_out",
            f"暂停{part_zh}于 {suspension.to} 届满{reported_zh}，未读到正式文本；按适用对待",
            f"the suspension{part_en} ran out on {suspension.to}{reported_en}, no formal text was read; treated as applying",
        ),
        Certainty.UNCONFIRMED,
    )
