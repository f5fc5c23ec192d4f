"""The desk in a terminal: one file a screen. Everything here calls `desk/` and nothing below it."""
