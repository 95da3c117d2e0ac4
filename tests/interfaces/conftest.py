"""What the tests of the doors share."""

import datetime
from pathlib import Path

import pytest

from mulu.desk import Desk
from mulu.interfaces.cli import main as module
from mulu.interfaces.cli.main import main

ROWS = """id,text,title,recipient,on,owner,kind
P-1,磷酸铁锂正极材料的制备方法：铁源、锂源与磷源混合砂磨、喷雾干燥、烧结，压实密度 2.62 g/cm³。,正极材料,US,2026-03-02,甲公司,专利
P-2,酒店预订平台：按到店日期推荐小型旅馆并比较房价。,订房,,2026-03-02,甲公司,专利
P-3,手工宣纸的制作工艺：沙田稻草与青檀皮制浆、捞纸、焙纸。,宣纸,Japan,2024-05-06,乙公司,许可合同
P/4,A booking platform for small hotels that compares prices by date of arrival.,Booking,Germany,,乙公司,专利
P-5,磷酸铁锂正极材料的制备方法，以磷酸铁为原料，喷雾干燥后两段烧结，粉体压实密度 2.6 g/cm³。,正极材料二,DE,2026-05-06,甲公司,专利
P-6,,,US,2026-03-02,甲公司,专利
"""


@pytest.fixture(scope="session")
def folio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of portfolios with one, `example`: five records, of which three are flagged, and a row that was refused."""
    folder = tmp_path_factory.mktemp("folio")
    (folder / "rows.csv").write_text(ROWS, encoding="utf-8")
    at = datetime.datetime(2026, 11, 24, 8, 0, tzinfo=datetime.UTC)
    Desk(store=str(folder / "mulu.db")).portfolio(
        at, "screen", "example", on=datetime.date(2026, 11, 23), file=folder / "rows.csv", workers=1, by="李"
    )
    return folder / "mulu-portfolios"


@pytest.fixture
def ask(capsys, monkeypatch, desk):
    """Run a command over the shared desk, as wide as need be; gives exit code, output and messages."""
    monkeypatch.setattr(module, "Desk", lambda: desk)
    monkeypatch.setenv("COLUMNS", "400")

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
