#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lays out build/site/source, of which Sphinx makes the site: the pages of docs as they are, a gallery of the
recipes' figures, and a page for every room of the C++ headers. A link that leads nowhere ends it."""

import pathlib
import re
import shutil
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SITE = ROOT / "build/site"
SOURCE = SITE / "source"

LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
# A variable = {.name = ...}, which Sphinx cannot read.
DESIGNATED = re.compile(r"^([ \w:<>]+ \w+)\s*=?\s*\{\s*\.[^;]*;", re.MULTILINE)
IMAGES = {".svg", ".png"}


def write(path, text):
    """Writes what is new, so that Sphinx reads only that again."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def with_links(text, page):
    """Links to files that are no pages become text: name and path in the repository."""

    def mended(match):
        picture, name, target = match.groups()
        path = target.partition("#")[0]
        if not path or re.match(r"[a-z]+:", target):
            return match[0]
        file = (page.parent / path).resolve()
        if not file.exists():
            sys.exit(f"{page.relative_to(ROOT)}: the link {target} leads nowhere; mend it")
        inside = file.relative_to(ROOT).as_posix()
        if picture or (file.is_relative_to(DOCS) and file.suffix in {".md", ".ipynb", *IMAGES}):
            return match[0]
        return f"`{inside}`" if name.strip("`") in inside else f"{name} (`{inside}`)"

    return LINK.sub(mended, text)


def copy_pages():
    """The pages of docs and docs/recipes, the notebooks, the pictures, the pages of the site alone, the changelog."""
    for page in [*DOCS.glob("*.md"), *DOCS.glob("recipes/*.md")]:
        write(SOURCE / page.relative_to(DOCS), with_links(page.read_text(), page))
    for page in (DOCS / "site").glob("*.md"):
        write(SOURCE / page.name, page.read_text())
    for notebook in DOCS.glob("notebooks/*.ipynb"):
        write(SOURCE / notebook.relative_to(DOCS), notebook.read_text())
    write(SOURCE / "changelog.md", (ROOT / "CHANGELOG.md").read_text())
    shutil.copytree(DOCS / "images", SOURCE / "images", dirs_exist_ok=True)


def figure_title(figures, stem):
    """The title of a picture: that of its figure, or of the family of figures (layer-readings-nearest), else None."""
    known = [name for name in figures if stem == name or stem.startswith(name + "-")]
    return re.sub(r",? *(from |by step )?\{[^}]*\}( x \{[^}]*\})?", "", figures[max(known, key=len)]["title"]) if known else None


def gallery():
    """gallery.md: every picture of every recipe with its title, a link to the page that explains it."""
    text = "# Gallery\n\nWhat the recipes draw at full scale. A picture leads to the page that explains it.\n"
    for recipe in sorted(path.name for path in (DOCS / "recipes").glob("*.md")):
        name = recipe.removesuffix(".md")
        page = (DOCS / "recipes" / recipe).read_text()
        figures = tomllib.loads((ROOT / f"src/recipes/{name.replace('-', '_')}/recipe.toml").read_text())["figures"]
        shown = re.findall(rf"!\[([^\]]*)\]\(\.\./images/{name}/([^)]*)\.svg\)", page)
        about = page.splitlines()[0].partition(": ")[2]
        text += f"\n## [{name}](recipes/{recipe})\n\n{about[:1].upper()}{about[1:]}.\n\n"
        text += "`````{container} gallery\n"
        for words, stem in shown:
            title = figure_title(figures, stem) or words
            text += f"````{{figure}} images/{name}/{stem}.svg\n:alt: {words}\n:target: recipes/{name}.html\n\n{title}\n````\n"
        text += "`````\n"
    write(SOURCE / "gallery.md", text)


def plain(line):
    """A line of a header for doxygen: < and > in the words of a comment are signs of mathematics, not of HTML."""
    start, mark, words = line.partition("///")
    if not mark or words.startswith("     "):
        return line
    back = "<" if words.startswith("<") else ""
    parts = words[len(back) :].split("`")
    for i, part in enumerate(parts):
        if i % 2 == 0 or "<" in part:
            parts[i] = part.replace("\\", "\\\\").replace("<", "&lt;").replace(">", "&gt;")
    quoted = [f"`{part}`" if i % 2 and "&lt;" not in part else part for i, part in enumerate(parts)]
    return start + mark + back + "".join(quoted)


def headers():
    """build/site/headers for doxygen, and cpp/ROOM.md for every room."""
    include = ROOT / "include"
    rooms = sorted(path for path in (include / "spinflow").iterdir() if path.is_dir())
    for header in include.rglob("*.hpp"):
        text = DESIGNATED.sub(r"\1;", header.read_text())
        write(SITE / "headers" / header.relative_to(include), "\n".join(map(plain, text.split("\n"))))
    for room in rooms:
        names = ", ".join(f"`<{header.relative_to(include).as_posix()}>`" for header in sorted(room.glob("*.hpp")))
        text = f"# {room.name}\n\nHeaders: {names}.\n\n"
        text += f"```{{doxygennamespace}} spinflow::{room.name}\n:members:\n:undoc-members:\n```\n"
        write(SOURCE / f"cpp/{room.name}.md", text)
    write(
        SOURCE / "cpp-reference.md",
        "# C++ reference\n\nA page for every room, which is a folder of headers and a namespace. `#include <spinflow/spinflow.hpp>` takes all of\n"
        "them. [spinflow in C++](cpp.md) is the introduction, [the architecture](architecture.md) tells what each room is for.\n\n"
        "```{toctree}\n:maxdepth: 1\n\n" + "".join(f"cpp/{room.name}\n" for room in rooms) + "```\n",
    )


if __name__ == "__main__":
    copy_pages()
    gallery()
    headers()
