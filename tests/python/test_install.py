# SPDX-License-Identifier: Apache-2.0
"""`pip install .` on a machine that lacks Debian packages says which, in a line to be copied."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.mark.skipif(shutil.which("cmake") is None, reason="no cmake")
def test_missing_packages_are_named(tmp_path):
    dpkg = tmp_path / "dpkg"
    dpkg.write_text('#!/bin/sh\ncase "$2" in libeigen3-dev | zlib1g-dev) exit 1 ;; *) echo "Status: install ok installed" ;; esac\n')
    dpkg.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    python = tmp_path / "python3"  # Debian's, without its headers.
    python.write_text(f"#!/bin/sh\necho {tmp_path}\n")
    python.chmod(0o755)
    line = "  apt-get update && apt-get install -y --no-install-recommends libeigen3-dev zlib1g-dev"
    for options, end in [([], "\n"), ([f"-DPython_EXECUTABLE={python}"], " python3-dev\n")]:
        command = ["cmake", *options, "-P", "cmake/pip.cmake"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode != 0 and "Debian packages that are missing.  As root, run:" in done.stderr
        assert line + end in done.stderr
