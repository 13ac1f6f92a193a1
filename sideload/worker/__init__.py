"""The child process in which models are loaded, exported, quantised and compared with PyTorch.

It is apart for three reasons: the command line stays free of torch, the user's code and the C++ of
the runtimes cannot take the command down with them, and what C++ writes to stderr can be read.
One worker serves a whole command, so torch is imported once and a model is captured once.
"""
