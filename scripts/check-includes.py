#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A file includes its own room and strictly lower floors (docs/architecture.md); SPDX line in every source file."""
import pathlib
import re
import sys

FLOORS = {
    "base": 0, "io": 1, "kernels": 1, "stats": 2, "lattice": 2, "models": 3, "networks": 3, "ensemble": 4, "exact": 4,
    "samplers": 5, "inference": 5, "trainers": 6, "transformations": 6, "thermometers": 6, "observables": 6, "flow": 7, "analysis": 7, "results": 7,
    "runs": 8, "report": 8, "studies": 9, "recipes": 10, "command": 12, "commands": 13, "apps": 14,
}
ROOT = pathlib.Path(__file__).resolve().parent.parent
faults = []
for path in sorted(ROOT.glob("include/spinflow/*/**/*.hpp")) + sorted(ROOT.glob("src/**/*.?pp")) + sorted(ROOT.glob("apps/**/*.?pp")) + sorted(ROOT.glob("python/src/*.?pp")):
    relative = path.relative_to(ROOT)
    parts = relative.parts
    if parts[0] == "python":
        room = "apps"
    elif parts[0] == "apps":
        room = parts[2] if len(parts) > 3 else "apps"
    else:
        room = parts[2 if parts[0] == "include" else 1]
    text = path.read_text()
    if "SPDX-License-Identifier: Apache-2.0" not in text.split("\n", 1)[0]:
        faults.append(f"{relative}: no SPDX line")
    for used in re.findall(r'#include "(?:spinflow/)?([a-z_]+)/', text):
        if used != room and FLOORS[used] >= FLOORS[room]:
            faults.append(f"{relative}: {room} (floor {FLOORS[room]}) includes {used} (floor {FLOORS[used]})")
    if relative.parts[0] == "include":
        for foreign in re.findall(r"#include <((?:hwy|Eigen|tbb|nlohmann|CLI|toml\+\+|hdf5|H5|Random123)[^>]*)>", text):
            faults.append(f"{relative}: a public header includes <{foreign}>")
listed = re.findall(r'#include "(spinflow/[^"]*)"', (ROOT / "include/spinflow/spinflow.hpp").read_text())
for header in sorted({str(path.relative_to(ROOT / "include")) for path in ROOT.glob("include/spinflow/*/**/*.hpp")} ^ set(listed)):
    faults.append(f"include/spinflow/spinflow.hpp: lists every public header, but see {header}")
for room in FLOORS:
    if (ROOT / "src" / room).is_dir() and not (ROOT / "src" / room / "README.md").is_file():
        faults.append(f"src/{room}: no README.md says what lives there")
print("\n".join(faults) or "includes keep to the floors")
sys.exit(1 if faults else 0)
