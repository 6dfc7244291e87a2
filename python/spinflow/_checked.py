# SPDX-License-Identifier: Apache-2.0
"""What is of a wrong kind among the arguments of a public function is one sentence that names it, a ValueError.

The annotations say what is right; arguments without one are looked at where they are used.
"""

import ast
import functools
import inspect
import numbers
import os
import re
import reprlib

import numpy as np

from . import _core


def _is_whole(value):
    return isinstance(value, numbers.Integral) and not isinstance(value, (bool, np.bool_))


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))


def _is_array(value):
    try:
        return np.asarray(value).dtype.kind in "iuf"
    except (TypeError, ValueError):  # A list of rows of different lengths.
        return False


# What annotations mean: whether a value is right, and what to give instead.
_KINDS = {
    "None": (lambda value: value is None, "None"),
    "bool": (lambda value: isinstance(value, (bool, np.bool_)), "True or False"),
    "int": (_is_whole, "a whole number"),
    "float": (_is_number, "a number"),
    "str": (lambda value: isinstance(value, str), "a text"),
    "dict": (lambda value: isinstance(value, dict), "a dict"),
    "Callable": (callable, "a function"),
    "os.PathLike": (lambda value: isinstance(value, os.PathLike), "a path"),
    "numpy.ndarray": (_is_array, "an array of numbers"),
}


def _of_class(name):
    kind = getattr(_core, name, None)
    if isinstance(kind, type):
        return (lambda value: isinstance(value, kind)), f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
    return None


@functools.lru_cache(maxsize=None)
def _kinds(annotation):
    """The kinds an annotation allows; none if it says nothing that can be checked."""
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    found = []
    for part in re.sub(r"spinflow\._core\.|collections\.abc\.", "", text).split(" | "):
        several = re.fullmatch(r"Sequence\[(.+)\]", part)
        if several:
            one = _kinds(several[1])
            found.append((functools.partial(_is_sequence, one), f"a list, each {_wanted(one)}") if one else None)
        else:
            found.append(_KINDS.get(part) or _of_class(part))
    return [] if None in found else found


def _is_sequence(kinds, value):
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
        return False
    return all(any(is_right(one) for is_right, _ in kinds) for one in value)


def _wanted(kinds):
    words = [word for _, word in kinds if word != "None"]
    return " or ".join(dict.fromkeys(words))


def _annotation(node):
    if node is None:
        return inspect.Parameter.empty
    text = ast.unparse(node)
    return {"bool": bool, "dict": dict, "float": float, "int": int, "str": str}.get(text, text)


def _signature(function):
    """That of a function of ours, or of the library's by what it says of itself."""
    try:
        text = function.__nb_signature__[0][0]
    except AttributeError:
        return inspect.signature(function)
    text = re.sub(r"^def \(", "def f(", re.sub(r"\\\d+", "...", text))
    given = ast.parse(text + ": ...").body[0].args
    positional = [(argument, inspect.Parameter.POSITIONAL_ONLY) for argument in given.posonlyargs]
    positional += [(argument, inspect.Parameter.POSITIONAL_OR_KEYWORD) for argument in given.args]
    defaults = [None] * (len(positional) - len(given.defaults)) + given.defaults
    every = [(*named, default) for named, default in zip(positional, defaults)]
    every += [(argument, inspect.Parameter.KEYWORD_ONLY, default) for argument, default in zip(given.kwonlyargs, given.kw_defaults)]
    every += [(given.kwarg, inspect.Parameter.VAR_KEYWORD, None)] if given.kwarg else []
    return inspect.Signature(
        [
            inspect.Parameter(
                argument.arg,
                kind,
                default=inspect.Parameter.empty if default is None else ast.literal_eval(default),
                annotation=_annotation(argument.annotation),
            )
            for argument, kind, default in every
        ]
    )


def expect(signature, arguments, where):
    """ValueError for the first of the arguments, a dict, that is not of the kind which the signature tells."""
    for name, value in arguments.items():
        kinds = _kinds(signature.parameters[name].annotation)
        if kinds and not any(is_right(value) for is_right, _ in kinds):
            raise ValueError(f"{where}: {name}: it is {reprlib.repr(value)}; give {_wanted(kinds)}")


def _beyond(where, signature, arguments):
    """The sentence for what has the right kind, and is still not taken."""
    for name, value in arguments.items():
        if _is_whole(value) and not 0 <= value < 2**63:
            most = "2^64" if name == "seed" else "2^63"
            return f"{where}: {name}: {value} is out of range; give a whole number from 0 to {most} - 1"
    open_ones = [name for name in arguments if name != "self" and not _kinds(signature.parameters[name].annotation)]
    return f"{where}: {' or '.join(open_ones) or 'an argument'}: it is of another kind than is asked for; see help()"


def _checked_function(function):
    signature = _signature(function)
    where = "map" if function.__name__ == "__call__" else function.__name__

    @functools.wraps(function)
    def call(*args, **kwargs):
        try:
            arguments = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{where}: {error}") from None
        expect(signature, arguments, where)
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            if "incompatible function arguments" not in str(error):
                raise
            sentence = _beyond(where, signature, arguments)
        raise ValueError(sentence)

    call.__signature__ = signature
    return call


def checked(thing):
    """The function, or the class with its public methods, whose arguments are looked at before anything is done."""
    if not isinstance(thing, type):
        return _checked_function(thing)
    for name, member in list(vars(thing).items()):
        if isinstance(member, property):
            if hasattr(member.fset, "__nb_signature__"):
                setattr(thing, name, property(member.fget, _checked_setter(name, member.fset), doc=member.__doc__))
        elif callable(member) and (not name.startswith("_") or name == "__call__"):
            setattr(thing, name, _checked_function(member))
    return thing


def _checked_setter(name, setter):
    def set_to(self, value):
        if not isinstance(value, str):
            raise ValueError(f"{name}: it is {reprlib.repr(value)}; give a text")
        setter(self, value)

    return set_to


def cover(names):
    """Puts checked functions and classes in the place of those of the library."""
    for name in names:
        setattr(_core, name, checked(getattr(_core, name)))
