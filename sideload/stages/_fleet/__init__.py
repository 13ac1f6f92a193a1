"""Many phones at once: which are meant, who works on each, and what is remembered of them."""
