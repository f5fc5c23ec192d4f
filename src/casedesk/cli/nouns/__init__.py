"""One file a noun: its commands, their words, and how their results look to a person."""
