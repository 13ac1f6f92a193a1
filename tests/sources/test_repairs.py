import pytest
import torch

from sideload.sources._repairs import RealFourier


@pytest.mark.parametrize(("length", "features"), [(2, 4), (17, 64), (128, 768), (512, 48)])
def test_matrix_products_are_the_real_part_of_a_fourier_transform(
    length: int, features: int
) -> None:
    hidden = torch.randn(2, length, features, generator=torch.Generator().manual_seed(0))
    expected = torch.fft.fftn(hidden, dim=(1, 2)).real
    error = (RealFourier(features)(hidden) - expected).abs().max() / expected.abs().max()

    assert error < 1e-5
