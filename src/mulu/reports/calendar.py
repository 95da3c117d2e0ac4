"""The time limits of a case for a calendar (iCalendar): one all-day event each, known by the same identifier every time."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from mulu.reports.model import Writer, readable
from mulu.reports.papers import Values
from mulu.reports.template import text
from mulu.reports.words import NOTICE

Json = dict[str, Any]
_ALARM_DAYS = (7, 1)


def ics(w: Writer, values: Values, alarms: bool = False) -> bytes:
    """The file. A limit without a day (“promptly”) has no event; a provisional day says so in title and description."""
    from icalendar import Calendar, Event

    case = values.case
    made = Calendar()
    made.add("prodid", "-//Mulu//time limits of a case//ZH-EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", readable(f"{case['case']} {case['title']}"))
    made.add("x-wr-caldesc", text(w.of(NOTICE, between=" / ")))
    for one in sorted((due for due in case["due"] if due["day"]), key=lambda due: (due["day"], due["limit"])):
        day = datetime.date.fromisoformat(one["day"])
        event = Event()
        event.add("uid", _uid(values, one))
        event.add("dtstamp", datetime.datetime.combine(values.day, datetime.time(), datetime.UTC))
        event.add("dtstart", day)
        event.add("dtend", day + datetime.timedelta(days=1))
        event.add("summary", text(_summary(w, case, one)))
        event.add("description", text(_description(w, one)))
        event.add("status", "TENTATIVE" if one["provisional"] else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        event.add("categories", ["Mulu", case["case"]])
        for before in _ALARM_DAYS if alarms else ():
            event.add_component(_alarm(before, text(_summary(w, case, one))))
        made.add_component(event)
    written: bytes = made.to_ical()
    return written


def _uid(values: Values, one: Json) -> str:
    """The same for the same limit of the same case, whatever its day comes to be; a limit that starts anew is another.

    The seal of the record that opened the case tells it from a case of the same reference in another store.
    """
    known = f"{values.records[0]['chain']}\n{one['limit']}\n{one['start']}"
    return f"{hashlib.sha256(known.encode()).hexdigest()[:32]}@mulu"


def _summary(w: Writer, case: Json, one: Json) -> Any:
    doubt = w.label("〔暂定〕", "[provisional]") if one["provisional"] else ()
    return w.joined((w.data(case["case"]), w.of(one["says"], between=" / "), doubt), " ")


def _description(w: Writer, one: Json) -> Any:
    who = {
        "exporter": w.label("由出口方遵守", "for the exporter to keep"),
        "authority": w.label("由机关遵守", "for the authority to keep"),
    }[one["owner"]]
    lines = [who, w.label(f"起算日 {one['start']}", f"runs from {one['start']}"), w.of(one["said"])]
    if one["provisional"]:
        lines.append(
            w.say(
                "暂定：当年放假通知尚未公布，届满日可能变动。",
                "Provisional: the holiday notice of that year is not published, and the day may move.",
            )
        )
    for p in one["provisions"]:
        lines += [
            w.joined((w.of(p["where"], between=" / "), w.of(p["mark_says"], between=" / ")), " · "),
            w.of(p["says"]),
        ]
    return w.joined([*lines, w.of(NOTICE)])


def _alarm(before: int, summary: str) -> Any:
    from icalendar import Alarm

    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", summary)
    made.add("trigger", datetime.timedelta(days=-before))
    return made
