"""Wire formats as pure functions and small state machines, shared by both ends."""
