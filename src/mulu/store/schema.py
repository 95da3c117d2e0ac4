"""The tables as this Mulu reads and writes them, and the steps that lead to them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = ("0001", "0002")  # oldest first; the last is what this Mulu works with

TABLES = MetaData()

# Moments are text in UTC with microseconds: they sort, and a chain computed over them is the same on every database.
DOCUMENTS = Table(
    "documents",
    TABLES,
    Column("sha256", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("media", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("pages", Integer),
    Column("bytes", LargeBinary, nullable=False),
    Column("kept_at", String(32), nullable=False),
)
JOURNAL = Table(
    "journal",
    TABLES,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("act", Text, nullable=False),
    Column("document", String(64), ForeignKey("documents.sha256")),
    Column("by", Text),
    Column("body", Text, nullable=False),
    Column("chain", String(64), nullable=False),
)

# By the key that a request gave itself; beside the journal, for it is no record and is thrown away after a while.
ANSWERS = Table(
    "answers",
    TABLES,
    Column("key", String(255), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("status", Integer),
    Column("headers", Text),
    Column("body", LargeBinary),
)

# Alembic's own table, under a name that a database shared with other programs has free.
VERSION = Table("mulu_version", MetaData(), Column("version_num", String(32), primary_key=True))
