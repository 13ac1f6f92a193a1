"""From lines and answers to figures: pure functions, which touch no file and no device."""
