"""A described technology as text: folded for comparison, with every place kept in the text as given."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache, cached_property
from itertools import pairwise

from mulu.errors import Misused
from mulu.screening.denial import Denial, Stretch, denials, kept_of
from mulu.vocabulary import Language, Said

MAX_CHARACTERS = 1_000_000  # a run of blanks counts as one

_BLANKS = re.compile(r"\s+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN = re.compile(r"[A-Za-z]+")
_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]+"
)
# Words without which hardly any English passage of a dozen words gets by.
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "a",
        "an",
        "to",
        "in",
        "is",
        "for",
        "with",
        "by",
        "on",
        "that",
        "this",
        "as",
        "are",
        "from",
        "at",
        "or",
        "be",
        "which",
        "it",
        "its",
        "using",
        "based",
        "into",
        "has",
        "have",
        "was",
        "were",
        "can",
        "not",
        "between",
        "we",
        "our",
        "their",
        "under",
        "over",
        "after",
        "via",
        "per",
    ]
)
# The same for the languages that are most often sent here by mistake; a word that English has too is no sign of them.
_FOREIGN = frozenset(
    """
    der die das und ist ein eine einer eines dem den des mit von zu im auf für wird werden sich nicht auch bei nach
    oder le la les du de et est une un dans pour avec par sur au aux qui que ce cette sont ou plus pas el los las y
    es una con por para del al se como más o su sus il lo gli di che è per della delle nel sono viene degli dei os e
    é uma com não em dos da do na no pela pelo ao het een van en met voor wordt niet op zijn bij i w z się jest oraz
    och att som för med av är till
    """.split()  # noqa: SIM905  # a list of sixty lines would say no more
)
# Invisible although Unicode does not call them format characters (Cf): joiners, fillers, selectors of a variant.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
# What cannot be folded one character at a time: marks that are dropped or joined, and whatever may become several.
_SPECIAL = re.compile(
    r"[^\u4e00-\u9fff\u3001-\u300f！（），．：；？0-9A-Za-z ,.;:%/()\[\]=+<>~°±×·≤≥μΩ'\"“”‘’&*#@^_|{}$\\?!]|"
    r"(?<![!-~]) | (?![!-~])"
)
# Letters that look like Latin ones. Small Greek letters but ο are left out: in technical texts they are symbols (TNFα, hν).
_LOOK_ALIKE = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХЬаеѕіјкорсухԁһԛԝҮүΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
        "ABESIJKMHOPCTYXbaesijkopcyxdhqwYyABEZHIKMNOPTYXo",
        strict=True,
    )
)
_LETTERS = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f]+")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")
# Letters set apart by blanks, and where to look for them at all: the quick test comes first.
_PERHAPS_SPACED = re.compile(" [A-Za-z] [A-Za-z] ")
_SPACED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z](?: (?:[A-Za-z]|[-,.;:()/'])(?![A-Za-z0-9]))+")
_LEAST_SPACED = 5  # letters: fewer may be a list or a formula
_FAR = 60  # characters within which two texts that differ by terms run alike again
# Words that mean another thing across the strait and mostly the mainland one in technical texts.
_NOT_TAIWANESE = frozenset(("程序", "核心"))
_ALIKE = 4  # characters that must agree before two texts are taken to run alike again
_SENTENCE_END = re.compile(r"[。！？；;!?\n]+|(?<=[a-z0-9)\]%])\.(?=\s)")
_PASSAGE_LENGTH = {Language.ZH: 160, Language.EN: 420}
_SECTION_LENGTH = {Language.ZH: 360, Language.EN: 950}


class EmptyText(Misused):
    """There is nothing to screen."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "empty_text",
                "文本为空或只有空白字符，没有可筛查的内容。请给出技术的描述（几句话即可）。",
                "The text is empty or holds only blanks: there is nothing to screen. Describe the technology in a few sentences.",
            )
        )


class TextTooLong(Misused):
    """A description beyond the stated limit is refused whole, never cut."""

    def __init__(self, length: int) -> None:
        super().__init__(
            Said(
                "text_too_long",
                f"文本有 {length:,} 个字符（连续空白计为一个），单个描述的上限是 {MAX_CHARACTERS:,} 个。请拆分为多份文档分别筛查。",
                f"The text has {length:,} characters (blanks in a row count as one); one description may have {MAX_CHARACTERS:,}. "
                f"Split it into several documents and screen each.",
            )
        )


class BrokenText(Misused):
    """The text holds bytes that are no characters."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "broken_text",
                "文本含有无法解读的字节。请以 UTF-8 编码给出文本，或以文件给出（`mulu screen` 的 `file`）。",
                "The text holds bytes that are no characters. Give it as UTF-8, or hand in its file (`file` of `mulu screen`).",
            )
        )


class NeitherLanguage(Misused):
    """The text is in neither Chinese nor English."""

    def __init__(self, what: Said) -> None:
        super().__init__(
            Said(
                "neither_language",
                f"文本既不像中文也不像英文（{what.zh}），其中也没有可单独比较的中文或英文句子，无法比较。请提供中文或英文译文，或只给出中文或英文部分。",
                f"The text looks neither Chinese nor English ({what.en}) and holds no Chinese or English sentence to be read by itself, so it cannot be compared. "
                f"Give a Chinese or English translation, or only its Chinese or English part.",
            )
        )


def language_of(text: str) -> Language:
    """The language in which a text is compared. Raises EmptyText, TextTooLong or NeitherLanguage."""
    if _SURROGATE.search(text):
        raise BrokenText()
    closed = _BLANKS.sub(" ", text).strip()
    if len(closed) > MAX_CHARACTERS:
        raise TextTooLong(len(closed))
    if not closed:
        raise EmptyText()
    sample = closed[:20_000]
    try:
        return _language(unicodedata.normalize("NFKC", sample))
    except NeitherLanguage:
        return _language(_plain(sample)[0])  # letters set apart or of another alphabet may only look foreign


def _language(sample: str) -> Language:
    han, latin, other = (len(sample) - len(p.sub("", sample)) for p in (_HAN, _LATIN, _OTHER_SCRIPT))
    if han + latin == 0 or other > 0.4 * (han + latin + other):
        raise NeitherLanguage(Said("other_script", "以其他文字为主", "mostly another script, or no letters at all"))
    # A Han character says about as much as three Latin letters.
    if han * 3 >= latin:
        return Language.ZH
    words = re.findall(r"[^\W\d_]+", sample.lower())
    english, foreign = (sum(word in of for word in words) for of in (_ENGLISH, _FOREIGN))
    # A title or a list of terms has hardly a function word of any language; another language shows its own.
    if len(words) >= 15 and english < 0.06 * len(words) and foreign > max(english, 1):
        raise NeitherLanguage(
            Said("not_english", "拉丁字母，但几乎没有英语虚词", "Latin letters, but hardly an English function word")
        )
    return Language.EN


# Sentences of a text as given; a full stop ends one only before a blank.
_GIVEN_SENTENCE = re.compile(r".*?(?:[。！？；;!?\n]+|\.(?=\s)|\Z)", re.DOTALL)


def _readable(sentence: str) -> bool | None:
    """Whether a sentence is Chinese or English; None where it is too short to tell."""
    sentence = _plain(sentence)[0]
    han, latin, other = (len(sentence) - len(p.sub("", sentence)) for p in (_HAN, _LATIN, _OTHER_SCRIPT))
    if other > 0.1 * (han + latin + other):  # Japanese has some kana among its Han characters, English a Greek letter
        return False
    if han * 3 >= latin:
        return True if han >= 8 else None
    words = re.findall(r"[^\W\d_]+", sentence.lower())
    english, foreign = (sum(word in of for word in words) for of in (_ENGLISH, _FOREIGN))
    if english == foreign:
        return None
    return False if foreign > english else True if english > 1 else None


def _read_in_part(given: str) -> tuple[str, Language, tuple[tuple[int, int], ...]]:
    """A text with its sentences in other languages blanked out place by place, its language, and where they stand.

    Only of a text that would be refused whole. What is too short to tell goes with the sentence before it. Raises as
    `language_of` does, of the whole text where no sentence of it is Chinese or English.
    """
    try:
        return given, language_of(given), ()
    except NeitherLanguage as refused:
        sentences = [match.span() for match in _GIVEN_SENTENCE.finditer(given) if match.group()]
        told = [_readable(given[start:end]) for start, end in sentences]
        if True not in told:
            raise
        whole = refused
    reads = next(one for one in told if one is not None)
    pieces: list[str] = []
    unread: list[tuple[int, int]] = []
    for (start, end), one in zip(sentences, told, strict=True):
        reads = reads if one is None else one
        pieces.append(given[start:end] if reads else " " * (end - start))
        if reads or not given[start:end].strip():
            continue
        if unread and not given[unread[-1][1] : start].strip():
            start = unread.pop()[0]
        unread.append((start, end))
    part = "".join(pieces)
    try:
        return part, language_of(part), tuple(unread)
    except NeitherLanguage:
        raise whole from None


@dataclass(frozen=True, slots=True)
class Folded:
    """A text made comparable: compatibility forms, case, script and line breaks folded away.

    `text` keeps capitals, `lower` does not; both have one entry in `places` for each character: where the
    characters that it stands for begin and end in the text as given.
    """

    given: str
    text: str
    lower: str
    places: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the folded text stands in the text as given."""
        return self.places[start][0], self.places[end - 1][1]


def fold(given: str) -> Folded:
    """Fold a text for comparison; offsets into it can always be led back to the text as given.

    What hides a word from a reader that goes by code points, and not from one that sees, is undone: invisible characters,
    strokes and accents set over letters, look-alikes of other alphabets, letters set apart by blanks.
    """
    text, kept = _simplified(*_plain(given))
    return Folded(given, text, text.lower() if len(text.lower()) == len(text) else _lower(text), tuple(kept))


def _plain(given: str) -> tuple[str, list[tuple[int, int]]]:
    """All of folding but for traditional characters and case, with the place of each character."""
    characters: list[str] = []
    places: list[tuple[int, int]] = []
    length = len(given)
    position = 0
    disguised = False
    while position < length:
        special = _SPECIAL.search(given, position)
        plain = special.start() if special else length
        if plain > position:  # nothing here depends on its neighbours, and each character stays one
            characters += given[position:plain].translate(_COMPATIBLE)
            places += pairwise(range(position, plain + 1))
            position = plain
            continue
        character = given[position]
        if form := _FORMS[character]:
            characters += form
            places += [(position, position + 1)] * len(form)
            position += 1
            continue
        if character in _HYPHENS:
            after = position + 1
            while after < length and given[after] in " \r\n\t":
                after += 1
            broken = "\n" in given[position + 1 : after]
            between_letters = bool(characters) and characters[-1].isascii() and characters[-1].isalpha()
            between_letters = between_letters and after < length and given[after].isascii() and given[after].isalpha()
            if between_letters and broken:  # a word hyphenated at the end of a line
                position = after
                continue
            characters.append(" " if between_letters and after == position + 1 else "-")
            places.append((position, position + 1))
            position += 1
            continue
        if blanks := _BLANKS.match(given, position):
            after = blanks.end()
            inside_han = bool(characters) and after < length and _wide(characters[-1]) and _wide(given[after])
            if characters and not inside_han:
                characters.append(" ")
                places.append((position, after))
            position = after
            continue
        if not _invisible(character) and not (characters and _sits_on(characters[-1], character)):
            disguised = True
            for one in _compatible(character):
                characters.append(one)
                places.append((position, position + 1))
        position += 1
    text = "".join(characters)
    if disguised:
        text = _latin(text)
    return _unspaced(text, places) if _PERHAPS_SPACED.search(text) else (text, places)


class _Forms(dict[str, str]):
    """What a character is folded to wherever it stands, worked out when first met; nothing where that depends."""

    def __missing__(self, character: str) -> str:
        made = _compatible(character)
        depends = (
            character in _HYPHENS
            or _BLANKS.match(character)
            or _invisible(character)
            or unicodedata.category(character) in ("Mn", "Me")
            or any(one in _LOOK_ALIKE for one in made)
        )
        self[character] = form = "" if depends else "".join("-" if one in _HYPHENS else one for one in made)
        return form


_FORMS = _Forms()


def _invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or _INVISIBLE.match(character) is not None


def _sits_on(base: str, mark: str) -> bool:
    """Whether a character is a mark that says nothing over the one before it.

    Any mark over Latin and Han, and over a sign that it does not turn into another (≠, ≮); in other scripts marks make letters.
    """
    if unicodedata.category(mark) not in ("Mn", "Me"):
        return False
    if not base.isalpha():
        return len(unicodedata.normalize("NFC", base + mark)) > 1
    return _LATIN_LETTER.match(base) is not None or _HAN.match(base) is not None


def _latin(text: str) -> str:
    """A text with Cyrillic and Greek look-alikes as the Latin letters that they are taken for; of the same length.

    Those in a word that has Latin letters, and words of nothing else that stand among Latin words: a Russian sentence
    stays Russian.
    """
    words = list(_LETTERS.finditer(text))
    latin: list[bool | None] = []  # None: nothing but look-alikes
    for word in words:
        given = word.group()
        if _LATIN_LETTER.search(given):
            latin.append(True)
        else:
            latin.append(None if all(c in _LOOK_ALIKE for c in given) else False)
    before, after = _last_known(latin), _last_known(latin[::-1])[::-1]
    pieces: list[str] = []
    end = 0
    for number, word in enumerate(words):
        sides = {before[number], after[number]} - {None}
        if latin[number] is not False and sides == {True}:
            pieces += [text[end : word.start()], "".join(_LOOK_ALIKE.get(c, c) for c in word.group())]
            end = word.end()
    return "".join([*pieces, text[end:]])


def _last_known(latin: Sequence[bool | None]) -> list[bool | None]:
    """For each word what is known of it, or of the nearest one before it of which anything is."""
    known: list[bool | None] = []
    for one in latin:
        known.append(known[-1] if one is None and known else one)
    return known


def _unspaced(text: str, places: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """A text with letters that single blanks set apart joined again; a wider blank among them parts words."""
    joined: list[str] = []
    kept: list[tuple[int, int]] = []
    end = 0
    for run in _SPACED.finditer(text):
        if sum(c.isalpha() for c in run.group()) < _LEAST_SPACED:
            continue
        gaps = [n for n in range(*run.span()) if text[n] == " " and places[n][1] - places[n][0] == 1]
        for gap in gaps:
            joined.append(text[end:gap])
            kept += places[end:gap]
            end = gap + 1
    return "".join([*joined, text[end:]]), kept + places[end:]


def _lower(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _wide(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"


@cache
def _compatible(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


class _Compatible(dict[int, str]):
    """Compatibility forms of single characters, worked out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = made = _compatible(chr(code))
        return made


_COMPATIBLE = _Compatible()


@cache
def _converter(name: str) -> object:
    import opencc

    return opencc.OpenCC(name)


def _convert(name: str, text: str) -> str:
    converted = _converter(name).convert(text)  # type: ignore[attr-defined]  # opencc ships no types
    return str(converted)


def _simplified(text: str, places: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Traditional characters as simplified ones, Taiwanese terms as mainland ones (雷射 → 激光)."""
    if not _HAN.search(text) or _convert("t2s", text) == text:
        return text, places
    plain = _convert("t2s", text)
    changed: list[str] = []
    kept: list[tuple[int, int]] = []
    taiwanese = _convert("tw2sp", text)
    for start, end, new_start, new_end in _aligned(plain, taiwanese):
        old, new = plain[start:end], taiwanese[new_start:new_end]
        if old in _NOT_TAIWANESE:
            new = old
        changed.append(new)
        if len(old) == len(new):
            kept += places[start:end]
        else:  # a term of another length: each new character stands for the whole stretch
            kept += [(places[start][0], places[max(start, end - 1)][1])] * len(new)
    return "".join(changed), kept


def _aligned(old: str, new: str) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of `old` and `new` that stand for each other, in order.

    The two differ by single terms only, so the next place where they agree again is near, and only the stretch up to
    there is compared in general, which costs the square of its length.
    """
    i = j = 0
    while i < len(old) or j < len(new):
        began = i, j
        while i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
        if (i, j) != began:
            yield began[0], i, began[1], j
            continue
        i, j = _rejoined(old, new, i, j)
        for start, end, new_start, new_end in _terms(old[began[0] : i], new[began[1] : j]):
            yield began[0] + start, began[0] + end, began[1] + new_start, began[1] + new_end


def _terms(old: str, new: str) -> list[tuple[int, int, int, int]]:
    """The changed terms in a stretch, and what lies between them.

    A single character that both share beside something merely dropped or added belongs to the term: 用 in 使用者 → 用户.
    """
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    merged: list[tuple[str, int, int, int, int]] = []
    for number, (tag, start, end, new_start, new_end) in enumerate(opcodes):
        beside = [opcodes[n][0] for n in (number - 1, number + 1) if 0 <= n < len(opcodes)]
        lone = tag == "equal" and end - start == 1 and any(b in ("insert", "delete") for b in beside)
        kind = "equal" if tag == "equal" and not lone else "term"
        if merged and kind == "term" == merged[-1][0]:
            _, first, _, new_first, _ = merged.pop()
            start, new_start = first, new_first
        merged.append((kind, start, end, new_start, new_end))
    return [(start, end, new_start, new_end) for _, start, end, new_start, new_end in merged]


def _rejoined(old: str, new: str, i: int, j: int) -> tuple[int, int]:
    """The nearest places after `i` and `j` from which both run alike again; both ends where there are none."""
    for distance in range(1, 2 * _FAR):
        for skipped in range(distance + 1):
            a, b = i + skipped, j + distance - skipped
            tail_old, tail_new = old[a : a + _ALIKE], new[b : b + _ALIKE]
            if tail_old == tail_new and (
                len(tail_old) == _ALIKE or (a + len(tail_old) == len(old) and b + len(tail_new) == len(new))
            ):
                return a, b
    return len(old), len(new)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the folded text that is compared as one: a sentence, or short sentences together."""

    start: int
    end: int


@dataclass(frozen=True)
class Description:
    """A technology as somebody described it."""

    folded: Folded
    language: Language
    passages: tuple[Passage, ...]
    title_end: int  # end of the title in the folded text; 0 where there is none
    denied: tuple[Stretch, ...] = ()  # what the text says that it does not do, or only compares with
    sections: tuple[tuple[int, int], ...] = ()  # passages that are read together: the first, and the one after the last
    unread: tuple[tuple[int, int], ...] = ()  # stretches of the text as given that are in another language

    @cached_property
    def _starts(self) -> list[int]:
        return [passage.start for passage in self.passages]

    def passage_of(self, start: int) -> int:
        return max(0, bisect_right(self._starts, start) - 1)

    def sentences(self) -> list[tuple[int, int]]:
        """Where each sentence of the folded text begins and ends."""
        ends = [*(match.end() for match in _SENTENCE_END.finditer(self.folded.text)), len(self.folded.text)]
        return list(zip([0, *ends], ends, strict=False))

    def text_of(self, passage: Passage) -> str:
        """What a passage says of what is done; what it denies is left out, unless it does nothing else."""
        return kept_of(self.folded.text, passage.start, passage.end, self.denied) or "。"

    def section_texts(self) -> list[str]:
        """The sections in lower case, without what they deny."""
        lower, passages = self.folded.lower, self.passages
        return [
            kept_of(lower, passages[first].start, passages[last - 1].end, self.denied) for first, last in self.sections
        ]

    def read_in_part(self) -> Said | None:
        """What is to be said where the text is in part in another language, which is not compared."""
        if not self.unread:
            return None
        given = self.folded.given
        share = sum(len(_BLANKS.sub("", given[start:end])) for start, end in self.unread) / len(_BLANKS.sub("", given))
        shown = f"{max(1, round(100 * share))} %"
        return Said(
            "read_in_part",
            f"文本约 {shown} 为其他语言，未作比较；只筛查了中文和英文的句子。请提供其余部分的中文或英文译文再筛查。",
            f"About {shown} of the text is in another language and was not compared; only its Chinese and English "
            f"sentences were screened. Screen a Chinese or English translation of the rest.",
        )

    def denied_at(self, place: int) -> Stretch | None:
        """The stretch of denial in which a place of the folded text lies."""
        number = bisect_right(self.denied, place, key=lambda s: s.start) - 1
        return self.denied[number] if number >= 0 and place < self.denied[number].end else None


def describe(text: str, title: str | None = None) -> Description:
    """Read a text, with its title before it where there is one.

    Offsets in every answer point into `title + "\\n" + text`, or into `text` where there is no title. A text that is
    mostly in another language is read by its Chinese and English sentences alone, and `unread` says what was left out.
    Raises EmptyText, TextTooLong or NeitherLanguage.
    """
    if not text.strip():
        raise EmptyText()
    given = f"{title}\n{text}" if title else text
    part, language, unread = _read_in_part(given)
    folded = replace(fold(part), given=given)
    title_end = 0
    if title:
        title_end = next((i for i, (start, _) in enumerate(folded.places) if start >= len(title)), len(folded.text))
    passages = _passages(folded, language, title_end)
    denied = _safe(folded.lower, denials(folded.lower))
    return Description(folded, language, passages, title_end, denied, _sections(passages, language), unread)


# A denial that is overlooked costs a question; one that is invented loses a listed technology. So two kinds are not taken.
# What is denied is a side matter of a transfer: title, price, warranty, a medium, a first instalment, a place.
_SIDE_MATTER = re.compile(
    r"专利权|商标|注册证|登记证|批准文号|著作权|所有权|知识产权|保密|商业秘密|质保|质量保证|保证事项|预算|付款|价款|退税|第一批|首批|纸质|售后|细节|本国|本公司|目前|现有产线|"
    r"\b(?:ownership|title|patents?|trademarks?|exclusiv\w+|warrant\w+|prices?|invoice|budget|confidential\w*|in detail|first|this shipment|"
    r"public offer|in (?:our|this) (?:plant|country|company)|today|sale of|describe|discuss)\b"
)
# Beside it a transfer is affirmed: "we do not transfer title; we grant a licence", "not used here but licensed abroad".
_AFFIRMED = re.compile(
    r"(?<!出口)许可(?![方证])|转让给|一并转让|须转让|方案转让|我方转让|交付内容|一并交付|移交|免费提供|只提供(?=其|该|上述|相关|技术|图纸|资料|源代码|软件|工艺|设计|配方|方法|服务)|仅向|由我方|我方将|需我方|电子版|境外|国外|外方|随设备|第二批|"
    r"\b(?:licen[cs](?!or|ee)\w*|grants?|(?:is|are|be|we|it|but|and|will) transfer\w*|transferred|hand\w* over|we design|deliverables(?!\s*(?:[.;]|$))|abroad|"
    r"foreign(?! to)|needs? ours|our (?:own|design)|install|retrofit\w*|free of charge|follow in)\b"
)
_SENTENCES = re.compile(r"[。！？!?\n]|\.(?=\s|$)")


_DENIED_VERB = re.compile(
    r" (?:is|are|was|were|will be|shall be|has been|have been)"
    r"(?: (?!not\b|but\b)[a-z]+(?:,(?= (?:[a-z]+(?:,| or\b| and\b)|or\b|and\b))| or(?= )| and(?= [a-z]+(?:[.,;]| (?:in|under|by|to|on)\b)))?){1,6}"
    r"(?=[.,;)]|$| (?:in|on|under|by|to|with)\b)"
)


def _safe(lower: str, stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """The denials that can be taken without losing what is transferred after all."""
    if not stretches:
        return stretches
    ends = [match.end() for match in _SENTENCES.finditer(lower)] + [len(lower)]
    # In "no wire is prepared or licensed" the verb after the thing is denied with it.
    verbs = [_DENIED_VERB.match(lower, one.end) for one in stretches]
    whole = tuple(
        Stretch(s.start, verb.end() if verb else s.end, s.why) for s, verb in zip(stretches, verbs, strict=True)
    )
    kept = []
    affirmed: dict[tuple[int, int], bool] = {}  # by sentences: one may hold thousands of denials
    for stretch in stretches:
        if stretch.why is Denial.COMPARED:
            if not lower.startswith("的", stretch.end):  # "better than the LCO taken as comparative example"
                kept.append(stretch)
            continue
        place = bisect_right(ends, stretch.start)
        begin = ends[place - 1] if place else 0
        after = bisect_right(ends, max(stretch.start, stretch.end - 1))
        end = ends[min(after + 1, len(ends) - 1)]  # its own sentence, and the next
        if (begin, end) not in affirmed:
            affirmed[begin, end] = _AFFIRMED.search(kept_of(lower, begin, end, whole)) is not None
        if not _SIDE_MATTER.search(lower, stretch.start, stretch.end) and not affirmed[begin, end]:
            kept.append(stretch)
    return tuple(kept)


def _sections(passages: tuple[Passage, ...], language: Language) -> tuple[tuple[int, int], ...]:
    """Passages gathered so that a long document is read part by part, and a short one as a whole.

    A description of a few sentences inside pages of boilerplate must not drown in what surrounds it.
    """
    longest = _SECTION_LENGTH[language]
    if passages[-1].end - passages[0].start <= longest * 3 // 2:
        return ((0, len(passages)),)
    sections: list[tuple[int, int]] = []
    first = 0
    for number, passage in enumerate(passages):
        if number > first and passage.end - passages[first].start > longest:
            sections.append((first, number))
            first = number
    sections.append((first, len(passages)))
    return tuple(sections)


def _passages(folded: Folded, language: Language, title_end: int) -> tuple[Passage, ...]:
    longest = _PASSAGE_LENGTH[language]
    # Line breaks are folded away; the places of the given text still show them.
    cuts = [match.end() for match in _SENTENCE_END.finditer(folded.text)]
    if 0 < title_end < len(folded.text):
        cuts.append(title_end)
    cuts = sorted({*cuts, len(folded.text)})
    passages: list[Passage] = []
    start = 0
    previous = 0
    for cut in cuts:
        if previous > start and (cut - start > longest or previous == title_end):
            passages.append(Passage(start, previous))
            start = previous
        while cut - start > 2 * longest:
            passages.append(Passage(start, start + longest))
            start += longest
        previous = cut
    if start < len(folded.text):
        passages.append(Passage(start, len(folded.text)))
    return tuple(passages)
