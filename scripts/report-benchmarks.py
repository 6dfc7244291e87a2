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

from benchmark_results import begin, read, refuse, show_help, time_of, write

# As the figures of a run's report (src/results/vega.cpp).
CONFIG = {
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
    "background": "white",
    "view": {"stroke": "#cccccc"},
    "axis": {
        "gridColor": "#ececec", "domainColor": "#888888", "tickColor": "#888888", "labelColor": "#333333", "labelFontSize": 11,
        "labelFlush": False, "labelOverlap": "greedy", "labelSeparation": 2, "labelLimit": 330, "titleColor": "#222222",
        "titleFontSize": 12, "titleFontWeight": "normal",
    },
    "legend": {"orient": "bottom", "direction": "horizontal", "labelFontSize": 12, "labelLimit": 330, "symbolStrokeWidth": 0, "symbolSize": 70},
    "title": {"fontSize": 12, "fontWeight": 600, "anchor": "start", "color": "#222222", "offset": 8},
}
# Told apart by shape and dashes as well: they may be printed in black.
WIDTH = 190  # of a panel
LOOKS = [("#0072B2", "circle", [1, 0]), ("#D55E00", "square", [6, 3]), ("#009E73", "triangle-up", [8, 3, 2, 3])]


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


def axis(field, title, ticks, domain, above=False):
    """Channel of a logarithmic axis. `above`: the title lies flat above it."""
    look = {"values": ticks, "format": "d"}
    if above:
        look.update(titleAngle=0, titleAlign="left", titleAnchor="end", titleBaseline="bottom", titleX=-30, titleY=-8)
    scale = {"type": "log", "domain": domain, "nice": False}
    return {"field": field, "type": "quantitative", "title": title, "axis": look, "scale": scale}


def floor_layers(label, curve, side):
    """A dotted line with its label above it, at the left, center or right of the panel, or below at the right."""
    x, y = ({"field": field, "type": "quantitative"} for field in "xy")
    line = {"type": "line", "color": "#444444", "strokeDash": [2, 3], "strokeWidth": 1.5}
    text = {"type": "text", "fontSize": 11, "align": side, "baseline": "bottom", "dy": -2}
    if side == "below":
        text.update(align="right", baseline="top", dy=4)
    place = {"left": 4, "center": WIDTH / 2}.get(side, WIDTH - 4)
    end = {**curve[0 if side in ("left", "center") else -1], "label": label}
    labelled = {"data": {"values": [end]}, "encoding": {"x": {"value": place}, "y": y, "text": {"field": "label"}}}
    return [
        {"data": {"values": curve}, "mark": line, "encoding": {"x": x, "y": y}},
        {**labelled, "mark": {**text, "stroke": "white", "strokeWidth": 3, "fill": "white"}},
        {**labelled, "mark": {**text, "fill": "#444444"}},
    ]


def panel(title, x_title, y_title, lines, floors, ticks, range_of_y, names, side="left"):
    """`lines`: {one of the names: [(x, y)]}; `floors`: [(label, [(x, y)])], one point for a level line."""
    points = [{"x": x, "y": y, "of": name} for name, pairs in lines.items() for x, y in sorted(pairs)]
    ends = [min(point["x"] for point in points) / 1.25, max(point["x"] for point in points) * 1.25]
    digits = (1,) if range_of_y[1] > 200 * range_of_y[0] else (1, 2, 5)
    x = axis("x", x_title, ticks, ends)
    y = axis("y", y_title, [digit * 10**decade for decade in range(6) for digit in digits], range_of_y, above=True)
    layers = []
    for label, pairs in floors:
        pairs = pairs if len(pairs) > 1 else [(end, pairs[0][1]) for end in ends]
        layers += floor_layers(label, [{"x": a, "y": b} for a, b in pairs], side)
    look = {"field": "of", "type": "nominal", "title": None, "legend": {} if len(names) > 1 else None}
    color, shape, dash = ({**look, "scale": {"domain": names, "range": list(kind)[: len(names)]}} for kind in zip(*LOOKS))
    data = {"values": points}
    line = {"type": "line", "strokeWidth": 1.8}
    point = {"type": "point", "filled": True, "size": 45, "opacity": 1}
    layers.append({"data": data, "mark": line, "encoding": {"x": x, "y": y, "color": color, "strokeDash": dash}})
    layers.append({"data": data, "mark": point, "encoding": {"x": x, "y": y, "color": color, "shape": shape}})
    return {"title": title, "width": WIDTH, "height": 210, "layer": layers}


def figure(title, panels, subtitle=""):
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": title,
        "title": {"text": title, "fontSize": 14, "offset": 12, "subtitle": subtitle, "subtitleFontSize": 12, "subtitlePadding": 6},
        "columns": 3,
        "spacing": 28,
        "concat": panels,
        "config": CONFIG,
    }


def training(result):
    """An update of CD-1 has five products of N_v N_h batch terms: v -> h, h -> v', v' -> h', and two for the gradient."""
    runs = [(sizes, 1e12 / run["items_per_second"]) for sizes, run in result.family("train_cd") if sizes["k"] == 1]
    centre = {"visible": 1024, "hidden": 256, "batch": 128}
    reads = result.rate("roofline/level_1_read", "bytes")
    # A byte per product: 64 bytes of a table serve 4 inputs and 16 outputs. Two flops per product in sgemm.
    floors = [("level-1 reads", [(1, 1000 / reads)])]
    measured = f"reads from level-1 cache ({three(reads)} GB/s, a byte per product)"
    if result.sgemm() is not None:
        floors.append(("sgemm", [(1, 2000 / result.sgemm())]))
        measured = f"sgemm ({three(result.sgemm())} GFLOP/s) and " + measured
    panels = []
    for key, title, x_title, side in (
        ("visible", "N_h = 256, batch 128", "N_v (visible units)", "right"),
        ("hidden", "N_v = 1024, batch 128", "N_h (hidden units)", "center"),
        ("batch", "N_v = 1024, N_h = 256", "batch (rows)", "right"),
    ):
        pairs = [
            (sizes[key], cost / (5 * sizes["visible"] * sizes["hidden"] * sizes["batch"]))
            for sizes, cost in runs
            if all(sizes[other] == value for other, value in centre.items() if other != key)
        ]
        ticks = sorted(x for x, _ in pairs)
        panels.append(panel(title, x_title, "ps per product", {"CD-1": pairs}, floors, ticks, [2, 100], ["CD-1"], side))
    title = "Cost of a product of spin and weight, RBM training with CD-1, one thread (lower is faster)"
    return figure(title, panels, f"Dotted, measured in the same run: {measured}")


def sampling(result):
    names = ["Metropolis", "heat bath", "checkerboard"]
    random_bits = result.rate("roofline/random_words", "bits")
    copied = result.rate("roofline/memory_copy", "bytes")
    memory = ("memory", [(1, 1000 * 0.25 / copied)])  # a bit read and a bit written
    limits = [8, 300]

    def generator(runs):
        bits = max(run["bits_per_flip"] for _, run in runs)
        return f"random bits, {three(bits)} a spin", [(1, 1000 * bits / random_bits)]

    def cost(runs, key):
        return [(sizes[key], 1e12 / run["flips"]) for sizes, run in runs]

    metropolis, heat_bath = result.family("metropolis"), result.family("heat_bath")
    blocks = [(sizes, run) for sizes, run in metropolis if sizes["lanes"] == 512]
    lines = {"Metropolis": cost(blocks, "side"), "heat bath": cost([(s, run) for s, run in heat_bath if s["lanes"] == 512], "side")}
    ticks = sorted({x for pairs in lines.values() for x, _ in pairs})
    in_lanes = panel("512 replicas in lanes", "L (sites)", "ps per spin", lines, [memory, generator(blocks)], ticks, limits, names)

    board = result.family("checkerboard")
    floors = [memory, generator([(sizes, run) for sizes, run in board if sizes["side"] >= 256])]
    lines = {"checkerboard": cost(board, "side")}
    alone = panel("one lattice in single bits", "L (sites)", "ps per spin", lines, floors, [x for x, _ in lines["checkerboard"]], limits, names)

    few = [(sizes, run) for sizes, run in metropolis if sizes["side"] == 32]
    drawn = sorted((s["lanes"], 1000 * run["bits_per_flip"] / random_bits * 512 * math.ceil(s["lanes"] / 512) / s["lanes"]) for s, run in few)
    lines = {
        "Metropolis": cost(few, "lanes"),
        "heat bath": cost([(sizes, run) for sizes, run in heat_bath if sizes["side"] == 32], "lanes"),
    }
    title, x_title = "fewer or more replicas, L = 32", "replicas asked for (lanes)"
    in_part = panel(title, x_title, "ps per spin", lines, [("random bits", drawn)], [1, 8, 64, 512, 4096], [10, 200000], names, "below")
    measured = f"the generator alone ({three(random_bits)} bits/ns) and copies in memory ({three(copied)} GB/s)"
    title = "Cost of a spin update, one thread (lower is faster)"
    return figure(title, [in_lanes, alone, in_part], f"Dotted, measured in the same run: {measured}")


def threads(result):
    works = {
        "Metropolis, L = 64, 4096 replicas": "metropolis/side:64/lanes:4096",
        "RBM 1024x256, batch 128, CD-10": "train_cd/visible:1024/hidden:256/batch:128/k:10",
        "RBM 4096x1024, batch 512, PCD-1": "train_pcd/visible:4096/hidden:1024/batch:512/k:1",
        "flow 100x64, 100,000 rows": "flow/visible:100/hidden:64/rows:100000",
    }
    values = []
    for title, name in works.items():
        one, two = (time_of(result.get(f"{name}/threads:{n}/real_time")) for n in (1, 2))
        values.append({"work": title, "gain": one / two, "label": f"{one / two:.2f}"})
    title = "speed of two threads in units of one thread's"
    look = {"scale": {"domain": [0, 2.1], "nice": False}, "axis": {"values": [0, 0.5, 1, 1.5, 2]}}
    x = {"field": "gain", "type": "quantitative", "title": title, **look}
    y = {"field": "work", "type": "nominal", "title": None, "sort": list(works)}
    ideal = {"type": "rule", "color": "#444444", "strokeDash": [2, 3]}
    number = {"type": "text", "align": "right", "dx": -4, "fontSize": 11, "fill": "white"}
    data = {"values": values}
    layers = [
        {"data": data, "mark": {"type": "bar", "color": LOOKS[0][0], "height": 12}, "encoding": {"x": x, "y": y}},
        {"data": data, "mark": number, "encoding": {"x": x, "y": y, "text": {"field": "label"}}},
        {"data": {"values": [{"gain": 2}]}, "mark": ideal, "encoding": {"x": x}},
    ]
    # Other programs take what a second thread would bring: a picture drawn on a busy machine says so.
    load = f"{result.context['load_avg'][0]:.1f} on {result.context['cores']} cores"
    title = f"Two threads against one (longer is better; load of the machine before the run: {load})"
    return figure(title, [{"width": 420, "height": 110, "layer": layers}])


def kept_numbers(result):
    """[(work, what was measured)] of the table at the top of docs/performance.md."""

    def flips(family, sides, rest=""):
        return ", ".join(three(result.rate(f"{family}/side:{side}{rest}", "flips")) for side in sides) + " flips/ns"

    def updates(name, what="items_per_second"):
        return f"{three(result.get(name)[what])} updates/s"

    block = "/lanes:512/threads:1"
    flow = result.get("flow/visible:100/hidden:64/rows:1000/threads:1")
    dense = "dense/3000_updates_64-128-16_batch_256/manual_time"
    every_lane = "512 replicas, every lane its own temperature, L = 10, 16, 32"
    return [
        (f"replica-packed Metropolis, {every_lane}", flips("metropolis", (10, 16, 32), block)),
        ("replica-packed heat bath, the same", flips("heat_bath", (10, 16, 32), block)),
        ("heat bath in a field, L = 32", flips("heat_bath_in_field", (32,), block)),
        ("one bit-packed lattice, checkerboard Metropolis, T = 2.27, L = 256, 1024", flips("checkerboard", (256, 1024))),
        ("RBM 100x64, batch 100, CD-1, sampled chain, all included", updates("train_cd/visible:100/hidden:64/batch:100/k:1/threads:1")),
        ("RBM 1024x256, batch 128, CD-10", updates("train_cd/visible:1024/hidden:256/batch:128/k:10/threads:1")),
        ("RBM 4096x1024, batch 512, PCD-1", updates("train_pcd/visible:4096/hidden:1024/batch:512/k:1/threads:1")),
        ("dense net 64-128-16, tanh, batch 256, squared error, Adam, shuffling included", updates(dense, "updates/s")),
        ("flow v -> h -> v', 100x64, 1000 chains", f"{three(time_of(flow) / 1e3)} us per step"),
    ]


def tables(result):
    """Markdown."""
    of = result.context
    lines = [f"{of['processor']}, {of['cores']} cores, {of['memory_GiB']} GiB, {of['simd']}, {of['compiler']}, commit {of['commit']}.", ""]
    lines += ["| work, one core | measured |", "|---|---|", *(f"| {work} | {value} |" for work, value in kept_numbers(result))]
    if result.comparison:
        lines += ["", "| the same work, one thread each | program | per second | spinflow is faster |", "|---|---|---|---|"]
    for entry in result.comparison:
        work = f"{entry['work']} ({entry['unit']})"
        for program, value in entry["rates"].items():
            amount = three(value) if value < 1e6 else f"{value / 1e9:.3g} 10^9"
            faster = "" if program == "spinflow" else f"x {three(entry['rates']['spinflow'] / value)}"
            lines.append(f"| {work} | {program} | {amount} | {faster} |")
            work = ""
    return "\n".join(lines) + "\n"


def newest(folder):
    found = [(read(path)["context"]["date"], path) for path in Path(folder).glob("*.json")]
    if not found:
        refuse(f"{folder}: no results; `make bench` writes them")
    return max(found)[1]


def main():
    show_help(__doc__)
    if len(sys.argv) != 3:
        refuse(f"usage: {sys.argv[0]} RESULT.json|FOLDER OUT_FOLDER")
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    result = Result(newest(source) if source.is_dir() else source)
    try:
        written = {name: draw(result) for name, draw in (("training", training), ("sampling", sampling), ("threads", threads))}
        text = tables(result)
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        refuse(f"{result.path}: something that is drawn is missing in it; run `make bench` anew")
    (out / "figures").mkdir(parents=True, exist_ok=True)
    for name, spec in written.items():
        write(out / "figures" / f"{name}.vl.json", json.dumps(spec, ensure_ascii=False) + "\n")
    write(out / "tables.md", text)
    print(text)
    print(f"from {result.path}; written: {out}/figures/*.vl.json and {out}/tables.md")


if __name__ == "__main__":
    begin(main)
