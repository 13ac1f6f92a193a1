"""What a function in a user's file returns: a model, and real data to measure it on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sideload.values import Dimension

# A tensor, an array or a number, one of them for each input in order, or one of them by input name.
Sample: TypeAlias = Any
Axis: TypeAlias = Dimension | tuple[str, int, int]


@dataclass(frozen=True, kw_only=True)
class Method:
    """What a model computes beside `forward`, in the same file and with the same weights.

    It is a method of the module, called by its key in `Model.methods`; what stands here means what
    it means in `Model`.
    """

    inputs: Any
    outputs: Sequence[str] = ()
    dynamic: Mapping[str, Mapping[int, Axis]] = field(default_factory=dict)
    calibration: Iterable[Sample] = ()
    evaluation: Iterable[Sample] = ()
    data: str = ""


@dataclass(frozen=True, kw_only=True)
class Model:
    """A PyTorch module on its way to a phone.

        def build() -> sideload.Model:
            return sideload.Model(
                module=Net(),
                inputs={"image": torch.zeros(1, 3, 224, 224)},
                outputs=("logits",),
                dynamic={"image": {0: ("batch", 1, 8)}},
                labels=("cat", "dog"),
                calibration=[{"image": picture} for picture in train[:32]],
                evaluation=[{"image": picture} for picture in test],
                expected=[label for label in labels],
                data="200 held-out pictures",
            )

    Attributes:
        module: Any `torch.nn.Module` whose answer is a tensor or a number, a tuple of them, or a
            mapping from names to them. It is put in eval mode.
        inputs: Example inputs, batch first: tensors, arrays or numbers by name, in the order of
            `forward` or under the names of its parameters. Their dtypes and shapes are the
            model's; a number becomes a tensor without axes, and comes as such to `forward`.
        outputs: One name for each tensor that comes out; a mapping's keys are their own names.
        dynamic: Axes whose size is chosen at run time: by input name and axis, a name with the
            least and the greatest size. Axes of the same name always have the same size.
        labels: Class names along the last axis of the first output.
        calibration: Real inputs to set the ranges of quantised activations by.
        evaluation: Real inputs, others than those, to compare with PyTorch on; without them, the
            calibration inputs serve, and without those variations of the example.
        expected: The right class for each evaluation input, so that accuracy is measured.
        data: What the evaluation inputs are, in a few words for the report.
        methods: What else the module computes, by the names of its methods: `encode` calls
            `module.encode`. ExecuTorch keeps them all in one file.
    """

    module: Any
    inputs: Any
    outputs: Sequence[str] = ()
    dynamic: Mapping[str, Mapping[int, Axis]] = field(default_factory=dict)
    labels: Sequence[str] = ()
    calibration: Iterable[Sample] = ()
    evaluation: Iterable[Sample] = ()
    expected: Iterable[int] = ()
    data: str = ""
    methods: Mapping[str, Method] = field(default_factory=dict)
