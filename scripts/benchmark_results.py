# SPDX-License-Identifier: Apache-2.0
"""What the scripts around the benchmarks share: running them, and reading what was kept.

A result is Google Benchmark's JSON, of each benchmark the best repetition alone, with machine and commit in its context and
what other programs reached beside it ("comparison"). It holds no host name, no path and no user.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def refuse(sentence):
    print(sentence, file=sys.stderr)
    sys.exit(2)


def show_help(text):
    """Answers --help with the head of the script."""
    if any(word in ("-h", "--help") for word in sys.argv[1:]):
        print(text.strip())
        sys.exit(0)


def benchmark_program(build):
    program = Path(build) / "bin" / "spinflow_benchmarks"
    if not os.access(program, os.X_OK) or not program.is_file():
        refuse(f"{program}: no such program; configure {build} with -DSPINFLOW_BENCHMARKS=ON and build it, or run `make bench`")
    return program.resolve()


def one_thread():
    """The environment in which other programs and the sgemm line run: one thread, and the kernels that the processor
    deserves. OpenBLAS takes those of 2004 on an Intel processor that is younger than itself, a quarter of the speed."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    if "avx512dq" in cpu_information().get("flags", "").split():
        environment.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
    return environment


def cpu_information():
    """The first processor of /proc/cpuinfo, {} where there is none."""
    try:
        first = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in first.splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


def processor():
    """Model name and numbers: on virtual machines the name alone may say no more than the maker."""
    cpu = cpu_information()
    numbers = [f"{key} {cpu[place]}" for key, place in (("family", "cpu family"), ("model", "model"), ("stepping", "stepping")) if place in cpu]
    return " ".join([cpu.get("model name", os.uname().machine), *numbers])


def git(*words):
    """What git answers, with times in UTC; "" where there is no git or no repository."""
    try:
        answer = subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True, env={**os.environ, "TZ": "UTC"})
    except FileNotFoundError:
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def machine():
    """Context of a result: of the machine and of the source."""
    commit = git("rev-parse", "--short=10", "HEAD") or "unknown"
    changed = git("status", "--porcelain", "--untracked-files=no")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_GiB": round(memory, 1),
        "openblas_core": one_thread().get("OPENBLAS_CORETYPE", "its own choice"),
        "commit": commit + ("-dirty" if changed else ""),
        "commit_date": git("log", "-1", "--date=iso-strict-local", "--format=%cd"),
    }


def time_of(run):
    """Nanoseconds of an iteration: real time where threads share the work or the benchmark takes it itself, else the processor's."""
    kind = "real_time" if re.search(r"/(real|manual)_time$", run["name"]) else "cpu_time"
    return run[kind] * NANOSECONDS[run["time_unit"]]


def measure(program, options):
    """Runs benchmarks and returns their JSON, the best repetition of each in the order of registration."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.json"
        command = [program, f"--benchmark_out={out}", "--benchmark_out_format=json", "--benchmark_enable_random_interleaving=true", *options]
        answer = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=one_thread())
        if answer.returncode < 0:
            refuse(f"{program.name}: ended by signal {-answer.returncode}")
        if answer.returncode != 0 or not out.exists():
            refuse(f"{program.name}: {(answer.stderr.strip().splitlines() or ['it wrote nothing'])[-1]}")
        text = out.read_text()
    try:
        result = json.loads(text) if text.strip() else {"benchmarks": []}  # nothing matched
    except ValueError:
        refuse(f"{program.name}: what it wrote in {tempfile.gettempdir()} is no JSON; is the disk full?")
    best = {}
    for run in result["benchmarks"]:
        if run.get("error_occurred"):
            refuse(f"{run['name']}: {run['error_message']}")
        if run["run_type"] == "iteration" and (run["name"] not in best or time_of(run) < time_of(best[run["name"]])):
            best[run["name"]] = run
    if not best:
        refuse(f"{program.name}: nothing was measured with {' '.join(options)}; --benchmark_list_tests of the program itself lists the names")
    result["benchmarks"] = sorted(best.values(), key=lambda run: (run["family_index"], run["per_family_instance_index"]))
    for key in ("host_name", "executable", "library_build_type"):  # private, and how Google Benchmark itself was built
        result["context"].pop(key, None)
    return result


def read(path):
    """A kept result; refuses what is none."""
    try:
        result = json.loads(Path(path).read_text())
        context = result["context"]
        whole = all(isinstance(context[key], str) for key in ("processor", "commit", "date", "simd"))
        whole = whole and isinstance(context.get("commit_date", ""), str)
        whole = whole and len(result["benchmarks"]) > 0 and all(time_of(run) > 0 for run in result["benchmarks"])
    except OSError as error:
        refuse(f"{path}: {error.strerror.lower()}; `make bench` writes results")
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        whole = False
    if not whole:
        refuse(f"{path}: no result of `make bench`, or a damaged one")
    return result


def times(result):
    return {run["name"]: time_of(run) for run in result["benchmarks"]}


def write(path, text):
    """All of it or nothing: half a result would stop every later comparison."""
    part = Path(f"{path}.part")
    try:
        part.write_text(text)
        part.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    finally:
        part.unlink(missing_ok=True)


def begin(main):
    """Runs main; Ctrl-C, SIGTERM, a closed pipe and what cannot be written end it, and the program it runs, without a traceback."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        refuse(f"{error.filename or 'output'}: {(error.strerror or str(error)).lower()}")
