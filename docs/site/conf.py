# SPDX-License-Identifier: Apache-2.0
"""How Sphinx makes the site of the pages that pages.py laid out; `make site` calls both."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

project = "spinflow"
author = "the authors of spinflow"
release = re.search(r"project\(spinflow VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
extensions = ["breathe", "myst_nb", "sphinx.ext.autodoc"]
root_doc = "index"

html_theme = "furo"
html_title = f"spinflow {release}"
html_static_path = [str(ROOT / "docs/site/static")]
html_css_files = ["spinflow.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "friendly"

myst_heading_anchors = 4

# Notebooks are executed at every make: their outputs are those of this build.
nb_execution_mode = "force"
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_merge_streams = True

autodoc_member_order = "bysource"
add_module_names = False

breathe_projects = {"spinflow": str(ROOT / "build/site/doxygen/xml")}
breathe_default_project = "spinflow"
breathe_default_members = ("members",)
breathe_show_include = False
primary_domain = "py"

# Every link is checked, but for names of other Python libraries, and of C++, where breathe looks them up in one scope.
nitpicky = True
nitpick_ignore_regex = [("cpp:.*", ".*"), ("py:.*", r"(numpy|pandas|xarray|arviz|os|collections|spinflow\._core)\..*|Callable")]


def paragraphs(lines):
    """A docstring as pieces between empty lines."""
    piece = []
    for line in [*lines, ""]:
        if line.strip():
            piece.append(line)
        elif piece:
            yield piece
            piece = []


def escaped(text):
    """Plain words in which no sign but `code` means anything."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return re.sub(r"([*|`_\\])", r"\\\1", text)
    parts[::2] = [re.sub(r"([*|_\\])", r"\\\1", part) for part in parts[::2]]
    return "``".join(parts)


def as_restructured_text(lines):
    """A docstring of the library, which is plain text: lines `name : meaning` become a list, what follows >>> code."""
    for piece in paragraphs(lines):
        if len(piece) > 1 and set(piece[1].strip()) == {"-"}:
            yield from (f".. rubric:: {piece[0]}", "")
            piece = piece[2:]
        if piece and piece[0].lstrip().startswith(">>>"):
            yield from (".. code-block:: pycon", "", *("   " + line for line in piece), "")
            continue
        in_list = False
        for line in piece:
            named = re.match(r"([\w*]+(?:, [\w*]+)*) ?: (.*)", line)
            if named:
                yield from ([] if in_list else [""])
                in_list = True
                names = ", ".join(f"``{name}``" for name in named[1].split(", "))
                yield f"- {names}: {escaped(named[2])}"
            else:
                yield ("  " if in_list else "") + escaped(line.strip())
        yield ""


def setup(app):
    def mend(app, what, name, thing, options, lines):
        lines[:] = as_restructured_text(list(lines))

    app.connect("autodoc-process-docstring", mend)
