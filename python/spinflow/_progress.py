# SPDX-License-Identifier: Apache-2.0
"""The progress bar: off until progress() is called."""

import sys
import threading

from ._checked import checked

_on = False
_here = threading.local()


@checked
def progress(on: bool = True):
    """Shows how far long work has come, from now on: a bar of tqdm in terminal and notebook, else a line.

    on : True or False; ValueError for others.

    >>> import spinflow as sf
    >>> sf.progress(False)
    """
    global _on
    _on = bool(on)


class _Line:
    """What stands in for tqdm where it is not installed."""

    def __init__(self, total, desc, unit):
        self.total, self.desc, self.unit, self.n = total, desc, unit, 0

    def update(self, n):
        self.n += n
        of = f" of {self.total}" if self.total else ""
        sys.stderr.write(f"\r{self.desc}: {self.n}{of} {self.unit}")
        sys.stderr.flush()

    def close(self):
        sys.stderr.write("\n")


def _bar(what, total, unit):
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _Line(total, what, unit)
    return tqdm(total=total or None, desc=what, unit=f" {unit}", leave=False)


def advance(what, done, total, unit):
    """Called by the library while it works, in the thread that called it."""
    if not _on or not what:
        return
    if getattr(_here, "what", None) != (what, total):
        end()
        _here.bar, _here.what, _here.done = _bar(what, total, unit), (what, total), 0
    _here.bar.update(done - _here.done)
    _here.done = done


def end():
    """Called by the library when the work has ended."""
    bar = getattr(_here, "bar", None)
    _here.what = _here.bar = None
    if bar is not None:
        bar.close()
