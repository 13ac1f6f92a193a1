"""Phones that an adb server owns: on a cable, paired wirelessly, or emulated.

`place` is where the server listens, `program` starts one where none does, `asking` talks to it and
`tracking` hears of changes. `channel` is one of its sockets once it belongs to a service of a
phone, `services` opens them, and `connection` goes on when the server is replaced meanwhile.
"""
