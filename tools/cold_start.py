"""Times the command line as whole processes and prints medians.

python tools/cold_start.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

COMMANDS = (["--version"], ["show", "battery-cathode-x"], ["screen", "一种磷酸铁锂正极材料的制备方法"])


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for command in COMMANDS:
        taken = []
        for _ in range(runs + 1):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-m", "mulu", *command], stdout=subprocess.DEVNULL, check=True)
            taken.append(time.perf_counter() - began)
        counted = taken[1:]  # the first run warms the file cache
        print(
            f"mulu {command[0]}: median {statistics.median(counted) * 1000:.0f} ms, "
            f"{min(counted) * 1000:.0f}–{max(counted) * 1000:.0f}, {runs} runs"
        )


if __name__ == "__main__":
    main()
