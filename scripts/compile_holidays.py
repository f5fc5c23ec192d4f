"""Write src/casedesk/calendars/federal_table.py from the `holidays` library (5 U.S.C. 6103, observed days included).

Run in the checkout after the library changes: `python scripts/compile_holidays.py`. Importing the library costs a
tenth of a second at every start, and a due date must not change because a library did; so the table is compiled,
committed, and read in review. `--check` compares instead of writing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import holidays

FIRST, LAST = 1990, 2060
TARGET = Path(__file__).resolve().parents[1] / "src" / "casedesk" / "calendars" / "federal_table.py"

HEAD = '''"""Federal holidays of 5 U.S.C. 6103, with the days they are observed on, as MMDD per year.

Written by scripts/compile_holidays.py; change the script, not this table.
"""

from __future__ import annotations

HOLIDAYS: dict[int, str] = {
'''


def table() -> str:
    """The text of the module."""
    public = sorted(holidays.country_holidays("US", years=range(FIRST, LAST + 2), categories=("public",)))
    lines = [HEAD]
    for year in range(FIRST, LAST + 1):
        # New Year's Day on a Saturday is observed on 31 December of the year before: by date, not by name.
        days = " ".join(f"{d.month:02}{d.day:02}" for d in public if d.year == year)
        lines.append(f'    {year}: "{days}",\n')
    lines.append("}\n")
    return "".join(lines)


def main() -> int:
    """Write or compare; exit status 1 when the committed table differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    text = table()
    if parser.parse_args().check:
        same = TARGET.read_text(encoding="utf-8") == text
        sys.stdout.write("The table is current.\n" if same else "The table differs; run without --check.\n")
        return 0 if same else 1
    TARGET.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
