# SPDX-License-Identifier: Apache-2.0
# Two commands matter: `make demo` and `make test`. Each installs what is missing, builds, and does its job.
BUILD := build/release
ASAN := build/asan
SPINFLOW := $(BUILD)/bin/spinflow
WITH_PYTHON := -DSPINFLOW_PYTHON=ON -DPython_EXECUTABLE=$(CURDIR)/build/venv/bin/python
.DEFAULT_GOAL := build
.PHONY: build python wheel test-wheel demo study-iso2018 study-long-range study-short-sighted study-gong-xia pulls test test-fast test-asan test-tsan test-cluster faults fuzz benchmarks bench bench-check \
  bench-compare bench-python bench-report neon docs site format lint clean

build:
	scripts/install-dependencies.sh build
	cmake --preset release
	cmake --build $(BUILD)

# The Python module, into build/venv: `build/venv/bin/python -c "import spinflow"`.
python:
	scripts/install-dependencies.sh build python
	scripts/python-environment.sh
	cmake --preset release $(WITH_PYTHON)
	cmake --build $(BUILD)
	echo $(CURDIR)/$(BUILD)/python > "$$(build/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/spinflow.pth"

# One file under build/wheel that installs module and command on another machine.
wheel:
	scripts/install-dependencies.sh build python
	scripts/python-environment.sh
	scripts/make-wheel.sh

# The wheel in an empty environment: example and command.
test-wheel: wheel
	tests/python/test-wheel.sh build/wheel/spinflow-*.whl

demo: build
	$(SPINFLOW) run iso2018 --scale quick -o runs/demo --force

# The study that docs/recipes/iso2018.md tells: six minutes on two cores.
study-iso2018: build
	$(SPINFLOW) run iso2018 --scale full -o runs/iso2018-full --force
	scripts/render-study.sh runs/iso2018-full docs/images/iso2018 flow-temperature correlation fixed-points \
	  scan-hidden scan-decay scan-method scan-size no-fixed-point magnetization-histogram two-sample cluster-sizes \
	  coupling-flow step-map mean-field model-likelihood model-temperature weights-spectrum weights-shells \
	  weights-likeness

# The study that docs/recipes/short-sighted.md tells: about half an hour on two cores.
study-short-sighted: build
	$(SPINFLOW) run short-sighted --scale full -o runs/short-sighted-full --force
	scripts/render-study.sh runs/short-sighted-full docs/images/short-sighted layer-temperatures \
	  layer-temperatures-large shrinkage-scan layer-readings-sigma-1-25 layer-readings-nearest off-critical \
	  receptive-fields-shrinkage-sigma-1-25 correlator-profiles layer-correlations \
	  scaling-dimensions scaling-nearest scaling-residuals-nearest range-flows order-exponents flow-diagram \
	  coupling-steps

# The pictures of docs/recipes/gong-xia.md: three minutes on two cores.
study-gong-xia: build
	$(SPINFLOW) run gong-xia --scale full -o runs/gong-xia-full --force
	scripts/render-study.sh runs/gong-xia-full docs/images/gong-xia decimation majority cell-residuals \
	  correlation-ratio depth limit-of-blocks limit-of-chains field-flow course-coupling course-loss flips \
	  architectures data output-correlations generic-readings hidden-correlations

# The table of docs/long-range.md: twenty minutes on two cores.
study-long-range: build
	scripts/study-long-range.sh $(SPINFLOW) runs/long-range

# Whether the errors of `spinflow critical` are honest, over 20 seeds; half an hour on two cores. The result is
# kept in docs/critical-points.md.
pulls: build
	scripts/install-dependencies.sh build test
	scripts/pulls.sh $(SPINFLOW) runs/pulls
	scripts/pulls-measure.py $(SPINFLOW) runs/pulls

test:
	scripts/install-dependencies.sh build test python mpi
	scripts/python-environment.sh
	cmake --preset release -DSPINFLOW_TESTS=ON -DSPINFLOW_MPI=ON $(WITH_PYTHON)
	cmake --build $(BUILD)
	scripts/check-includes.py
	scripts/plant-faults.py --check
	ctest --test-dir $(BUILD) --output-on-failure -j 2

test-fast:
	scripts/install-dependencies.sh build test python mpi
	scripts/python-environment.sh
	cmake --preset release -DSPINFLOW_TESTS=ON -DSPINFLOW_MPI=ON $(WITH_PYTHON)
	cmake --build $(BUILD)
	ctest --test-dir $(BUILD) --output-on-failure -j 2 -LE slow

test-asan:
	scripts/install-dependencies.sh build test
	cmake --preset asan
	cmake --build $(ASAN)
	ctest --test-dir $(ASAN) --output-on-failure -j 2 -LE 'slow|page'

# A job array, kills and a requeue in a Slurm of two nodes that is started for it and ended: about a minute. As root.
test-cluster: build
	scripts/install-dependencies.sh cluster
	tests/cluster/test-slurm.sh $(SPINFLOW)

# Every reader of foreign bytes for FUZZ_SECONDS under libFuzzer and the sanitizers, two at a time. What ends one is
# kept under build/fuzz/findings. FUZZ_SEED=0: other changes every time.
FUZZ_SECONDS := 600
FUZZ_SEED := 0
fuzz:
	scripts/install-dependencies.sh build fuzz
	cmake --preset fuzz
	cmake --build build/fuzz --target spinflow_fuzz
	scripts/fuzz.sh build/fuzz $(FUZZ_SECONDS) $(FUZZ_SEED)

# Races between threads: the tests that compare results for several numbers of threads, and every recipe once, under
# ThreadSanitizer. Ten minutes on two cores; no part of the whole check.
test-tsan:
	scripts/install-dependencies.sh build test
	cmake --preset tsan
	cmake --build build/tsan
	ctest --test-dir build/tsan --output-on-failure -R Threads -LE 'slow|page'
	for recipe in iso2018 gong-xia short-sighted; do \
	  TSAN_OPTIONS=halt_on_error=1 build/tsan/bin/spinflow run $$recipe --scale smoke --threads 4 -o runs/tsan-$$recipe --force || exit 1; \
	done

# Classic faults, planted one by one in a copy: do the tests find them? A quarter of an hour on two cores.
faults:
	scripts/install-dependencies.sh build test
	scripts/plant-faults.py build/faults

benchmarks:
	scripts/install-dependencies.sh build bench
	cmake --preset release -DSPINFLOW_BENCHMARKS=ON
	cmake --build $(BUILD)

# Every benchmark and the comparison below, kept under benchmarks/results/: about four minutes.
bench: benchmarks
	scripts/run-benchmarks.py $(BUILD)

# What fell by more than 15 % against the kept result of this processor: about a minute. No test.
bench-check: benchmarks
	scripts/check-benchmarks.py $(BUILD)

# The same work through scikit-learn, PyTorch and numpy, those of Debian that are installed: half a minute.
bench-compare: benchmarks
	benchmarks/compare/compare.py $(BUILD)

# RBMs from Python beside C++, scikit-learn, rbms and PyTorch of PyPI, which are installed into build/compare-venv (some
# gigabytes, once): about three minutes.
bench-python:
	scripts/install-dependencies.sh build bench python
	scripts/python-environment.sh
	cmake --preset release -DSPINFLOW_BENCHMARKS=ON $(WITH_PYTHON)
	cmake --build $(BUILD) --target spinflow_program spinflow_python spinflow_train_rbm
	[ -x build/compare-venv/bin/python ] || build/venv/bin/python -m venv build/compare-venv
	build/compare-venv/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/compare/requirements.txt
	build/compare-venv/bin/python benchmarks/compare/python.py $(BUILD)

# The pictures and tables of docs/performance.md from the newest result, or from RESULT=file.
RESULT := benchmarks/results
bench-report:
	scripts/install-dependencies.sh bench
	scripts/report-benchmarks.py $(RESULT) runs/performance
	scripts/render-study.sh runs/performance docs/images/performance training sampling threads

# Kernels for 64-bit ARM (NEON): cross-compiled, and their tests run in an emulator.
neon:
	scripts/install-dependencies.sh build test neon
	scripts/fetch-neon-libraries.sh build/neon/sysroot
	cmake -S cmake/neon -B build/neon -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_TOOLCHAIN_FILE=aarch64.cmake
	cmake --build build/neon
	ctest --test-dir build/neon --output-on-failure

docs: build
	scripts/generate-docs.sh $(SPINFLOW)

# The documentation as a site, build/site/html: pages, notebooks that are run, reference of Python and C++, search.
site: python
	scripts/install-dependencies.sh site
	scripts/python-environment.sh site
	scripts/make-site.sh

format:
	scripts/install-dependencies.sh build lint
	git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

lint:
	scripts/install-dependencies.sh build lint
	cmake --preset release
	scripts/check-includes.py
	git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run --Werror
	git ls-files 'src/*.cpp' 'apps/*.cpp' | xargs clang-tidy -p $(BUILD) --quiet

clean:
	rm -rf build
