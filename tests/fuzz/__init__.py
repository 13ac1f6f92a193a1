"""What must hold whatever bytes a device sends, and a program that looks for others.

`claims` and `hostile` hold functions that raise where something does not hold. Property tests call
them with bytes that hypothesis makes; `python -m tests.fuzz` with bytes that atheris makes, which
watches what each of them runs through and keeps those that run through something new.
"""
