#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Starts every command with a long piece of work, sends a signal at several moments and prints how long each took
to end, with which status, and what it left behind. Needs two minutes and 4 GB of memory.

usage: scripts/measure-interrupts.py BUILD_DIR [--signal INT|TERM|HUP|USR1] [--only TEXT]"""
import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time

# Files that the commands below read, made once.
INPUTS = [
    "sample ising-square -L 48 -T 2,3 -n 2000 -o s48.h5",
    "sample ising-square -L 32x128 -T 3 -n 64 -o s4096.h5",
    "sample ising-square -L 64 -T 3 -n 2000 -o s64.h5",
    "sample ising-square -L 16 -T 1:4:0.5 -n 4000 -o s16.h5",
    "sample ising-chain -N 65536 -T 1 -n 2000 -o chain.h5",
    "train rbm s4096.h5 --hidden 1024 --epochs 1 --batch-size 32 -o v4096.h5",
    "train rbm s64.h5 --hidden 2048 --epochs 1 --batch-size 1000 -o v64.h5",
    "train rbm s16.h5 --hidden 64 --epochs 1 -o v16.h5",
    "train stack s16.h5 --hidden 64,16 --epochs 1 --learning-rate 0.5 -o k16.h5",
]

# name, arguments
COMMANDS = [
    ("sample (heat bath)", "sample ising-square -L 256 -T 4:6:0.1 -n 5000 -o x.h5"),
    ("sample (wolff)", "sample ising-square -L 512 -T 2.2:2.4:0.01 -n 2000 -o x.h5"),
    ("sample 8192x8192", "sample ising-square -L 8192 -T 2 -n 1 -o x.h5"),
    ("sample (power law)", "sample ising-power-law -L 65536 --dimension 1 --sigma 0.9 -T 1:8:0.5 -n 200 -o x.h5"),
    ("sample (chain)", "sample ising-chain -N 100000 -T 1:3:0.1 -n 2000 -o x.h5"),
    ("sample (tempering)", "sample ising-square -L 33 --coupling=-1 --field 0.5 -T 1:2:0.1 -n 1000 -o x.h5"),
    ("train rbm", "train rbm s48.h5 --hidden 512 --epochs 1000 -o x.h5"),
    ("train rbm, AIS", "train rbm s4096.h5 --hidden 1024 --epochs 1 --batch-size 32 --log-likelihood -o x.h5"),
    ("train stack", "train stack s16.h5 --hidden 64,16 --epochs 1000 --learning-rate 0.5 -o x.h5"),
    ("train classifier", "train classifier s48.h5 --hidden 2048 --epochs 1000 -o x.h5"),
    ("train dense", "train dense s64.h5 --target autoencode --hidden 4096 --batch-size 2000 --updates 100000 -o x.h5"),
    ("flow 64x64", "flow v64.h5 --start s64.h5 --steps 1000 -o x.h5"),
    ("flow, thermometer", "flow v16.h5 --start s16.h5 --steps 3000 --thermometer energy -o x.h5"),
    ("measure", "measure chain.h5"),
    ("inspect", "inspect chain.h5"),
    ("verify", "verify"),
    ("critical", "critical ising-square --sizes 16,32,64 --budget 10m -o x"),
    ("critical (power law)", "critical ising-power-law --sigma 1.25 --sizes 16,32,64 --budget 10m -o x"),
    ("analyze weights 1024x4096", "analyze weights v4096.h5 -o x"),
    ("analyze correlators", "analyze correlators k16.h5 --ensemble s16.h5 --temperature 2 --permutations 1000000 -o x"),
    ("analyze couplings", "analyze couplings s48.h5 -o x"),
    ("analyze mcrg", "analyze mcrg ising-square -L 128 --steps 4 -n 10000000 -o x"),
    ("run iso2018", "run iso2018 --scale quick -o x"),
    ("run short-sighted", "run short-sighted --scale quick -o x"),
    ("run gong-xia", "run gong-xia --scale quick -o x"),
]
MOMENTS = (0.02, 0.3, 1.0, 2.5)  # seconds after the start


def left_behind(folder, before):
    found = set()
    for path, _, names in os.walk(folder):
        found.update(os.path.relpath(os.path.join(path, name), folder) for name in names)
    found -= before
    if found and all(name.startswith("x/") and "partial" not in name for name in found) and "x/INCOMPLETE" in found:
        return "an unfinished run"
    return ", ".join(sorted(found)) or "nothing"


def files_in(folder):
    return {os.path.relpath(os.path.join(p, n), folder) for p, _, names in os.walk(folder) for n in names}


def interrupted(program, arguments, folder, moment, number):
    """(seconds from the signal to the end, status, what is left); None if it had ended before."""
    before = files_in(folder)
    process = subprocess.Popen([program, *arguments.split()], cwd=folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        process.wait(moment)
        subprocess.run(["rm", "-rf", "x", "x.h5"], cwd=folder, check=True)  # or the next would be refused
        return None
    except subprocess.TimeoutExpired:
        pass
    start = time.monotonic()
    process.send_signal(number)
    try:
        process.wait(90)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    seconds = time.monotonic() - start
    status = process.returncode if process.returncode >= 0 else 128 - process.returncode
    left = left_behind(folder, before)
    subprocess.run(["rm", "-rf", "x", "x.h5"], cwd=folder, check=True)
    return seconds, status, left


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="folder of the build")
    parser.add_argument("--signal", default="INT", choices=["INT", "TERM", "HUP", "USR1"])
    parser.add_argument("--only", default="", help="only commands whose name has this text in it")
    options = parser.parse_args()
    program = os.path.abspath(os.path.join(options.build, "bin", "spinflow"))
    number = getattr(signal, "SIG" + options.signal)
    worst = 0.0
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        needed = [arguments for name, arguments in COMMANDS if options.only in name]
        for line in INPUTS:
            output = line.split()[-1]
            uses = needed + [other for other in INPUTS if other != line]
            if any(output in arguments.split() for arguments in uses):
                subprocess.run([program, *line.split()], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        print(f"{'seconds until the end, signal at':<34}" + "".join(f"{f'{m:g} s':>10}" for m in MOMENTS) + "  left")
        for name, arguments in COMMANDS:
            if options.only not in name:
                continue
            cells = []
            leftovers = set()
            for moment in MOMENTS:
                result = interrupted(program, arguments, folder, moment, number)
                if result is None:
                    cells.append("ended")
                    continue
                seconds, status, left = result
                worst = max(worst, seconds)
                # In the first instants the signal ends the process by itself; a batch system's is answered with 75
                # where --resume goes on.
                good = status == 128 + number or (status == 75 and options.signal in ("TERM", "USR1"))
                bad += not good
                cells.append(f"{seconds:.2f}" + ("" if good else f" ({status})"))
                leftovers.add(left)
            print(f"{name:<34}" + "".join(f"{cell:>10}" for cell in cells) + "  " + "; ".join(sorted(leftovers)),
                  flush=True)
    print(f"the longest: {worst:.2f} s; {bad} ended with another status than {128 + number} (75 after TERM and USR1, where --resume goes on)")
    return 1 if bad or worst > 2 else 0


if __name__ == "__main__":
    sys.exit(main())
