"""Real things to feed a model with: sentences, photographs, and sound made to be like speech.

A model is only worth measuring on inputs like those that it will see: random numbers neither
exercise an embedding table nor reach the ranges that quantisation has to cover.
"""
