"""What one paper may cost to take in: the caps, in one place, so that a refusal can name them."""

from __future__ import annotations

MIB = 1024 * 1024

MAX_FILE_BYTES = 100 * MIB
"""A file above this is refused from its size, before a byte of it is read."""

MAX_PAGES = 2_000
"""A PDF above this is kept but not read: nobody sends a notice of that length."""

READ_PAGES = 60
"""Pages read for recognition; a notice says what it is long before."""

READ_CHARACTERS = 400_000
"""Characters read for recognition, over all pages together."""

PARSE_SECONDS = 20.0
"""Wall-clock and processor seconds a parse may take."""

PARSE_MEMORY_BYTES = 768 * MIB
"""Address space a parse may use beyond the bytes it was given."""

PARSE_OUTPUT_BYTES = 32 * MIB
"""Bytes a parse may answer."""

STREAM_BYTES = 256 * MIB
"""One compressed stream of a PDF that is no picture may not unpack to more."""

STREAMS_BYTES = 512 * MIB
"""Nor may all such streams of one PDF together."""

PICTURE_PIXELS = 400_000_000
"""Nor may a picture in a PDF claim more pixels (a 600 dpi letter page has 34 million)."""

ARCHIVE_ENTRIES = 10_000
"""An office file is a zip; with more members than this it is no letter."""

OFFICE_TEXT_BYTES = 64 * MIB
"""The body of an office file may not unpack to more."""

EXCERPT_CHARACTERS = 2_000
"""Length of the text kept beside a reading for a person's eye."""

SHEET_FILE_BYTES = 20 * MIB
"""A spreadsheet of clients above this is refused before it is read."""

SHEET_UNPACKED_BYTES = 256 * MIB
"""What the members of a spreadsheet may unpack to, all together."""

SHEET_ROWS = 20_000
"""Rows with something in them, over all sheets of one spreadsheet."""

SHEET_COLUMNS = 200
"""Columns of one sheet."""

SHEET_CELL_CHARACTERS = 2_000
"""What one cell may hold."""
