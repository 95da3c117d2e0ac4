"""Exports: what can be downloaded, in which formats, and the file itself."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from mulu.interfaces.web.page import Page, in_thread
from mulu.reports.exports import FORMATS, offered


def exports(page: Page) -> Response:
    """What can be exported."""
    held = page.desk.coverage()["editions"]
    governs: str | None = None
    pairs = []
    for one in held:
        if governs is not None:
            pairs.append(f"{governs}..{one['edition']}")
        governs = governs if one["draft"] else one["edition"]
    kinds = [
        ("pack", [("pack", page.say("全部数据", "everything held"))]),
        ("edition", [(one["edition"], one["edition"]) for one in reversed(held)]),
        ("diff", [(pair, pair.replace("..", " → ")) for pair in reversed(pairs)]),
    ]
    return page.render(
        "exports.html",
        here="catalogue",
        tab="export",
        kinds=[(kind, subjects, offered(kind)) for kind, subjects in kinds],
        formats=FORMATS,
        data=page.desk.catalogue.version,
        imported=bool(page.desk.catalogue.texts),
        known_to=page.desk.catalogue.known_to.isoformat(),
        beyond=page.on > page.desk.catalogue.known_to,
    )


def download(page: Page) -> Response:
    """One export as a ZIP."""
    from mulu.interfaces import site  # which shows these pages itself

    query = page.request.query_params
    name, data = site.download(
        page.desk,
        on=page.on,
        what=query.get("what", "pack"),
        formats=query.getlist("formats"),
        official_wording=query.get("official_wording") == "true",
    )
    return Response(
        data, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


ROUTES = [
    Route("/exports", in_thread(exports), methods=["GET"]),
    Route("/exports/download", in_thread(download, "what", "official_wording", many=("formats",)), methods=["GET"]),
]
