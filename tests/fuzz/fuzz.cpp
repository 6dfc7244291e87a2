// SPDX-License-Identifier: Apache-2.0
// One libFuzzer program for all readers of foreign bytes; its first argument names which:
//   spinflow_fuzz ensemble corpus/ -max_total_time=60
// A reader may refuse the bytes with an Error(input). Any other exception, a signal and a finding of the
// sanitizers end the program.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/networks/rbm_exchange.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/report/compare.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/studies/critical_point.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "studies/critical_point/series.hpp"
#include "trainers/dense_state.hpp"

namespace spinflow::recipes {

void register_entries();
void register_entries() {
  registry().add({.name = "kinds", .check = [](const io::Settings&) {}});
}

}  // namespace spinflow::recipes

namespace spinflow {

// `--set` is held against the settings of a recipe; this one has every kind, and no program.
std::string_view recipes::recipe_text(std::string_view) {
  return R"(
[recipe]
title = "A recipe to set"

[all]
flag = false
count = 1
rate = 0.5
word = "cd"
numbers = [1.0, 2.5]
words = ["V", "H"]

[scale-smoke]
"all.count" = 2
)";
}

namespace {

/// A file that lies in memory alone.
std::filesystem::path file_of(std::string_view bytes) {
  static const int descriptor = memfd_create("input", MFD_CLOEXEC);
  if (ftruncate(descriptor, 0) != 0 ||
      pwrite(descriptor, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    std::abort();
  return "/proc/self/fd/" + std::to_string(descriptor);
}

void read_ensemble(std::string_view bytes) {
  const auto path = file_of(bytes);
  (void)ensemble::temperatures(path);
  (void)ensemble::read(path);
  (void)ensemble::read_for_training(path);
}

void read_network(std::string_view bytes) {
  const io::Hdf5Reader file(file_of(bytes));
  const std::string format = io::read_header(file).format;
  // The configurations of the network in the corpus that has the state of a training.
  static const auto data =
      ensemble::from_spins(kernels::PackedSpins(8, 9), lattice::Lattice::square(3, 3), nullptr);
  if (format == networks::rbm_format.name)
    (void)trainers::continued_training(data, file.path(), {});
  else if (format == networks::stack_format.name)
    (void)networks::read_stack(file);
  else
    (void)networks::read_dense(file);
}

void read_training(std::string_view bytes) {
  static const kernels::PackedSpins data(8, 9);
  const auto path = file_of(bytes);
  if (io::read_header(io::Hdf5Reader(path)).format == "spinflow/rbm-training") {
    (void)trainers::RbmTrainer::resume(data, path);
    return;
  }
  // The course of the training in the corpus.
  static const trainers::DenseCourse course{.where = "training", .words = 7, .updates = 10};
  static const auto net =
      networks::random_dense(lattice::Lattice::square(3, 3), {3, 2}, networks::Activation::tanh, 1);
  (void)trainers::DenseState(net, course).load(path, course);
}

void read_flow(std::string_view bytes) {
  const io::Hdf5Reader file(file_of(bytes));
  (void)flow::kept_steps(file);
  (void)flow::read(file);
}

// That of the series in the corpus.
constexpr std::string_view plan_text = R"(
[critical]
batches = 8
burn_in = [5, 5, 5]
couplings = [0.39, 0.44, 0.5, 0.41, 0.44, 0.48, 0.41, 0.44, 0.48]
precision = 0.0
records = [4, 4, 4]
seed = 1
sizes = [4, 6, 8]
thinning = [1, 1, 1]

[model]
coupling = 1.0
field = 0.0
name = "ising-square"
)";

void read_series(std::string_view bytes) {
  static const auto plan = studies::plan_from(io::settings_from_toml(plan_text, "plan"), "plan");
  (void)studies::critical::read(file_of(bytes), plan);
}

void read_npy(std::string_view bytes) { (void)ensemble::import_spins(file_of(bytes), {.size = "4x4"}); }

void read_foreign_rbm(std::string_view bytes) {
  const auto path = file_of(bytes);
  (void)networks::is_foreign_rbm(path);
  (void)networks::import_rbm(path, {.rows = networks::WeightRows::hidden});
}

void read_toml(std::string_view bytes) {
  const auto settings = io::settings_from_toml(bytes, "input");
  (void)io::settings_from_toml(io::to_toml(settings), "again");
  (void)studies::plan_from(settings, "input");
}

void read_set(std::string_view bytes) { (void)recipes::resolve("kinds", "smoke", {std::string(bytes)}); }

void read_results(std::string_view bytes) {
  const auto results = results::results_from_json(std::string(bytes), "input");
  (void)results::results_from_json(results::to_json(results), "again");
  const report::ComparedRun runs[] = {{.name = "a", .results = results}, {.name = "b", .results = results}};
  (void)results::to_json(report::comparison_results(runs, report::compare(runs)));
}

using Reader = void (*)(std::string_view);
const std::map<std::string, Reader, std::less<>> readers{
    {"ensemble", read_ensemble}, {"network", read_network},   {"flow", read_flow},
    {"series", read_series},     {"training", read_training}, {"npy", read_npy},
    {"rbm", read_foreign_rbm},   {"toml", read_toml},         {"set", read_set},
    {"results", read_results}};
Reader chosen = nullptr;

}  // namespace
}  // namespace spinflow

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  using namespace spinflow;
  const auto found = *argc > 1 ? readers.find((*argv)[1]) : readers.end();
  if (found == readers.end()) {
    std::fputs("usage: spinflow_fuzz READER FOLDER... [-max_total_time=seconds]; readers:", stderr);
    for (const auto& [name, reader] : readers) std::fprintf(stderr, " %s", name.c_str());
    std::fputs("\n", stderr);
    std::exit(2);
  }
  chosen = found->second;
  for (int i = 1; i + 1 < *argc; ++i) (*argv)[i] = (*argv)[i + 1];
  --*argc;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    spinflow::chosen({reinterpret_cast<const char*>(data), size});
  } catch (const spinflow::Error& error) {
    if (error.fault() != spinflow::Fault::input) throw;
  }
  return 0;
}
