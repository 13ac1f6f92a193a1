"""Results for people and programs: pure functions of the values, and nothing is measured here."""
