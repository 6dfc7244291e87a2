# SPDX-License-Identifier: Apache-2.0
"""Maps of configurations, for sf.flow or to be called."""

from . import _core
from ._checked import checked
from ._core import Map

__all__ = ["BlockMajority", "Decimation", "Map", "StackReconstruct", "StackUp", "named"]


@checked
def BlockMajority(factor: int = 2, *, ties: str = "random"):
    """The majority rule: each block of factor (chain) or factor x factor spins becomes the sign of its sum.

    ties: a block of sum 0 becomes 'random' or its 'corner' spin.

    >>> import spinflow as sf
    >>> sf.maps.BlockMajority(2)
    <spinflow.Map: block-majority 2 random>
    """
    return named("block-majority", factor=factor, ties=ties)


@checked
def Decimation(factor: int = 2):
    """Keeps every factor-th spin of every axis."""
    return named("decimation", factor=factor)


@checked
def StackUp(stack: _core.Stack, *, hidden_mode: str = "sampled"):
    """One layer of a Stack up: h drawn ('sampled'), or its more probable 'sign'."""
    return _core.stack_up(stack, hidden_mode)


@checked
def StackReconstruct(stack: _core.Stack, *, top_steps: int = 0):
    """Up through all layers of a Stack, top_steps Gibbs steps at the top, and down again."""
    return _core.stack_reconstruct(stack, top_steps)


@checked
def named(name: str, **options):
    """The map of a name (sf.names('maps')) with its options; ValueError for one it does not have."""
    return _core.named_map(name, options)


def _made(function, *arguments):
    """A map made again by pickle."""
    return getattr(_core, function)(*arguments)
