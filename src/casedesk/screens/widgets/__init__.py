"""What the screens share: rows, prompts, the first line and the last."""
