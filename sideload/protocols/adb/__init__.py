"""The adb protocol as it is on the wire: packets, banner, keys, `sync:` and `shell,v2:`.

Both ends use it: our client and the simulated phone. Whatever arrives may be hostile, so everything
here either gives a value or raises a `ProtocolError`; nothing here reads, writes or waits.
"""
