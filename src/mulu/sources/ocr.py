"""Text read by machine from pictures of pages: never official by itself, with the recogniser's own confidence.

The recogniser is the extra `ocr`; its models come with it, and nothing is fetched.
"""

from __future__ import annotations

import functools
import io
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mulu.sources.documents import Corrupt, Held, OcrMissing, TooLarge
from mulu.sources.layout import Glyph, Rule
from mulu.vocabulary import Said

_DPI = 200  # finer pictures are read no better and take longer
_MAX_SIDE = 4000  # pixels
_MAX_PIXELS = 100_000_000
_AROUND = 4.0  # points shown around a line
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as recognised, in points: lines of text, and the ruling lines of its tables."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    across: tuple[Rule, ...]
    down: tuple[Rule, ...]


def read_page(held: Held, page: Any, width: float, height: float) -> Scan:
    """What the picture of a PDF page says. Raises OcrMissing."""
    return _scan(_engine(held.path), _rendered(page, width, height), width, height)


def read_file(held: Held) -> Scan:
    """What a PNG or JPEG picture says. Raises OcrMissing, Corrupt or TooLarge."""
    engine = _engine(held.path)
    return _scan(engine, *_decoded(held))


Place = tuple[int, tuple[float, float, float, float]]  # a page from 1, and left, top, right, bottom on it in points


def pictures_of(held: Held, places: Sequence[Sequence[Place]]) -> tuple[bytes | None, ...]:
    """For each list of printed lines a PNG of them as the machine saw them, one below the other; None for no line.

    Raises OcrMissing.
    """
    _engine(held.path)
    pages: dict[int, tuple[Any, float]] = {}
    for page in sorted({page for lines in places for page, _ in lines}):
        picture, width = _seen(held, page)
        pages[page] = (picture, width / picture.shape[1])
    return tuple(_strip([(pages[page], box) for page, box in lines]) if lines else None for lines in places)


def _seen(held: Held, number: int) -> tuple[Any, float]:
    """The picture of a page as it was read, and its width in points."""
    if not held.data.startswith(b"%PDF"):
        picture, width, _ = _decoded(held)
        return _straightened(picture), width
    import pypdfium2

    pdf = pypdfium2.PdfDocument(held.data)
    try:
        page = pdf[number - 1]
        width, height = page.get_size()
        return _straightened(_rendered(page, width, height)), width
    finally:
        pdf.close()


def _strip(lines: Sequence[tuple[tuple[Any, float], tuple[float, float, float, float]]]) -> bytes:
    """The lines cut out, those that stand in one column of one page as one piece."""
    import cv2
    import numpy as np

    pieces: list[tuple[Any, float, list[float]]] = []
    for (picture, scale), box in lines:
        if pieces and pieces[-1][0] is picture and box[1] >= pieces[-1][2][1] and box[1] - pieces[-1][2][3] < 30:
            last = pieces[-1][2]
            last[:] = [min(last[0], box[0]), last[1], max(last[2], box[2]), max(last[3], box[3])]
        else:
            pieces.append((picture, scale, list(box)))
    cut = []
    for picture, scale, (x0, y0, x1, y1) in pieces:
        top, bottom = max(0, int((y0 - _AROUND) / scale)), int((y1 + _AROUND) / scale) + 1
        left, right = max(0, int((x0 - _AROUND) / scale)), int((x1 + _AROUND) / scale) + 1
        cut.append(picture[top:bottom, left:right])
    wide = max(piece.shape[1] for piece in cut)
    padded = [
        cv2.copyMakeBorder(p, 0, 6, 0, wide - p.shape[1], cv2.BORDER_CONSTANT, value=(255, 255, 255)) for p in cut
    ]
    return bytes(cv2.imencode(".png", np.vstack(padded))[1])


def _rendered(page: Any, width: float, height: float) -> Any:
    bitmap = page.render(scale=min(_DPI / 72, _MAX_SIDE / max(width, height, 1.0)))
    try:
        return bitmap.to_numpy().copy()
    finally:
        bitmap.close()


def _decoded(held: Held) -> tuple[Any, float, float]:
    """A PNG or JPEG as pixels (blue, green, red), with its width and height in points. Raises Corrupt or TooLarge."""
    import numpy as np
    from PIL import Image, ImageOps

    kind = "png" if held.data.startswith(b"\x89PNG") else "jpeg"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is checked here
            with Image.open(io.BytesIO(held.data)) as opened:
                pixels = opened.width * opened.height
                if pixels > _MAX_PIXELS:
                    raise TooLarge(
                        held.path, Said("pixels", "图片像素数", "pixels in the picture"), pixels, _MAX_PIXELS
                    )
                dpi = float(opened.info.get("dpi", (_DPI,))[0])
                image = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, Image.DecompressionBombError) as error:
        raise Corrupt(held.path, kind, Said("broken_picture", "图片无法解码", "it cannot be decoded")) from error
    if not 50 <= dpi <= 1200:
        dpi = _DPI
    width, height = image.width * 72 / dpi, image.height * 72 / dpi
    image.thumbnail((_MAX_SIDE, _MAX_SIDE))
    return np.asarray(image)[:, :, ::-1].copy(), width, height


def load() -> None:
    """Everything that reading by machine opens, for a process that can open nothing later."""
    try:
        import numpy as np
        from PIL import Image

        Image.init()
        blank = np.full((64, 320, 3), 255, dtype=np.uint8)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Each of its models is opened when it is first used: the finder of lines, then the two that read them.
            _recogniser()(blank, **_WHOLE)
            _recogniser()(blank, **{**_WHOLE, "use_det": False})
    except ImportError:
        # Looking for it again would open files: what is missing stays missing, and `_engine` says so.
        sys.modules["rapidocr"] = None  # type: ignore[assignment]


def _engine(path: str) -> Any:
    try:
        return _recogniser()
    except ImportError as error:
        raise OcrMissing(path) from error


@functools.cache
def _recogniser() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other people's code, on import
        from rapidocr import RapidOCR

        return RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,  # a doubtful line is shown as doubtful, not dropped
                "Global.max_side_len": 2000,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Rec.rec_batch_num": 1,  # lines of unlike length in one batch cost more than they save
            }
        )


def _scan(engine: Any, picture: Any, width: float, height: float) -> Scan:
    picture = _straightened(picture)
    scale = width / picture.shape[1]
    across, down = _rules(picture, scale)
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        glyphs = tuple(_recognised(engine, picture, scale, down))
    return Scan(width, height, glyphs, across, down)


_WHOLE = {
    "use_det": True,
    "use_cls": True,
    "use_rec": True,
}  # said every time: the recogniser keeps what it was last told


def _recognised(engine: Any, picture: Any, scale: float, down: tuple[Rule, ...]) -> Iterator[Glyph]:
    found = engine(picture, **_WHOLE)
    if found.boxes is None or found.txts is None or found.scores is None:
        return
    for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        x0, y0 = (float(v) * scale for v in corners.min(axis=0))
        x1, y1 = (float(v) * scale for v in corners.max(axis=0))
        middle, high = (y0 + y1) / 2, y1 - y0
        cuts = sorted(
            rule.at for rule in down if rule.start <= middle <= rule.end and x0 + 0.6 * high < rule.at < x1 - 0.6 * high
        )
        if not cuts:
            if text.strip():
                yield _glyph(x0, y0, x1, y1, text, score)
            continue
        # one stretch found across the rule between two cells: each cell is read for itself
        for left, right in zip([x0, *cuts], [*cuts, x1], strict=True):
            left, right = left + (1.5 if left != x0 else 0), right - (1.5 if right != x1 else 0)
            part = picture[int(y0 / scale) : int(y1 / scale) + 1, int(left / scale) : int(right / scale) + 1]
            if not part.size:
                continue
            again = engine(part, use_det=False, use_cls=False, use_rec=True)
            for said, sure in zip(again.txts or (), again.scores or (), strict=True):
                if said.strip():
                    yield _glyph(left, y0, right, y1, said, sure)


def _glyph(x0: float, y0: float, x1: float, y1: float, text: str, score: float) -> Glyph:
    # the boxes found stand a little off the characters
    high = y1 - y0
    return Glyph(x0, x1, y1 - 0.22 * high, 0.72 * high, text.strip(), min(1.0, max(0.0, float(score))))


def _straightened(picture: Any) -> Any:
    """The picture turned by the few degrees at which it lay on the glass, if any."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, None, fx=(f := 800 / max(grey.shape)), fy=f, interpolation=cv2.INTER_AREA)
    ink = (small < 160).astype(np.float32)
    high, wide = ink.shape

    def sharpness(angle: float) -> float:
        turn = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
        rows = cv2.warpAffine(ink, turn, (wide, high)).sum(axis=1)
        return float(((rows[1:] - rows[:-1]) ** 2).sum())

    best = max((step / 4 for step in range(-12, 13)), key=lambda angle: (sharpness(angle), -abs(angle)))
    best = max((best + step / 20 for step in range(-4, 5)), key=lambda angle: (sharpness(angle), -abs(angle)))
    if abs(best) < 0.15 or sharpness(best) < 1.05 * sharpness(0.0):
        return picture
    high, wide = grey.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), best, 1.0)
    return cv2.warpAffine(picture, turn, (wide, high), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def _rules(picture: Any, scale: float) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Ruling lines in a picture: long thin stretches of ink, and short ones that continue a long one.

    The rule between two columns is short where a row is low and the row beside it spans them all: in the heading of a table.
    """
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    ink = (grey < 170).astype("uint8")
    across = _runs(ink, scale, _LONG, across=True)
    down = _runs(ink, scale, _LONG, across=False)
    for short in _runs(ink, scale, _SHORT, across=False):
        ends = [any(abs(rule.at - end) < 2 for rule in across) for end in (short.start, short.end)]
        follows = any(abs(rule.at - short.at) < 1.5 for rule in down)
        if all(ends) and follows and not any(_overlap(rule, short) for rule in down):
            down.append(short)
    return tuple(across), tuple(down)


_LONG = 28.0  # points: longer than the strokes of any character of body text
_SHORT = 9.0  # points: the height of a row of one line


def _overlap(rule: Rule, other: Rule) -> bool:
    return abs(rule.at - other.at) < 1.5 and rule.start < other.end and other.start < rule.end


def _runs(ink: Any, scale: float, least: float, *, across: bool) -> list[Rule]:
    """Thin stretches of ink of at least so many points, in one direction."""
    import cv2

    length = max(20, int(least / scale))
    shape = (length, 1) if across else (1, length)
    # a rule of a scan wavers by a pixel: thicken it before looking for long runs
    thick = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_RECT, (1, 3) if across else (3, 1)))
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, shape))
    count, _, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    rules = []
    for x, y, wide, high, _area in stats[1:count]:
        thin, run = (high, wide) if across else (wide, high)
        if thin * scale > 5 or run < 4 * thin:
            continue  # a bar, a picture
        at = (y + high / 2) if across else (x + wide / 2)
        start = x if across else y
        rules.append(Rule(float(at * scale), float(start * scale), float((start + run) * scale)))
    return rules
