"""Where the store is; asked by every command, so nothing here loads a database library for a file."""

from __future__ import annotations

import os
from pathlib import Path

from mulu.store.errors import NotWritable, StoreUnusable


def where(explicit: str | None) -> str:
    """The place named, else MULU_STORE, else the user's own folder; a file comes back as its whole path."""
    if explicit == "":
        raise StoreUnusable(explicit, "it is empty", "内容为空")
    named = explicit or os.environ.get("MULU_STORE")
    if not named:
        import platformdirs

        return str(platformdirs.user_data_path("mulu", appauthor=False) / "mulu.db")
    file = file_of(named)
    return named if file is None else str(file)


def cache_folder() -> Path:
    """Where what can be computed again is kept between commands: MULU_CACHE, else the user's own cache."""
    named = os.environ.get("MULU_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_cache_path("mulu", appauthor=False)


def file_of(place: str) -> Path | None:
    """The SQLite file that a place names, or None where a server holds the store."""
    scheme, separator, rest = place.partition("://")
    if not separator:
        try:
            return Path(os.path.abspath(Path(place).expanduser()))  # noqa: PTH100  resolve() would follow links
        except RuntimeError as error:
            raise StoreUnusable(place, "no home folder is known of such a user", "查无该用户的主目录") from error
    if scheme.startswith("postgresql"):
        return None
    file = rest.removeprefix("/")
    if scheme != "sqlite" or file in ("", ":memory:") or not rest.startswith("/") or "?" in file:
        raise StoreUnusable(place, "no store is kept in such a place", "此类位置不能保存存储库")
    return file_of(file)


def exists(place: str) -> bool:
    """Whether anything is kept there; asking creates nothing."""
    file = file_of(place)
    if file is None:
        from mulu.store.records import made_on_server

        return made_on_server(place)
    try:
        return file.is_file() and file.stat().st_size > 0
    except OSError as error:
        raise NotWritable(place, error.strerror or str(error)) from error
