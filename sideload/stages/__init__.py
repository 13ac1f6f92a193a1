"""The road: each stage is a function from values to a value, and keeps what it made."""
