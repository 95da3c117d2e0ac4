"""Encodes the control points and near misses once, so that a screening need not.

    python tools/build_index.py

Writes `src/mulu/data/vectors.npz`. Run it after the pack or the glossary changed; until then a text whose
vector is missing is encoded at every start.
"""

from mulu.catalogue.pack import DATA, read, read_glossary
from mulu.screening.index import VECTORS, Index, make_vectors


def main() -> None:
    pack = read()
    glossary = read_glossary(DATA, pack.points, pack.items)
    count = make_vectors(Index(pack, glossary).texts(glossary))
    print(f"{count} vectors, {VECTORS.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
