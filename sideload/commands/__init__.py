"""What each command does: from the words that were typed to the document and text that come out.

One file for each group of commands, imported by the task that needs it: starting up takes longer
than most of them.
"""
