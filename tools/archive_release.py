"""Keeps the law of a released data pack, so that it can be asked what was known then.

    python tools/archive_release.py FOLDER

FOLDER is the `data` folder of that release. Its glossary is left out: words of the trade are no law, and screening with
an earlier release uses those of today and says so. The archive is the same, byte for byte, however often it is made.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from pathlib import Path

from mulu.catalogue.pack import DATA


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    version = json.loads((folder / "manifest.json").read_bytes())["version"]
    files = sorted(p for p in folder.rglob("*.jsonl") if p.relative_to(folder).parts[0] != "glossary")
    path = DATA / "releases" / f"{version}.zip"
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in [*files, folder / "manifest.json"]:
            name = zipfile.ZipInfo(file.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
            name.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(name, file.read_bytes())
    print(f"{path.name}: {len(files)} files, {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
