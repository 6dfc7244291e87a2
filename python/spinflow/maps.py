# SPDX-License-Identifier: Apache-2.0
"""Maps of configurations, for sf.flow or to be called."""

from . import _core
from ._checked import checked
from ._core import Map

__all__ = ["BlockMajority", "Decimation", "Map", "StackReconstruct", "StackUp", "named"]


@checked
def BlockMajority(factor: int = 2, *, ties: str = "random"):
    """The majority rule: each block of factor (chain) or factor x factor spins becomes the sign of its sum.

    factor : >= 2. ties : a block of sum 0 becomes 'random' or its 'corner' spin. ValueError for others; where it is
    used, for a lattice that has no such blocks.

    >>> import spinflow as sf
    >>> sf.maps.BlockMajority(2)
    <spinflow.Map: block-majority 2 random>
    """
    return named("block-majority", factor=factor, ties=ties)


@checked
def Decimation(factor: int = 2):
    """Keeps every factor-th spin of every axis. factor : >= 2. ValueError as above.

    >>> import spinflow as sf
    >>> sf.maps.Decimation(2)(sf.sample("ising-square", L=4, T=2.27, n=5)).spins.shape
    (5, 2, 2)
    """
    return named("decimation", factor=factor)


@checked
def StackUp(stack: _core.Stack, *, hidden_mode: str = "sampled"):
    """One layer of a Stack up: h drawn ('sampled'), or its more probable 'sign'. ValueError for others.

    >>> import spinflow as sf
    >>> data = sf.sample("ising-square", L=4, T=2.27, n=50)
    >>> sf.maps.StackUp(sf.train_stack(data, hidden=[4], epochs=1))(data).shape
    (2, 2)
    """
    return _core.stack_up(stack, hidden_mode)


@checked
def StackReconstruct(stack: _core.Stack, *, top_steps: int = 0):
    """Up through all layers of a Stack, top_steps >= 0 Gibbs steps at the top, and down again. ValueError for others.

    >>> import spinflow as sf
    >>> data = sf.sample("ising-square", L=4, T=2.27, n=50)
    >>> sf.maps.StackReconstruct(sf.train_stack(data, hidden=[4], epochs=1))(data).shape
    (4, 4)
    """
    return _core.stack_reconstruct(stack, top_steps)


@checked
def named(name: str, **options):
    """The map of a name (sf.names('maps')) with its options; ValueError for one it does not have.

    >>> import spinflow as sf
    >>> sf.maps.named("block-majority", factor=3)
    <spinflow.Map: block-majority 3 random>
    """
    return _core.named_map(name, options)


def _made(function, *arguments):
    """A map made again by pickle."""
    return getattr(_core, function)(*arguments)
