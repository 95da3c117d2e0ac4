"""The user's official documents: read, kept, attested, applied, undone. The part of the desk that meets the store.

An import is two acts. The first reads and keeps the document as *claimed* and shows what it would change; the second,
`apply`, changes it, and only for a document that someone attested.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mulu.catalogue.amending import amend
from mulu.catalogue.codes import Code
from mulu.catalogue.editions import Catalogue
from mulu.catalogue.findings import counted, findings
from mulu.catalogue.held import Attestation, Deed, HeldText, MachineToken, Match, machine_tokens, match_entries, replay
from mulu.catalogue.pack import Pack, published_day
from mulu.catalogue.records import Announced, Counts, Instrument, OfficialPoint, Texts
from mulu.catalogue.wording import Entry, OfficialText, Seen
from mulu.errors import Misused, MuluError
from mulu.store.place import exists, where
from mulu.vocabulary import Certainty, Control, Said

if TYPE_CHECKING:
    from mulu.sources.documents import Held
    from mulu.store.records import Entry as Written
    from mulu.store.records import Store

Json = dict[str, Any]


class WhichInstrument(Misused):
    """A document does not say clearly enough which instrument it is."""

    def __init__(self, name: str, lacks_zh: str, lacks_en: str) -> None:
        super().__init__(
            Said(
                "which_instrument",
                f"{name}：{lacks_zh}。请以 `instrument`（如 announcement-2023-57）指明文书；新文书还须给出施行日期 `effective`（YYYY-MM-DD）。",
                f"{name}: {lacks_en}. Name the instrument with `instrument` (e.g. announcement-2023-57); a new one also needs its day of effect, `effective` (YYYY-MM-DD).",
            )
        )


class CannotApply(MuluError):
    """The second act is refused; nothing was changed."""

    def __init__(self, id_: str, zh: str, en: str) -> None:
        super().__init__(Said(id_, f"{zh} 未作任何改动。", f"{en} Nothing was changed."))


class Archive:
    """What a user has imported, in one store. Nothing is created before the first document is kept."""

    def __init__(self, place: str | None, pack: Callable[[], Pack], until: datetime.datetime | None = None) -> None:
        self.place = where(place)
        self._pack = pack
        self._until = until

    @cached_property
    def held(self) -> tuple[HeldText, ...]:
        """Every document kept, with what was done to it up to the moment that is asked about."""
        store = self._found()
        if store is None:
            return ()
        with store:
            entries = store.journal(self._until)
        return replay(
            Deed(at=e.at, act=e.act, document=e.document, by=e.by, body=json.loads(e.body))
            for e in entries
            if e.document is not None  # the others are of cases
        )

    def mark(self) -> str:
        """Changes whenever `held` does; nothing where there is no store yet."""
        store = self._found()
        if store is None:
            return ""
        with store:
            return store.mark()

    def _found(self) -> Store | None:
        if not exists(self.place):
            return None  # a command that finds no store loads no database library
        from mulu.store.records import Store

        return Store.found(self.place)

    def find(self, document: str) -> HeldText:
        """The document with a digest that begins so. Raises DocumentUnknown or AmbiguousPrefix."""
        from mulu.store.records import Store

        with Store.open(self.place, create=False) as store:
            digest = store.document(document).sha256
        return next(one for one in self.held if one.document == digest)

    def unlike_journal(self) -> list[Said]:
        """What is said of a document beside its bytes and differs from the record of its keeping."""
        if not exists(self.place):
            return []
        from mulu.store.records import Store

        found = []
        with Store.open(self.place, create=False) as store:
            first: dict[str, Written] = {}
            for entry in store.journal():
                if entry.act == "kept" and entry.document is not None:
                    first.setdefault(entry.document, entry)
            for one in store.documents():
                kept = first.get(one.sha256)
                if kept is None:
                    zh, en = f"文件 {one.sha256} 没有保存记录", f"document {one.sha256} has no record of its keeping"
                    found.append(Said("document_unrecorded", zh, en))
                    continue
                body = json.loads(kept.body)
                name = body["name"].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
                said = {"name": name, "kept_at": kept.at, "size": len(store.bytes_of(one.sha256))}
                said |= {key: body[key] for key in ("media", "pages") if key in body}
                for key, value in said.items():
                    if getattr(one, key) != value:
                        zh = f"文件 {one.sha256} 的 {key} 与保存记录不符"
                        en = f"the {key} of document {one.sha256} differs from the record of its keeping"
                        found.append(Said("document_relabelled", zh, en))
        return found

    # ---- first act -------------------------------------------------------------------------------------------------

    def read(
        self,
        path: Path,
        at: datetime.datetime,
        instrument: str | None = None,
        effective: datetime.date | None = None,
        published: datetime.date | None = None,
        ocr: bool = False,
    ) -> Json:
        """Read a document, keep it as claimed, and tell what applying it would change."""
        from mulu.catalogue.official import read_official
        from mulu.sources import fenced
        from mulu.sources.documents import take
        from mulu.store.records import Store

        file = take(path)  # once: the bytes that are read are those that are kept
        document = fenced.read(file, ocr=ocr)
        text = read_official(document)
        one = next((h for h in self.held if h.document == document.digest), None)
        header = self._header(text, path.name, instrument, effective, published)
        trial = self._trial(text, document.digest, path.name, header, at)
        preview = self._preview(trial)
        with Store.open(self.place, create=True) as store, store.transaction():
            new = store.keep(file.data, path.name, document.media, document.pages, at)
            reading = next(iter(self._readings(store, document.digest)), None)
            if new or reading is None or bool(reading.get("ocr")) is not ocr:
                # What a machine read is kept with the document: reading it again takes seconds a page.
                body = {
                    "name": path.name,
                    "media": document.media,
                    "pages": document.pages,
                    "ocr": ocr,
                    "text": text if ocr else None,
                    "claims": {"instrument": header.id, "title": text.title},
                }
                store.write("kept", at, document.digest, None, _json(body))
            if one is None and document.digest in header.digests:
                attestation = Attestation(instrument=header.id, at=at)
                store.write("attested", at, document.digest, None, _json({"attestation": attestation, "header": None}))
        self.__dict__.pop("held", None)
        status = self.find(document.digest).status
        return {"document": document.digest, "name": path.name, "new": new, "status": status, **preview}

    def _header(
        self,
        text: OfficialText,
        name: str,
        instrument: str | None,
        effective: datetime.date | None,
        published: datetime.date | None,
    ) -> Instrument:
        """The instrument that a document is: one that is known, or a new one described by the document itself."""
        known = Catalogue(self._pack(), self.held).instruments
        published = published or text.published
        if instrument is None:
            if text.draft:
                if published is None:
                    raise WhichInstrument(name, "征求意见稿未载日期", "a draft for comment without a date")
                instrument = f"draft-{published}"
            elif text.announcement is not None:
                year, number = text.announcement.removesuffix("号").split("年第")
                same = [i.id for i in known.values() if i.id.endswith(f"-{year}-{number}") and i.family == "catalogue"]
                instrument = same[0] if same else f"announcement-{year}-{number}"
            else:
                raise WhichInstrument(name, "未读到公告号", "no announcement number was read in it")
        if instrument in known:
            if known[instrument].edition is None:
                raise WhichInstrument(
                    name, f"{instrument} 不产生目录版本", f"{instrument} brings about no edition of the Catalogue"
                )
            return known[instrument]
        effective = effective or text.effective
        if effective is None and not text.draft:
            raise WhichInstrument(
                name,
                f"{instrument} 是新文书，未读到施行日期",
                f"{instrument} is new and its date of effect was not read",
            )
        day = (effective or published or datetime.date.min).isoformat()
        before = [
            i for i in known.values() if i.edition and not i.draft and i.effective and i.effective.isoformat() < day
        ]
        amended = max(before, key=lambda i: i.effective or datetime.date.min, default=None)
        title = text.title or name
        return Instrument(
            id=instrument,
            family="catalogue",
            title=Texts(zh=title, en=title),
            title_certainty=Certainty.OFFICIAL,
            issuers=(),
            issuers_certainty=Certainty.UNCONFIRMED,
            published=None if published is None else published.isoformat(),
            published_certainty=None if published is None else Certainty.OFFICIAL,
            effective=None if text.draft else effective,
            effective_certainty=None if text.draft else Certainty.OFFICIAL,
            draft=text.draft,
            edition=instrument if text.draft else instrument.removeprefix("announcement-"),
            amends=() if text.kind == "list" or amended is None else (amended.id,),
            announced=_announced(text),
            changes_all_named=text.kind == "amendment",
            in_force_certainty=Certainty.OFFICIAL,
        )

    def _trial(
        self,
        text: OfficialText,
        digest: str,
        name: str,
        header: Instrument,
        at: datetime.datetime,
        attested: Attestation | None = None,
    ) -> HeldText:
        """The text as it would count, attested or not: what the preview is made of and what `apply` keeps."""
        known = self._pack().instruments
        matches = {place: match.item for place, match in self._matches(text, header).items()}
        return HeldText(
            document=digest,
            name=name,
            kept=at,
            attestation=attested or Attestation(instrument=header.id, at=at),
            header=None if header.id in known else header,
            text=text,
            matches=matches,
        )

    def _matches(
        self, text: OfficialText, header: Instrument, chosen: Mapping[str, str] | None = None
    ) -> dict[int, Match]:
        pack = self._pack()
        names: dict[str, list[str]] = {}
        for item, statements in pack.statements.items():
            names[item] = [s.value for _, s in statements if s.field == "name_zh" and isinstance(s.value, str)]
        codes: dict[str, str] = {}
        for item, reading in pack.readings.get(header.edition or "", {}).items():
            if reading.code is not None and reading.code_certainty is not Certainty.UNCONFIRMED:
                codes[reading.code] = item
        if text.kind == "list":
            places = list(range(len(text.entries)))
            entries: list[Entry] = list(text.entries)
        else:
            places = [n for n, o in enumerate(text.operations) if o.entry is not None]
            entries = [o.entry for o in text.operations if o.entry is not None]
        return dict(zip(places, match_entries(entries, pack.items, names, codes, chosen), strict=True))

    def _preview(self, trial: HeldText, held: tuple[HeldText, ...] | None = None) -> Json:
        """What the edition would be with the text, fact by fact. Raises ClauseCannotApply.

        `held`: what else counts, where that is not everything that is held now.
        """
        assert trial.text is not None and trial.attestation is not None
        held = self.held if held is None else held
        instrument = trial.attestation.instrument
        others = tuple(h for h in held if h.attestation is None or h.attestation.instrument != instrument)
        before = Catalogue(self._pack(), held)
        if trial.text.kind == "amendment":
            header = trial.header or before.instruments[instrument]
            if not header.amends:
                raise CannotApply(
                    "amends_nothing",
                    f"{instrument} 所修改的版本未收录。",
                    f"The edition that {instrument} amends is not held.",
                )
        after = Catalogue(self._pack(), (*others, trial))
        edition = after.instruments[instrument].edition
        assert edition is not None
        if trial.text.kind == "amendment":
            base = after.base_of(after.editions[edition])
            assert base is not None
            amend(
                after.entries_of(base)[1], trial.text.operations
            )  # which the Catalogue only tells, and here is refused
        # Of other texts that count: what this one puts before them may be what they cannot be carried out on.
        elsewhere = [
            conflict
            for other in after.editions.values()
            if other.id != edition
            for conflict in other.conflicts
            if other.id not in before.editions or conflict not in before.editions[other.id].conflicts
        ]
        found = findings(before, after, edition)
        new = after.editions[edition]
        announced = after.instruments[instrument].announced
        lists = [
            {
                "control": control.value,
                # Not what the list itself comes to, which would always be as announced.
                "announced": None if announced is None else getattr(announced.whole, control.value),
                "official": new.tally(control).official,
            }
            for control in Control
        ]
        differ = new.complete and any(x["announced"] not in (None, x["official"]) for x in lists)
        matches = self._matches(trial.text, after.instruments[instrument])
        return {
            "kind": trial.text.kind,
            "instrument": instrument,
            "edition": edition,
            "draft": trial.text.draft,
            "title": trial.text.title,
            "effective": None if new.effective is None else new.effective.isoformat(),
            "comments": self._comments(trial, after.instruments[instrument]),
            "pages": trial.text.pages,
            "entries": len(trial.text.entries),
            "points": sum(len(entry.points) for entry in trial.text.entries),
            "operations": [
                {"does": o.does, "clause": o.clause, "label": o.label, "page": o.at.page} for o in trial.text.operations
            ],
            "complete": new.complete and not differ,
            "counts_differ": differ,
            "report": counted(found),
            "findings": [
                {
                    "kind": f.kind,
                    "what": f.what,
                    "item": f.item,
                    "point": f.point,
                    "ours": f.ours,
                    "official": f.official,
                    "certainty": None if f.certainty is None else f.certainty.value,
                    "page": f.page,
                }
                for f in found
            ],
            "by_likeness": [
                {
                    "entry": trial.text.entries[n].name if trial.text.kind == "list" else "",
                    "code": _entry_at(trial.text, n).code,
                    "item": m.item,
                    "likeness": m.likeness,
                }
                for n, m in matches.items()
                if m.how == "likeness"
            ],
            "taken_as_new": [
                {"entry": _entry_at(trial.text, n).name, "code": _entry_at(trial.text, n).code, "item": m.item}
                for n, m in matches.items()
                if m.how == "new"
            ],
            "unread": [
                {"page": n.at.page, "text": n.text, "because": {"zh": n.zh, "en": n.en}} for n in trial.text.not_read
            ],
            "conflicts": [c.said.as_json() for c in (*new.conflicts, *elsewhere)],
            "to_confirm": sum(
                len(p.wording.doubtful)
                for listing in new.listings.values()
                for p in listing.points
                if isinstance(p, OfficialPoint) and p.wording.document == trial.document
            ),
            "lists": lists,
        }

    def _comments(self, trial: HeldText, of: Instrument) -> Json | None:
        """The time for comments on a draft, where it was read, and what does not agree; None of what is no draft."""
        assert trial.text is not None and trial.attestation is not None
        if not of.draft:
            return None
        released = self._pack().instruments.get(of.id)
        by_hand = trial.attestation.comment_deadline
        held = None if released is None else released.comment_deadline
        read = sorted({one.until for one in trial.text.comments if one.until is not None})
        days = ("、".join(map(str, read)), ", ".join(map(str, read)))
        told = []
        if len(read) > 1:
            zh, en = (
                f"文中有不同的意见截止日（{days[0]}），均未采用。",
                f"The document names different last days for comments ({days[1]}): none was taken.",
            )
            told.append(Said("comments_until_several", zh, en))
        elif not read:
            zh, en = (
                "未从文中读到确定的意见截止日。",
                "No last day for comments was read in the document with certainty.",
            )
            told.append(Said("comments_until_not_read", zh, en))
        if of.comment_deadline is None:
            zh, en = (
                "如另有所知，请在声明时以 `comment_deadline` 给出。",
                "If you know it, give it with `comment_deadline` when you attest the document.",
            )
            told.append(Said("comments_until_by_hand", zh, en))
        elif by_hand is not None and read not in ([], [by_hand]):
            zh, en = (
                f"采用声明人给出的 {by_hand}；文中为 {days[0]}。",
                f"The {by_hand} given by the person who attested it stands; the document says {days[1]}.",
            )
            told.append(Said("comments_until_differs", zh, en))
        if held is not None and of.comment_deadline != held:
            zh, en = f"数据包所载为 {held}。", f"The data pack has {held}."
            told.append(Said("comments_until_held", zh, en))
        elif held is not None and by_hand is None and len(read) != 1:
            zh, en = f"仍以数据包所载 {held} 为准。", f"The {held} of the data pack stands."
            told.append(Said("comments_until_held", zh, en))
        return {
            "deadline": None if of.comment_deadline is None else of.comment_deadline.isoformat(),
            "by_hand": None if by_hand is None else by_hand.isoformat(),
            "read": [
                {
                    "until": None if one.until is None else one.until.isoformat(),
                    "page": one.at.page,
                    "words": one.words,
                    "because": {"zh": one.zh, "en": one.en} if one.until is None else None,
                }
                for one in trial.text.comments
            ],
            "told": [said.as_json() for said in told],
        }

    def preview(self, document: str, instrument: str | None = None, effective: datetime.date | None = None) -> Json:
        """What applying a kept document would change; of one that is applied, what applying it changed.

        `instrument` and `effective` say what it is where nobody attested it yet and the document does not say so itself.
        """
        from mulu.sources.pictures import pages_pictured
        from mulu.store.records import Store

        one = self.find(document)
        trial = self._tried(document, instrument, effective)
        with Store.open(self.place, create=False) as store:
            kept = store.document(one.document)
        return {
            **self._described(one),
            **self._preview(trial, tuple(h for h in self.held if h.document != one.document)),
            "pictured": pages_pictured(kept.media, kept.pages),
        }

    def as_if(
        self, document: str, instrument: str | None = None, effective: datetime.date | None = None
    ) -> tuple[Catalogue, str]:
        """The Catalogue as it would be if a kept document counted, and the edition that it makes; nothing is changed.

        `instrument` and `effective` as in `preview`. Raises CannotApply, ClauseCannotApply.
        """
        trial = self._tried(document, instrument, effective)
        self._preview(trial, tuple(h for h in self.held if h.document != trial.document))
        assert trial.attestation is not None
        others = (
            h
            for h in self.held
            if h.document != trial.document
            and (h.attestation is None or h.attestation.instrument != trial.attestation.instrument)
        )
        made = Catalogue(self._pack(), (*others, trial))
        edition = made.instruments[trial.attestation.instrument].edition
        assert edition is not None
        return made, edition

    def _tried(self, document: str, instrument: str | None, effective: datetime.date | None) -> HeldText:
        one = self.find(document)
        text = self._text(one)
        attested = None if one.attestation is None else one.attestation.instrument
        header = one.header or self._header(text, one.name, attested or instrument, effective, None)
        trial = self._trial(text, one.document, one.name, header, one.kept, one.attestation)
        return trial if one.matches is None else replace(trial, matches=one.matches)

    def passages(self, document: str) -> Json:
        """What a kept document says, passage by passage with its place, where its pages cannot be pictured whole.

        `undrawn` names, by page of a PDF, the fonts that it does not carry: what is set in them is not in the picture.
        """
        from mulu.sources import fenced
        from mulu.sources.document import Line
        from mulu.store.records import Store

        one = self.find(document)
        held = self._bytes(one)
        with Store.open(self.place, create=False) as store:
            media = store.document(one.document).media
        fonts = fenced.fonts_not_drawn(held) if media == "pdf" else ()
        undrawn = {page: list(names) for page, names in enumerate(fonts, 1) if names}
        if media == "image" or (media == "pdf" and not undrawn):
            return {"media": media, "undrawn": {}, "passages": []}
        return {
            "media": media,
            "undrawn": undrawn,
            "passages": [
                {
                    "page": block.place.page,
                    "number": block.place.number,
                    "text": block.text if isinstance(block, Line) else " | ".join(cell.text for cell in block.cells),
                }
                for block in fenced.read(held).blocks
                if media != "pdf" or block.place.page in undrawn
            ],
        }

    def page_picture(self, document: str, number: int) -> bytes:
        """A page of a kept document as a picture (PNG or JPEG). Raises NoPicture."""
        from mulu.sources import fenced

        return fenced.page_picture(self._bytes(self.find(document)), number)

    def line_pictures(self, document: str, part: int, together: int) -> dict[int, bytes | None]:
        """The printed lines of a part that a machine read (by its place in `confirm`), as PNG; None where no line is known.

        Parts are drawn `together` at a time, and all that were drawn are given: paper is drawn once for all lines on it.
        Raises OcrMissing.
        """
        from mulu.sources import fenced

        one = self.find(document)
        parts = self._machine_read(one) if one.counts else []
        if not 0 <= part < len(parts):
            raise Misused(
                Said(
                    "unknown_part",
                    f"{one.name} 没有第 {part} 段机器识读的文字。",
                    f"{one.name} has no part {part} that a machine read.",
                )
            )
        first = part - part % together
        places = [[(s["page"], tuple(s["box"])) for s in each["seen"]] for each in parts[first : first + together]]
        return dict(enumerate(fenced.pictures_of(self._bytes(one), places), first))

    # ---- the acts that follow --------------------------------------------------------------------------------------

    def attest(
        self,
        document: str,
        at: datetime.datetime,
        by: str,
        obtained_from: str,
        obtained_on: datetime.date,
        instrument: str | None = None,
        effective: datetime.date | None = None,
        comment_deadline: datetime.date | None = None,
    ) -> Json:
        """Record that a named person says what a document is, where and when it was obtained.

        `comment_deadline`: of a draft, the last day for comments, whatever was read of it.
        """
        if not by.strip() or not obtained_from.strip():
            raise Misused(
                Said(
                    "attest_needs",
                    "声明须写明姓名和取得来源。",
                    "An attestation needs a name and where the document was obtained.",
                )
            )
        if obtained_on > at.date() + datetime.timedelta(days=1):
            raise Misused(
                Said(
                    "obtained_later",
                    f"取得日期 {obtained_on} 尚未到来。",
                    f"It cannot have been obtained on {obtained_on}, which is still to come.",
                )
            )
        one = self.find(document)
        text = self._text(one)
        header = self._header(text, one.name, instrument, effective, None)
        if comment_deadline is not None:
            _check_deadline(comment_deadline, header)
        attestation = Attestation(
            instrument=header.id,
            at=at,
            by=by.strip(),
            obtained_from=obtained_from.strip(),
            obtained_on=obtained_on,
            comment_deadline=comment_deadline,
        )
        known = header.id in self._pack().instruments
        self._write("attested", at, one, by, {"attestation": attestation, "header": None if known else header})
        return self._state(one.document)

    def apply(
        self,
        document: str,
        at: datetime.datetime,
        match: Mapping[str, str] | None = None,
        *,
        counts_differ: bool = False,
    ) -> Json:
        """Let an attested document count. Raises CannotApply where it is not attested or contradicts what is announced."""
        one = self.find(document)
        if one.attestation is None:
            raise CannotApply(
                "not_attested",
                f"{one.name} （{one.document[:12]}）尚未声明来源。请先声明（`mulu attest`）：`by`、`obtained_from`、`obtained_on`。",
                f"{one.name} ({one.document[:12]}) is only claimed. First attest it (`mulu attest`) with `by`, `obtained_from` and `obtained_on`.",
            )
        if one.text is not None:
            return {**self._state(one.document), "changed": False}
        rival = next(
            (
                h
                for h in self.held
                if h.counts and h.attestation and h.attestation.instrument == one.attestation.instrument
            ),
            None,
        )
        if rival is not None:
            raise CannotApply(
                "another_applied",
                f"{one.attestation.instrument} 已采用另一文件 {rival.name}（{rival.document[:12]}）。请先撤销对它的采用（`mulu undo`）。",
                f"Another document is applied for {one.attestation.instrument}: {rival.name} ({rival.document[:12]}). First undo that (`mulu undo`).",
            )
        text = self._text(one)
        header = one.header or Catalogue(self._pack(), self.held).instruments[one.attestation.instrument]
        for choice in (match or {}).values():
            if choice != "new" and choice not in self._pack().items:
                raise Misused(
                    Said("match_unknown", f"`match`：没有条目 {choice}。", f"`match`: there is no item {choice}.")
                )
        trial = self._trial(text, one.document, one.name, header, at, one.attestation)
        if match:
            chosen = {n: m.item for n, m in self._matches(text, header, match).items()}
            trial = HeldText(one.document, one.name, at, one.attestation, one.header, text, chosen)
        preview = self._preview(trial)
        if preview["counts_differ"] and not counts_differ:
            differing = [x for x in preview["lists"] if x["announced"] not in (None, x["official"])]
            said = "；".join(
                f"{Control(x['control']).name_in.zh} {x['official']} 项（公告 {x['announced']} 项）" for x in differing
            )
            said_en = "; ".join(f"{x['control']} {x['official']} (announced {x['announced']})" for x in differing)
            raise CannotApply(
                "counts_differ",
                f"条目数与公告不符：{said}。如确认文件无误，请给出 `counts_differ`。",
                f"The numbers of entries differ from those announced: {said_en}. If the document is right all the same, give `counts_differ`.",
            )
        self._write(
            "applied",
            at,
            one,
            one.attestation.by,
            {
                "text": text,
                "matches": {str(k): v for k, v in (trial.matches or {}).items()},
                "report": preview["report"],
            },
        )
        return {**self._state(one.document), "changed": True, **preview}

    def undo(self, document: str, at: datetime.datetime, by: str, because: str) -> Json:
        """Take back what applying a document changed; the document and every record stay."""
        one = self.find(document)
        if one.text is None:
            raise CannotApply("not_applied", f"{one.name} 并未采用。", f"{one.name} is not applied.")
        self._write("undone", at, one, by, {"because": because})
        return self._state(one.document)

    def withdraw(self, document: str, at: datetime.datetime, by: str, because: str) -> Json:
        """Withdraw an attestation: the document is claimed again and counts for nothing."""
        one = self.find(document)
        if one.attestation is None:
            raise CannotApply(
                "nothing_to_withdraw", f"{one.name} 没有声明可撤回。", f"{one.name} has no attestation to withdraw."
            )
        self._write("withdrawn", at, one, by, {"because": because})
        return self._state(one.document)

    def confirm(
        self,
        document: str,
        at: datetime.datetime,
        by: str | None = None,
        tokens: Mapping[str, str] | None = None,
        pictures: Path | None = None,
    ) -> Json:
        """What a machine read and no person has confirmed; with `tokens`, record what a person sees in the picture.

        `tokens` gives the value seen, in full, by id: a value equal to the one read confirms it, another puts it right.
        `pictures`: a folder for one picture of the printed lines of each point.
        """
        one = self.find(document)
        if not one.counts:
            raise CannotApply(
                "not_counting",
                f"{one.name} 尚未采用，或其声明已撤回。请先声明（`mulu attest`）并采用（`mulu apply`）。",
                f"{one.name} is not applied, or its attestation was withdrawn. First attest it (`mulu attest`) and apply it (`mulu apply`).",
            )
        known = {token["token"]: token for part in self._machine_read(one) for token in part["tokens"]}
        if tokens and not (by or "").strip():
            raise Misused(Said("confirm_needs", "确认须以 `by` 写明姓名。", "To confirm, give your name with `by`."))
        for name, value in (tokens or {}).items():
            if name not in known:
                raise Misused(
                    Said(
                        "token_unknown",
                        f"{one.name} 没有待确认的 {name}。全部标识见待确认的列表（`mulu confirm`）。",
                        f"{one.name} has no {name} to confirm. The list of what is to confirm has every id (`mulu confirm`).",
                    )
                )
            if name.endswith("@code") and Code.parse(value) is None:
                raise Misused(
                    Said(
                        "code_malformed",
                        f"{name}：{value!r} 不是编号，应为六位数字加 J 或 X。",
                        f"{name}: {value!r} is no code; write six digits and J or X.",
                    )
                )
        if tokens:
            from mulu.store.records import Store

            with Store.open(self.place, create=False) as store, store.transaction():
                for name, value in tokens.items():
                    body = {"token": name, "value": value.strip(), "read": known[name]["read"]}
                    store.write("confirmed", at, one.document, by, _json(body))
            self.__dict__.pop("held", None)
            one = self.find(one.document)
        parts = self._machine_read(one)
        if pictures is not None:
            self._draw(one, parts, pictures)
        every = [token for part in parts for token in part["tokens"]]
        return {
            **self._described(one),
            "parts": parts,
            "confirmed": sum(token["confirmed"] == token["read"] for token in every),
            "corrected": sum(token["confirmed"] not in (None, token["read"]) for token in every),
            "left": sum(token["confirmed"] is None for token in every),
        }

    def _machine_read(self, one: HeldText) -> list[Json]:
        """Every code and point that a machine read in a document, with what stands to be confirmed in it."""
        assert one.attestation is not None
        catalogue = Catalogue(self._pack(), self.held)
        edition = catalogue.instruments[one.attestation.instrument].edition
        assert edition is not None
        confirmed = one.confirmed or {}
        parts: list[Json] = []

        def part(item: str, point: str | None, text: str, tokens: Iterable[MachineToken], seen: Iterable[Seen]) -> None:
            parts.append(
                {
                    "item": item,
                    "point": point,
                    "read": text,
                    "seen": [{"page": s.page, "box": list(s.box)} for s in seen],
                    "tokens": [
                        {"token": t.id, "read": t.read, "at": t.start, "confirmed": confirmed.get(t.id)} for t in tokens
                    ],
                    "picture": None,
                }
            )

        for item, listing in catalogue.editions[edition].listings.items():
            place = listing.official
            if place is not None and place.document == one.document and place.code_read is not None:
                token = MachineToken(id=f"{item}@code", read=place.code_read, start=0)
                part(item, None, f"{place.code_read} {listing.name.zh}", [token], place.seen)
            for point in listing.points:
                if isinstance(point, OfficialPoint) and point.wording.document == one.document and point.wording.read:
                    tokens = machine_tokens(point.wording.read, f"{item}#{point.number}")
                    part(item, point.number, point.wording.read, tokens, point.wording.seen)
        return parts

    def _draw(self, one: HeldText, parts: list[Json], folder: Path) -> None:
        from mulu.sources import fenced

        places = [[(s["page"], tuple(s["box"])) for s in part["seen"]] for part in parts]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for part, picture in zip(parts, fenced.pictures_of(self._bytes(one), places), strict=True):
                if picture is None:
                    continue
                path = folder / f"{part['item']}{'' if part['point'] is None else '.' + part['point']}.png"
                path.write_bytes(picture)
                part["picture"] = str(path)
        except OSError as error:
            raise MuluError(
                Said(
                    "cannot_write",
                    f"无法写入 {folder}（{error.strerror}）。",
                    f"{folder} cannot be written ({error.strerror}).",
                )
            ) from error

    def documents(self) -> Json:
        """Every document kept, its status, and every record of what was done."""
        deeds = []
        store = self._found()
        if store is not None:
            with store:
                deeds = [
                    {"at": e.at.isoformat(), "act": e.act, "document": e.document, "by": e.by}
                    for e in store.journal(self._until)
                ]
        return {"store": self.place, "documents": self.papers(), "records": deeds}

    def papers(self) -> list[Json]:
        """Every document kept, and its status."""
        return [self._described(one) for one in self.held]

    # ---- help --------------------------------------------------------------------------------------------------------

    def _text(self, one: HeldText) -> OfficialText:
        """The law in a kept document, read again from its bytes."""
        if one.text is not None:
            return one.text
        from mulu.catalogue.official import read_official
        from mulu.sources import fenced
        from mulu.sources.documents import Held
        from mulu.store.records import Store

        with Store.open(self.place, create=False) as store:
            data = store.bytes_of(one.document)
            reading = next(iter(self._readings(store, one.document)), {})
        if reading.get("text") is not None:
            return msgspec.convert(reading["text"], OfficialText)
        return read_official(fenced.read(Held(one.name, one.name, data), ocr=bool(reading.get("ocr"))))

    def _bytes(self, one: HeldText) -> Held:
        from mulu.sources.documents import Held
        from mulu.store.records import Store

        with Store.open(self.place, create=False) as store:
            return Held(one.name, one.name, store.bytes_of(one.document))

    def _readings(self, store: Store, document: str) -> list[Json]:
        """How a document was read when it was handed in, latest first."""
        kept = [json.loads(e.body) for e in store.journal() if e.act == "kept" and e.document == document]
        return kept[::-1]

    def _write(self, act: str, at: datetime.datetime, one: HeldText, by: str | None, body: Json) -> None:
        from mulu.store.records import Store

        with Store.open(self.place, create=False) as store, store.transaction():
            store.write(act, at, one.document, by, _json(body))
        self.__dict__.pop("held", None)

    def _state(self, document: str) -> Json:
        return self._described(self.find(document))

    def _described(self, one: HeldText) -> Json:
        attested = one.attestation
        return {
            "document": one.document,
            "name": one.name,
            "kept": one.kept.isoformat(),
            "status": one.status,
            "instrument": None if attested is None else attested.instrument,
            "claims": None if one.claims is None else dict(one.claims),
            "attested_by": None if attested is None else attested.by,
            "attested_at": None if attested is None else attested.at.isoformat(),
            "obtained_from": None if attested is None else attested.obtained_from,
            "obtained_on": None
            if attested is None or attested.obtained_on is None
            else attested.obtained_on.isoformat(),
            "applied": None if one.applied is None else one.applied.isoformat(),
        }


def _check_deadline(day: datetime.date, header: Instrument) -> None:
    if not header.draft:
        zh, en = (
            f"{header.id} 不是征求意见稿，没有意见截止日：请不要给出 `comment_deadline`。",
            f"{header.id} is no draft for comment and has no last day for comments: give no `comment_deadline`.",
        )
        raise Misused(Said("no_draft_no_comments", zh, en))
    published = published_day(header)
    if published is not None and day < published:
        zh, en = (
            f"`comment_deadline` {day} 早于 {header.id} 的公布日 {published}。",
            f"`comment_deadline` {day} lies before {header.id} was published, {published}.",
        )
        raise Misused(Said("comments_end_before_publication", zh, en))


def _entry_at(text: OfficialText, place: int) -> Entry:
    """The entry at a place of the list, or in the operation at a place of an announcement."""
    entry = text.entries[place] if text.kind == "list" else text.operations[place].entry
    assert entry is not None
    return entry


def _announced(text: OfficialText) -> Announced | None:
    counts = text.counts
    if text.kind != "list" or not counts:
        return None
    return Announced(
        whole=Counts(
            prohibited=counts.get("prohibited"), restricted=counts.get("restricted"), total=counts.get("total")
        )
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
