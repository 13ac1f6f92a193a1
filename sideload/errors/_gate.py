"""A gate said no: exit code 1."""

from sideload.errors._base import SideloadError


class GateError(SideloadError):
    """A gate said no: the work was done and its result is not good enough."""


class ParityError(GateError):
    """What was exported does not compute what PyTorch computes."""


class DelegationError(GateError):
    """A convolution or matrix product was left to the slow portable kernels."""


class LoweringError(GateError):
    """A runtime's own exporter refuses a model that `torch.export` captured."""


class ArtifactCheckError(GateError):
    """The written file does not pass its own format's checker."""


class DeviceParityError(GateError):
    """The device answers differently from this machine."""
