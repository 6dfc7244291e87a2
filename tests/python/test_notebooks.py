# SPDX-License-Identifier: Apache-2.0
"""The notebooks of docs/notebooks run from top to bottom and end as their text says; they are kept without outputs."""

import pathlib

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "docs/notebooks"

# What the text of a notebook says of its own numbers, asked of it after its last cell.
ENDS = {
    "first-flow": [
        "T.settled.all() and gap > 5 * error",
        "(lambda t: t.loc[2.0, 2] < t.loc[2.0, 0] and t.loc[3.0, 2] > t.loc[3.0, 0])"
        "(blocks.frame.pivot(index='temperature', columns='step', values='T_energy'))",
    ],
    "own-model": [
        "abs(weights[0] - 1 / T_data) < 0.02 and abs(weights[1]) < 0.02",
        "bool(point.settled.all()) and bool((abs(point[point.kind == 'thermometer'].value - T_data) < 0.2).all())",
    ],
    "critical-point": ["abs(T_c.value - exact) < 5 * total", "total < 0.3"],
    "reading-a-run": ["[c.because for c in again.claims] == [c.because for c in run.claims]", "claim.because and claim.evidence[0] in run.figures"],
}


def test_every_notebook_is_here():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(ENDS)


@pytest.mark.parametrize("name", ENDS)
def test_notebook(name, tmp_path):
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
    check = "\n".join(f"assert {says}, {says!r}" for says in ENDS[name])
    notebook.cells.append(nbformat.v4.new_code_cell(check))
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
