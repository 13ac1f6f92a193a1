"""Whether one of two builds is slower, with a rate of false alarms that no noise can raise.

The unit of evidence is a pair of fresh processes, one of each build, on one device; a coin says
which goes first (`coin`), and a pair counts as the logarithm of its ratio (`pairs`). If the builds
are the same, the coin makes every such number as likely to be negative as positive, whatever the
device does meanwhile. So the numbers' own signs are flipped to see how unusual they are (`flips`,
`scores`), at a few planned looks that share the error between them (`plan`); what is estimated is
in `estimate`, the answer in `verdict`, and many answers at once in `families`.
"""
