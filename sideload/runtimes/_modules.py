"""Copies of modules that share what does not change."""

import copy
import itertools
from collections.abc import Callable

import torch


def copied(
    module: torch.nn.Module, change: Callable[[torch.Tensor], torch.Tensor]
) -> torch.nn.Module:
    """A copy of `module` that holds what `change` returns for each of its tensors.

    What is returned unchanged is shared, so that large weights are not copied in vain.
    """
    held = itertools.chain(module.parameters(), module.buffers())
    return copy.deepcopy(module, {id(tensor): change(tensor) for tensor in held})
