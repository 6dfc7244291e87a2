#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws cost against size out of one kept result, with what the machine could do at most in the same run.

usage: scripts/report-benchmarks.py RESULT.json|FOLDER OUT_FOLDER

FOLDER stands for the result in it that was measured last. Writes OUT_FOLDER/figures/{training,sampling,threads}.vl.json, which
scripts/render-study.sh makes pictures of, and OUT_FOLDER/tables.md, the tables of docs/performance.md.
"""

import json
import math
import re
import sys
from pathlib import Path

from benchmark_results import begin, read, refuse, time_of

# As the figures of a run's report (src/results/vega.cpp).
CONFIG = {
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
    "background": "white",
    "view": {"stroke": "#cccccc"},
    "axis": {
        "gridColor": "#ececec", "domainColor": "#888888", "tickColor": "#888888", "labelColor": "#333333", "labelFontSize": 11,
        "labelFlush": False, "labelOverlap": "greedy", "labelSeparation": 6, "labelLimit": 330, "titleColor": "#222222",
        "titleFontSize": 12, "titleFontWeight": "normal",
    },
    "legend": {"orient": "bottom", "direction": "horizontal", "labelFontSize": 12, "labelLimit": 330, "symbolStrokeWidth": 2},
    "title": {"fontSize": 12, "fontWeight": 600, "anchor": "start", "color": "#222222", "offset": 8},
}
# Told apart by shape and dashes as well: they may be printed in black.
WIDTH = 190  # of a panel
LOOKS = [("#0072B2", "circle", [1, 0]), ("#D55E00", "square", [6, 3]), ("#009E73", "triangle-up", [2, 2])]


class Result:
    """One kept result by names and sizes of its benchmarks."""

    def __init__(self, path):
        self.path = path
        whole = read(path)
        self.context = whole["context"]
        self.comparison = whole.get("comparison", [])
        self.runs = {run["name"]: run for run in whole["benchmarks"]}

    def get(self, name):
        if name not in self.runs:
            refuse(f"{self.path}: it has no benchmark {name}; run `make bench` anew")
        return self.runs[name]

    def rate(self, name, what):
        """`what` per nanosecond."""
        if what not in self.get(name):
            refuse(f"{self.path}: its benchmark {name} tells no {what}; run `make bench` anew")
        return self.get(name)[what] / 1e9

    def family(self, name):
        """[(sizes as a dictionary, run)] of the benchmarks name/key:value/key:value..."""
        found = []
        for full, run in self.runs.items():
            if full.startswith(name + "/") and not full.endswith("/real_time"):
                sizes = dict(re.findall(r"([a-z]+):(\d+)", full))
                found.append(({key: int(value) for key, value in sizes.items()}, run))
        if not found:
            refuse(f"{self.path}: it has no benchmarks {name}/...; run `make bench` anew")
        return found

    def sgemm(self):
        """Best of its shapes in flops per nanosecond; None if it was built without OpenBLAS."""
        rates = [run["flops"] / 1e9 for name, run in self.runs.items() if name.startswith("roofline/sgemm/")]
        return max(rates) if rates else None


def three(value):
    """Three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def axis(title, values, above=False):
    """Channel of a logarithmic axis with a tick at each of `values`."""
    look = {"values": values, "format": ",d"}
    if above:  # the title lies flat above the axis
        look.update(titleAngle=0, titleAlign="left", titleAnchor="end", titleBaseline="bottom", titleX=-30, titleY=-8)
    return {"type": "quantitative", "title": title, "axis": look}


def panel(title, x_title, y_title, lines, floors, ticks, range_of_y, names, labels="left"):
    """`lines`: {name: [(x, y)]}; `floors`: [(label, [(x, y)])], drawn dotted with their labels above at the left, center
    or right of the panel."""
    points = [{"x": x, "y": y, "of": name} for name, pairs in lines.items() for x, y in sorted(pairs)]
    every_x = [point["x"] for point in points]
    domain = [min(every_x) / 1.25, max(every_x) * 1.25]
    x = {**axis(x_title, ticks), "field": "x", "scale": {"type": "log", "domain": domain, "nice": False}}
    many = range_of_y[1] > 200 * range_of_y[0]
    y_ticks = [digit * 10**decade for decade in range(6) for digit in ((1,) if many else (1, 2, 5))]
    y = {**axis(y_title, y_ticks, above=True), "field": "y", "scale": {"type": "log", "domain": range_of_y, "nice": False}}
    layers = []
    for label, pairs in floors:
        pairs = pairs if len(pairs) > 1 else [(at, pairs[0][1]) for at in domain]
        curve = [{"x": a, "y": b} for a, b in pairs]
        layers.append({"data": {"values": curve}, "mark": {"type": "line", "color": "#444444", "strokeDash": [2, 3], "strokeWidth": 1.5},
                       "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}}})
        place = {"data": {"values": [{**curve[-1 if labels == "right" else 0], "label": label}]},
                 "encoding": {"x": {"value": {"left": 4, "center": WIDTH / 2, "right": WIDTH - 4}[labels]}, "y": {"field": "y", "type": "quantitative"}, "text": {"field": "label"}}}
        text = {"type": "text", "fontSize": 11, "align": labels, "baseline": "bottom", "dy": -2}
        layers.append({**place, "mark": {**text, "stroke": "white", "strokeWidth": 3, "fill": "white"}})
        layers.append({**place, "mark": {**text, "fill": "#444444"}})
    look = {"title": None, "legend": None if len(names) < 2 else {}}
    scale = {"domain": names}
    colour = {"field": "of", "type": "nominal", **look, "scale": {**scale, "range": [c for c, _, _ in LOOKS[: len(names)]]}}
    shape = {"field": "of", "type": "nominal", **look, "scale": {**scale, "range": [s for _, s, _ in LOOKS[: len(names)]]}}
    dash = {"field": "of", "type": "nominal", **look, "scale": {**scale, "range": [d for _, _, d in LOOKS[: len(names)]]}}
    own = {"data": {"values": points}}
    layers.append({**own, "mark": {"type": "line", "strokeWidth": 1.8}, "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash}})
    layers.append({**own, "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1}, "encoding": {"x": x, "y": y, "color": colour, "shape": shape}})
    return {"title": title, "width": WIDTH, "height": 210, "layer": layers}


def figure(title, caption, panels):
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": caption,
        "title": {"text": title, "fontSize": 14, "offset": 12},
        "columns": 3,
        "spacing": 28,
        "concat": panels,
        "config": CONFIG,
    }


def training(result):
    """An update of CD-1 has five products of N_v N_h batch terms: v -> h, h -> v', v' -> h', and two for the gradient."""
    runs = [(sizes, 1e12 / run["items_per_second"]) for sizes, run in result.family("train_cd") if sizes["k"] == 1]
    centre = {"visible": 1024, "hidden": 256, "batch": 128}
    reads = result.rate("roofline/level_1_read", "bytes")  # a byte per product: 64 of a table serve 4 inputs and 16 outputs
    floors = [(f"level-1 reads, {three(reads)} GB/s", [(1, 1000 / reads)])]
    if result.sgemm() is not None:
        floors.append((f"sgemm, {three(result.sgemm())} GFLOP/s", [(1, 2000 / result.sgemm())]))
    panels = []
    for key, title, x_title, labels in (("visible", "N_h = 256, batch 128", "N_v (visible units)", "center"),
                                        ("hidden", "N_v = 1024, batch 128", "N_h (hidden units)", "center"),
                                        ("batch", "N_v = 1024, N_h = 256", "batch (rows)", "right")):
        fixed = {other: value for other, value in centre.items() if other != key}
        pairs = [(sizes[key], cost / (5 * sizes["visible"] * sizes["hidden"] * sizes["batch"]))
                 for sizes, cost in runs if all(sizes[other] == value for other, value in fixed.items())]
        panels.append(panel(title, x_title, "ps per product", {"CD-1": pairs}, floors, sorted(x for x, _ in pairs), [2, 100], ["CD-1"], labels))
    return figure("Cost of a product of spin and weight, RBM training with CD-1, one thread (lower is faster)", "lower is faster", panels)


def sampling(result):
    random_bits = result.rate("roofline/random_words", "bits")
    memory = result.rate("roofline/memory_copy", "bytes")
    memory_floor = (f"memory, {three(memory)} GB/s", [(1, 1000 * 0.25 / memory)])  # a bit read and a bit written

    def generator(bits):
        return f"random bits, {three(bits)} of {three(random_bits)}/ns", 1000 * bits / random_bits

    def cost(runs, key):
        return [(sizes[key], 1e12 / run["flips"]) for sizes, run in runs]

    names = ["Metropolis", "heat bath", "checkerboard"]
    full = {name: [(s, r) for s, r in result.family(family) if s["lanes"] == 512] for name, family in (("Metropolis", "metropolis"), ("heat bath", "heat_bath"))}
    bits = max(run["bits_per_flip"] for _, run in full["Metropolis"])
    label, level = generator(bits)
    lines = {name: cost(runs, "side") for name, runs in full.items()}
    limits = [8, 300]
    panels = [panel("512 replicas in lanes", "L (sites)", "ps per spin", lines, [memory_floor, (label, [(1, level)])], sorted({x for pairs in lines.values() for x, _ in pairs}), limits, names)]
    board = result.family("checkerboard")
    label, level = generator(max(run["bits_per_flip"] for sizes, run in board if sizes["side"] >= 256))
    panels.append(panel("one lattice, checkerboard", "L (sites)", "ps per spin", {"checkerboard": cost(board, "side")}, [memory_floor, (label, [(1, level)])],
                        [sizes["side"] for sizes, _ in board], limits, names))
    lanes = [(sizes, run) for sizes, run in result.family("metropolis") if sizes["side"] == 32]
    floor = sorted((s["lanes"], 1000 * bits / random_bits * 512 * math.ceil(s["lanes"] / 512) / s["lanes"]) for s, _ in lanes)
    panels.append(panel("fewer or more replicas, L = 32", "replicas asked for (lanes)", "ps per spin", {"Metropolis": cost(lanes, "lanes")}, [("random bits", floor)],
                        [1, 8, 64, 512, 4096], [10, 200000], names, "right"))
    return figure("Cost of a spin update, one thread (lower is faster)", "lower is faster", panels)


def threads(result):
    works = [
        ("metropolis/side:64/lanes:4096", "Metropolis, L = 64, 4096 replicas"),
        ("train_cd/visible:1024/hidden:256/batch:128/k:10", "RBM 1024x256, batch 128, CD-10"),
        ("train_pcd/visible:4096/hidden:1024/batch:512/k:1", "RBM 4096x1024, batch 512, PCD-1"),
        ("flow/visible:100/hidden:64/rows:100000", "flow 100x64, 100,000 rows"),
    ]
    values = []
    for name, title in works:
        one, two = (time_of(result.get(f"{name}/threads:{n}/real_time")) for n in (1, 2))
        values.append({"work": title, "gain": one / two, "label": f"{one / two:.2f}"})
    order = [title for _, title in works]
    x = {"field": "gain", "type": "quantitative", "title": "speed of two threads in units of one thread's",
         "scale": {"domain": [0, 2.1], "nice": False}, "axis": {"values": [0, 0.5, 1, 1.5, 2]}}
    y = {"field": "work", "type": "nominal", "title": None, "sort": order}
    data = {"values": values}
    layers = [
        {"data": {"values": [{"gain": 2}]}, "mark": {"type": "rule", "color": "#444444", "strokeDash": [2, 3]}, "encoding": {"x": x}},
        {"data": data, "mark": {"type": "bar", "color": LOOKS[0][0], "height": 12}, "encoding": {"x": x, "y": y}},
        {"data": data, "mark": {"type": "text", "align": "right", "dx": -4, "fontSize": 11, "fill": "white"},
         "encoding": {"x": x, "y": y, "text": {"field": "label"}}},
    ]
    panels = [{"width": 420, "height": 110, "layer": layers}]
    return figure("Two threads against one", "longer is better", panels)


def tables(result):
    def rate(name, what, scale=1.0):
        return three(result.get(name)[what] / scale)

    def flips(family, sides, rest=""):
        return ", ".join(rate(f"{family}/side:{side}{rest}", "flips", 1e9) for side in sides) + " flips/ns"

    block = "/lanes:512/threads:1"
    flow = "flow/visible:100/hidden:64/rows:1000/threads:1"
    context = result.context
    lines = [
        f"{context['processor']}, {context['cores']} cores, {context['memory_GiB']} GiB, {context['simd']}, {context['compiler']}, commit {context['commit']}.",
        "",
        "| work, one core | measured |",
        "|---|---|",
        f"| replica-packed Metropolis, 512 replicas, every lane its own temperature, L = 10, 16, 32 | {flips('metropolis', (10, 16, 32), block)} |",
        f"| replica-packed heat bath, the same | {flips('heat_bath', (10, 16, 32), block)} |",
        f"| heat bath in a field, L = 32 | {flips('heat_bath_in_field', (32,), block)} |",
        f"| one bit-packed lattice, checkerboard Metropolis, T = 2.27, L = 256, 1024 | {flips('checkerboard', (256, 1024))} |",
        f"| RBM 100x64, batch 100, CD-1, sampled chain, all included | {rate('train_cd/visible:100/hidden:64/batch:100/k:1/threads:1', 'items_per_second')} updates/s |",
        f"| RBM 1024x256, batch 128, CD-10 | {rate('train_cd/visible:1024/hidden:256/batch:128/k:10/threads:1', 'items_per_second')} updates/s |",
        f"| RBM 4096x1024, batch 512, PCD-1 | {rate('train_pcd/visible:4096/hidden:1024/batch:512/k:1/threads:1', 'items_per_second')} updates/s |",
        f"| dense net 64-128-16, tanh, batch 256, squared error, Adam, shuffling included | {rate('dense/3000_updates_64-128-16_batch_256/manual_time', 'updates/s')} updates/s |",
        f"| flow v -> h -> v', 100x64, 1000 chains | {three(time_of(result.get(flow)) / 1e3)} us per step |",
    ]
    if result.comparison:
        lines += ["", "| the same work, one thread each | program | per second | spinflow is faster |", "|---|---|---|---|"]
    for entry in result.comparison:
        own = entry["rates"]["spinflow"]
        for program, value in entry["rates"].items():
            first = f"{entry['work']} ({entry['unit']})" if program == "spinflow" else ""
            lines.append(f"| {first} | {program} | {three(value) if value < 1e6 else f'{value / 1e9:.3g} 10^9'} | {'' if program == 'spinflow' else 'x ' + three(own / value)} |")
    return "\n".join(lines) + "\n"


def newest(folder):
    found = [(read(path)["context"]["date"], path) for path in Path(folder).glob("*.json")]
    if not found:
        refuse(f"{folder}: no results; `make bench` writes them")
    return max(found)[1]


def main():
    if len(sys.argv) != 3:
        refuse(f"usage: {sys.argv[0]} RESULT.json|FOLDER OUT_FOLDER")
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    result = Result(newest(source) if source.is_dir() else source)
    try:
        written = {name: draw(result) for name, draw in (("training", training), ("sampling", sampling), ("threads", threads))}
        text = tables(result)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        refuse(f"{result.path}: something that is drawn is missing in it; run `make bench` anew")
    (out / "figures").mkdir(parents=True, exist_ok=True)
    for name, spec in written.items():
        (out / "figures" / f"{name}.vl.json").write_text(json.dumps(spec, ensure_ascii=False) + "\n")
    (out / "tables.md").write_text(text)
    print(text)
    print(f"from {result.path}; written: {out}/figures/*.vl.json and {out}/tables.md")


if __name__ == "__main__":
    begin(main)
