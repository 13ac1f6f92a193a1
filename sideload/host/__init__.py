"""The only side effects: files, processes, rendering, clock, console."""
