// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "command/inputs.hpp"
#include "command/json.hpp"
#include "command/run_folder.hpp"
#include "commands/analyze.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/studies/configurations.hpp"
#include "spinflow/studies/weights.hpp"

namespace spinflow::program {

namespace {

namespace fs = std::filesystem;
using analysis::WeightAnalysis;
using studies::ReferenceCorrelation;

constexpr std::size_t leading = 10;

struct AnalyzeWeightsFlags {
  std::string ensemble;
  double sigma0 = 0.01;
};

base::Options<AnalyzeWeightsFlags> analyze_weights_options() {
  base::Options<AnalyzeWeightsFlags> binder;
  binder
      .add("ensemble", &AnalyzeWeightsFlags::ensemble,
           "configurations on the same lattice: their correlations at every temperature stand beside A")
      .add("sigma0", &AnalyzeWeightsFlags::sigma0,
           "standard deviation of the initial weights [the file's initial_sigma]", {.least = 0, .most = 1e6});
  return binder;
}

/// The flag, or what the network's training settings say.
double initial_sigma(const Invocation& invocation, const networks::Rbm& rbm, const std::string& file) {
  if (invocation.has("sigma0")) return answers(invocation, analyze_weights_options()).sigma0;
  const auto found = rbm.training.find("initial_sigma");
  if (found != rbm.training.end())
    if (const auto* sigma = std::get_if<double>(&found->second);
        sigma != nullptr && std::isfinite(*sigma) && *sigma >= 0)
      return *sigma;
  throw input_error(file, "its training settings do not tell the spread of the initial weights",
                    "give it with --sigma0");
}

std::vector<ReferenceCorrelation> references_of(const std::string& file, const lattice::Lattice& lattice) {
  if (file.empty()) return {};
  const auto ensemble = studies::configurations(file);
  if (!(ensemble.lattice == lattice))
    throw input_error(file,
                      fmt::format("it has configurations of {} sites ({}), the network {} ({})",
                                  ensemble.lattice.text(), lattice::to_string(ensemble.lattice.boundary()),
                                  lattice.text(), lattice::to_string(lattice.boundary())),
                      "give an ensemble on the network's lattice");
  return studies::reference_correlations(ensemble);
}

std::string wave(const analysis::FourierShell& shell) { return fmt::format("({},{})", shell.kx, shell.ky); }

Json pattern_json(const analysis::Pattern& pattern) {
  return {{"magnetization", pattern.magnetization}, {"energy", pattern.energy}};
}

Json answer_json(const networks::Rbm& rbm, const WeightAnalysis& w,
                 const std::vector<ReferenceCorrelation>& references) {
  Json vectors = Json::array();
  for (std::size_t k = 0; k < std::min(leading, w.spectrum.eigenvalues.size()); ++k)
    vectors.push_back({{"rank", k + 1},
                       {"eigenvalue", w.spectrum.eigenvalues[k]},
                       {"uniform_overlap", w.spectrum.uniform_overlap[k]},
                       {"shell_overlap", w.shell_overlap[k]},
                       {"sign_pattern", pattern_json(w.sign_patterns[k])},
                       {"field_pattern", pattern_json(w.field_patterns[k])}});
  Json shells = Json::array();
  for (const auto& shell : w.shells)
    shells.push_back({{"kx", shell.kx},
                      {"ky", shell.ky},
                      {"modes", shell.modes},
                      {"wave_number", shell.wave_number},
                      {"lambda", shell.lambda},
                      {"scatter", shell.scatter}});
  Json distances = Json::array();
  for (const auto& element : w.by_distance)
    distances.push_back(
        {{"r", element.r}, {"pairs", element.pairs}, {"mean", element.mean}, {"scatter", element.scatter}});
  Json likeness = Json::array();
  for (const auto& reference : references)
    likeness.push_back({{"temperature", reference.temperature},
                        {"pearson", to_json(studies::likeness(rbm, w, reference))},
                        {"correlation", to_json(reference.by_distance)}});
  return {{"lattice", rbm.visible.text()},
          {"boundary", std::string(lattice::to_string(rbm.visible.boundary()))},
          {"visible", rbm.n_visible()},
          {"hidden", rbm.n_hidden},
          {"sigma0", w.sigma0},
          {"noise_edge", w.spectrum.noise_edge},
          {"above_edge", w.above_edge},
          {"zero_modes", w.zeros},
          {"eigenvalues", w.spectrum.eigenvalues},
          {"eigenvectors", vectors},
          {"shells", shells},
          {"distance", distances},
          {"row_norms", w.unit_norms},
          {"correlations", likeness}};
}

std::string answer_text(const std::string& file, const networks::Rbm& rbm, const WeightAnalysis& w,
                        const std::vector<ReferenceCorrelation>& references) {
  TextTable table({"rank", "eigenvalue", "uniform^2", "main wave", "its share", "|m| of sgn", "e of sgn"});
  for (std::size_t k = 0; k < std::min(leading, w.spectrum.eigenvalues.size()); ++k) {
    if (w.spectrum.eigenvalues[k] == 0) break;
    const auto& overlap = w.shell_overlap[k];
    const auto largest = std::ranges::max_element(overlap);
    table.add({fmt::format("{}", k + 1), fmt::format("{:.4g}", w.spectrum.eigenvalues[k]),
               fmt::format("{:.4f}", w.spectrum.uniform_overlap[k]),
               wave(w.shells[static_cast<std::size_t>(largest - overlap.begin())]),
               fmt::format("{:.3f}", *largest),
               fmt::format("{:.3f}", std::abs(w.sign_patterns[k].magnetization)),
               fmt::format("{:.3f}", w.sign_patterns[k].energy)});
  }
  std::string text = fmt::format(
      "{}: A = W^T W of {} hidden units on {} sites ({})\n\n{}\n"
      "noise edge {:.4g} (sigma0 {:.4g}): {} eigenvalues above it, {} are zero by rank\n",
      printable(file), rbm.n_hidden, rbm.visible.text(), lattice::to_string(rbm.visible.boundary()),
      table.text(), w.spectrum.noise_edge, w.sigma0, w.above_edge, w.zeros);
  if (references.empty()) return text;
  TextTable alike({"T", "G(1)", "Pearson coefficient of A and <s s'>"});
  for (const auto& reference : references) {
    const auto r = studies::likeness(rbm, w, reference);
    alike.add({plain(reference.temperature),
               reference.by_distance.empty() ? "-" : with_error(reference.by_distance.front()),
               std::isfinite(r.value) ? with_error(r) : "-"});
  }
  return text + "\n" + alike.text();
}

/// Asks for what the answer's folder says about itself.
io::Settings settings_of(const Invocation& invocation, const networks::Rbm& rbm, double sigma0) {
  io::Settings settings;
  settings["recipe"]["title"] = std::string("What the weights know");
  settings["recipe"]["question"] = fmt::format(
      "What do the weights W of {} ({} hidden units on {} sites, {}) say about pairs of visible "
      "units? A = W^T W is held against noise, waves, and spin correlations.",
      invocation.word("NET"), rbm.n_hidden, rbm.visible.text(), lattice::to_string(rbm.visible.boundary()));
  settings["network"] = {{"file", invocation.word("NET")}, {"sigma0", sigma0}};
  if (invocation.has("ensemble"))
    settings["network"].merge(invocation.only(analyze_weights_options().specs()));
  settings["training"] = rbm.training;
  return settings;
}

int run_analyze_weights(const Invocation& invocation) {
  const std::string& file = invocation.word("NET");
  const fs::path folder = answer_folder(invocation, "analyze-weights");
  const io::Hdf5Reader opened(file);
  if (io::read_header(opened).format == networks::stack_format.name)
    throw input_error(file, "it holds a stack of RBMs and this looks at a single one",
                      "`spinflow inspect` tells the receptive fields of its layers, `spinflow analyze "
                      "correlators` what they stand for");
  studies::StudiedNetwork network{.name = fs::path(file).stem().string(), .rbm = networks::read_rbm(opened)};
  const networks::Rbm& rbm = network.rbm;
  const double n = rbm.visible.n_sites();
  base::check_memory(6 * 8 * n * n, file);
  network.sigma0 = initial_sigma(invocation, rbm, file);
  const auto references = references_of(answers(invocation, analyze_weights_options()).ensemble, rbm.visible);

  WeightAnalysis weights;
  fs::path page;
  if (folder.empty()) {
    weights = analysis::weight_analysis(rbm, network.sigma0);
  } else {
    results::Results results{.recipe = "analyze-weights", .scale = "", .seed = rbm.seed};
    weights = studies::weight_study({&network, 1}, references, results).front();
    studies::add_weight_values(weights, results);
    page = write_answer(invocation, folder, results, settings_of(invocation, rbm, network.sigma0),
                        invocation.get<bool>("force"));
  }
  if (invocation.json()) {
    print_json(answer_json(rbm, weights, references));
    return 0;
  }
  print(answer_text(file, rbm, weights, references) + page_text(page));
  return 0;
}

}  // namespace

Command analyze_weights_command() {
  Command command = {
      .name = "weights",
      .help = "spectrum, eigenvectors, waves, distances and receptive fields of an RBM's weights",
      .positionals = {{.name = "NET",
                       .help = "network file of `spinflow train rbm`",
                       .completes = Completes::file}},
      .flags = flags_of(analyze_weights_options().specs()),
      .footer = "Example:\n  spinflow analyze weights v.h5 --ensemble spins.h5 -o weights",
      .run = run_analyze_weights};
  for (auto& flag : command.flags) flag.shows_default = false;
  flag_of(command.flags, "ensemble").completes = Completes::file;
  std::ranges::move(answer_flags(), std::back_inserter(command.flags));
  return command;
}

}  // namespace spinflow::program
