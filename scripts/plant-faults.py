#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plants the faults of tests/faults/faults.toml one by one in a copy of the tree and shows that the tests go red.

    scripts/plant-faults.py FOLDER [NAME ...]
    scripts/plant-faults.py --check

FOLDER: where the copy and its build go (build/faults); kept, so that a second call is quick. Without NAMEs all
faults are planted. For each, the tests of its room (but for the slow ones) are built and run; the script prints
which of them fail. --check plants nothing: it only looks whether every fault fits the code. Exit status 0 if every fault was caught, 1 if one was not, 2 if a fault does not fit the code.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = ROOT / "tests/faults/faults.toml"
SECONDS_PER_ROOM = 900


def refuse(sentence):
    print(f"plant-faults: {sentence}", file=sys.stderr)
    sys.exit(2)


def copy_tree(tree):
    """Every tracked file; unchanged ones keep their time, so that the build does not begin anew."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in names.decode().split("\0"):
        source, target = ROOT / name, tree / name
        if not name or not source.is_file():
            continue
        if target.is_file() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(source.stat().st_mode)


def build(folder, rooms):
    done = subprocess.run(["cmake", "--build", folder, "--target", *(f"test_{room}" for room in rooms)],
                          capture_output=True, text=True)
    return done.returncode == 0, done.stdout[-2000:]


def failing_tests(folder, room):
    """Names of the tests of a room that fail; a crash or a hang is named as such."""
    program = folder / f"bin/test_{room}"
    try:
        done = subprocess.run([program, "--gtest_brief=1", "--gtest_filter=-Slow*:*/Slow*"], capture_output=True,
                              text=True, timeout=SECONDS_PER_ROOM)
    except subprocess.TimeoutExpired:
        return ["(did not end)"]
    failed = list(dict.fromkeys(re.findall(r"^\[  FAILED  \] (\S+?),? ", done.stdout, re.MULTILINE)))
    if done.returncode < 0:
        failed.append(f"(ended by signal {-done.returncode})")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if (arguments.folder is None) != arguments.check:
        parser.error("give a FOLDER, or --check alone")
    faults = tomllib.loads(LIST.read_text())["fault"]
    unknown = set(arguments.names) - {fault["name"] for fault in faults}
    if unknown:
        refuse(f"{LIST.name} has no fault named {', '.join(sorted(unknown))}")
    if arguments.names:
        faults = [fault for fault in faults if fault["name"] in arguments.names]
    for fault in faults:
        count = (ROOT / fault["file"]).read_text().count(fault["old"])
        if count != 1:
            refuse(f"{fault['name']}: `old` stands {count} times in {fault['file']}; bring {LIST.name} up to date")

    if arguments.check:
        print(f"all {len(faults)} faults of {LIST.name} fit the code")
        return 0

    tree, folder = arguments.folder / "tree", arguments.folder / "release"
    copy_tree(tree)
    (tree / "web/node_modules").exists() or shutil.copytree(ROOT / "web/node_modules", tree / "web/node_modules",
                                                            symlinks=True)
    subprocess.run(["cmake", "-S", tree, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                    "-DSPINFLOW_TESTS=ON"], check=True, capture_output=True)
    rooms = sorted({fault["room"] for fault in faults})
    good, output = build(folder, rooms)
    if not good:
        refuse(f"the tree does not build without a fault:\n{output}")
    for room in rooms:
        failed = failing_tests(folder, room)
        if failed:
            refuse(f"the tests of {room} fail without a fault: {', '.join(failed)}")

    missed = 0
    for fault in faults:
        path = tree / fault["file"]
        healthy = path.read_text()
        path.write_text(healthy.replace(fault["old"], fault["new"]))
        try:
            good, output = build(folder, [fault["room"]])
            if not good:
                refuse(f"{fault['name']} does not compile:\n{output}")
            failed = failing_tests(folder, fault["room"])
        finally:
            path.write_text(healthy)
        missed += not failed
        caught = f"{len(failed)} tests fail: {', '.join(failed[:4])}" if failed else "NOT CAUGHT"
        print(f"{fault['name']} ({fault['room']}): {caught}", flush=True)
    print(f"{len(faults) - missed} of {len(faults)} faults are caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
