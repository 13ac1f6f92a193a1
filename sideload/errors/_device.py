"""Trouble with a phone: exit code 3."""

from sideload.errors._base import SideloadError


class DeviceError(SideloadError):
    """Trouble with a phone."""

    exit_code = 3


class NoDeviceError(DeviceError):
    """No phone answers to the name given, or none is attached."""


class AbiError(DeviceError):
    """Nothing that the phone's processor can execute can be made on this machine."""


class RefusedError(DeviceError):
    """Nothing listens at the phone's address, or it refused the service asked for."""


class UnauthorizedError(DeviceError):
    """The phone does not trust this machine's key."""


class DeviceGoneError(DeviceError):
    """The connection broke, or the phone fell silent for longer than the timeout."""


class DeviceFullError(DeviceError):
    """The phone has too little free space."""


class TransferError(DeviceError):
    """The phone refused a file, or to give one up; the message holds its reason."""


class ProtocolError(DeviceError):
    """The other end does not speak the protocol."""


class HashMismatchError(DeviceError):
    """What arrived on the phone is not what was sent."""


class DeviceCommandError(DeviceError):
    """A command that every phone should have failed there, or is not there."""


class InstallError(DeviceError):
    """The phone refuses an app; the message holds its reason."""


class DeviceBusyError(DeviceError):
    """Another run holds the phone."""


class QuarantinedError(DeviceError):
    """A phone failed again and again, and is left alone for a while."""


class TooLongError(DeviceError):
    """A phone was not ready within the time that the target gives it."""


class FiguresError(DeviceError):
    """What was measured is no figure that could be compared: not finite, zero, or too little."""


class RunnerError(DeviceError):
    """The runner on the phone failed, or its log cannot be trusted."""
