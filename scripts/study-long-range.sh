#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Critical couplings of the long-range models and, where all is known, of the square: scripts/study-long-range.sh
# PATH-TO-SPINFLOW FOLDER. Runs that are there already are kept. Writes FOLDER/table.md.
set -eu
spinflow=$1
folder=$2
mkdir -p "$folder"

run() { # folder, what the command line says after `critical`
  name=$1
  shift
  if [ -f "$folder/$name/results.json" ] && [ ! -f "$folder/$name/INCOMPLETE" ]; then return; fi
  "$spinflow" critical "$@" --seed 1 -o "$folder/$name" --force > /dev/null
}

for sigma in 0.25 0.5 0.75 1; do
  run "d1-$sigma" ising-power-law --dimension 1 --sigma "$sigma" \
    --sizes 64,96,128,192,256,384,512,768,1024,2048,4096,8192 --budget 90s
done
for sigma in 0.8 1 1.25 1.5; do
  run "d2-$sigma" ising-power-law --dimension 2 --sigma "$sigma" --sizes 8,12,16,24,32,48,64,96 --budget 100s
done
run square ising-square --sizes 8,12,16,24,32,48,64,96,128 --budget 5m

/usr/bin/python3 - "$folder" << 'PYTHON'
import json, math, pathlib, sys

folder = pathlib.Path(sys.argv[1])
names = ["d1-0.25", "d1-0.5", "d1-0.75", "d1-1", "d2-0.8", "d2-1", "d2-1.25", "d2-1.5", "square"]

def concise(value):
    if value["value"] is None:
        return "-"
    error = value["error"]
    digits = max(0, -math.floor(math.log10(error)))
    scaled = round(error * 10**digits)
    if scaled <= 3:
        digits += 1
        scaled = round(error * 10**digits)
    systematic = "not known" if value["systematic"] is None else f"{value['systematic']:.1g}"
    return f"{value['value']:.{digits}f}({scaled}) ± {systematic}"

lines = ["| d | sigma | K_c | y_t | theory | Delta_sigma | theory | Q\\* | theory |", "|---|---|---|---|---|---|---|---|---|"]
for name in names:
    values = json.loads((folder / name / "results.json").read_text())["values"]
    def theory(key):
        return "-" if values[key]["expected"] is None else f"{values[key]['expected']:.6g}"
    d, sigma = ("2", "nearest neighbours") if name == "square" else (name[1], name[3:])
    lines.append(f"| {d} | {sigma} | {concise(values['K_c'])} | {concise(values['y_t'])} | {theory('y_t')} | "
                 f"{concise(values['Delta_sigma'])} | {theory('Delta_sigma')} | {concise(values['Q_star'])} | {theory('Q_star')} |")
text = "\n".join(lines) + "\n"
(folder / "table.md").write_text(text)
print(text, end="")
PYTHON
