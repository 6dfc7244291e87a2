// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/measurements.hpp"
#include "recipes/recipe_settings.hpp"
#include "spinflow/studies/weights.hpp"
#include "spinflow/trainers/trainer.hpp"

namespace spinflow::recipes {

namespace iso2018 {

namespace {

constexpr double most_rows = 1e9;

base::Options<EnsembleSettings> ensemble_options() {
  base::Options<EnsembleSettings> options;
  options
      .add("temperatures", &EnsembleSettings::temperatures, "temperatures of the data, in J/k_B",
           {.least = 0})
      .add("size", &EnsembleSettings::size, "L of the L x L lattice", {.least = 4, .most = 64})
      .add("samples_per_temperature", &EnsembleSettings::samples_per_temperature,
           "configurations per temperature of type V; the other types get as many in all",
           {.least = 2, .most = most_rows});
  return options;
}

base::Options<RbmSettings> rbm_options() {
  base::Options<RbmSettings> options;
  options.add("hidden", &RbmSettings::hidden, "hidden units", {.least = 1, .most = 100000})
      .add("biases", &RbmSettings::biases, "whether the units have biases")
      .add("initial_sigma", &RbmSettings::initial_sigma, "standard deviation of the initial weights",
           {.least = 0});
  return options;
}

base::Options<TrainSettings> train_options() {
  base::Options<TrainSettings> options;
  options.add("method", &TrainSettings::method, "trainer", {}, trainers::registry().names())
      .add("k", &TrainSettings::k, "Gibbs steps per update", {.least = 1, .most = 100000})
      .add("learning_rate", &TrainSettings::learning_rate, "rate", {.least = 0, .most = 1e6})
      .add("momentum", &TrainSettings::momentum, "momentum", {.least = 0, .most = 0.9999})
      .add("weight_decay", &TrainSettings::weight_decay, "decay: W += rate (gradient - decay W)",
           {.least = 0})
      .add("batch_size", &TrainSettings::batch_size, "configurations per update",
           {.least = 1, .most = most_rows})
      .add("epochs", &TrainSettings::epochs, "passes over the data", {.least = 0.001, .most = 1e6})
      .add("seeds", &TrainSettings::seeds, "independent repetitions: data, training and flow",
           {.least = 1, .most = 1000})
      .add("types", &TrainSettings::types, "training sets", {}, {"V", "H", "L", "gap", "C"});
  return options;
}

base::Options<FlowSettings> flow_options() {
  base::Options<FlowSettings> options;
  options.add("steps", &FlowSettings::steps, "reconstructions v -> h -> v", {.least = 4, .most = 999999})
      .add("chains", &FlowSettings::chains, "configurations that flow", {.least = 2, .most = most_rows})
      .add("starts", &FlowSettings::starts, "temperatures the flow starts from; among ensemble.temperatures",
           {.least = 0});
  return options;
}

base::Options<ClassifierSettings> classifier_options() {
  base::Options<ClassifierSettings> options;
  options
      .add("samples_small", &ClassifierSettings::samples_small, "per temperature, first net",
           {.least = 10, .most = most_rows})
      .add("samples_large", &ClassifierSettings::samples_large, "per temperature, second net",
           {.least = 10, .most = most_rows});
  return options;
}

base::Options<ControlSettings> control_options() {
  base::Options<ControlSettings> options;
  options
      .add("epochs_factors", &ControlSettings::epochs_factors, "training lengths, relative to train.epochs",
           {.least = 0.001})
      .add("weight_decays", &ControlSettings::weight_decays, "other weight decays of type V", {.least = 0})
      .add("upper_temperatures", &ControlSettings::upper_temperatures, "type V on temperatures up to these",
           {.least = 0})
      .add("gap", &ControlSettings::gap, "first and last temperature that type gap leaves out", {.least = 0});
  return options;
}

base::Options<ScanSettings> scan_options() {
  base::Options<ScanSettings> options;
  options.add("hidden", &ScanSettings::hidden, "numbers of hidden units", {.least = 1, .most = 100000})
      .add("hidden_epochs", &ScanSettings::hidden_epochs, "training lengths of those, without weight decay",
           {.least = 0.001, .most = 1e6})
      .add("weight_decays", &ScanSettings::weight_decays, "weight decays", {.least = 0})
      .add("decay_epochs", &ScanSettings::decay_epochs, "training lengths of those",
           {.least = 0.001, .most = 1e6})
      .add("methods", &ScanSettings::methods,
           "trainers with their k: cd-1, pcd-5; with weight decay and without")
      .add("sizes", &ScanSettings::sizes, "sides of the lattice", {.least = 4, .most = 64})
      .add("size_updates", &ScanSettings::size_updates, "updates of the trainings on those lattices",
           {.least = 1, .most = 1e9})
      .add("size_hidden_share", &ScanSettings::size_hidden_share, "N_h / N_v on those lattices",
           {.least = 0.001, .most = 100});
  return options;
}

base::Options<StudySettings> study_options() {
  base::Options<StudySettings> options;
  options
      .add("permutations", &StudySettings::permutations, "of each two-sample test", {.least = 9, .most = 1e6})
      .add("flow_steps", &StudySettings::flow_steps, "steps along which couplings are read",
           {.least = 1, .most = 999999})
      .add("methods", &StudySettings::methods,
           "trainers with their k of the models whose likelihood is measured")
      .add("hidden", &StudySettings::hidden, "hidden units of those", {.least = 1, .most = 100000})
      .add("epochs", &StudySettings::epochs, "training length of those", {.least = 0.001, .most = 1e6})
      .add("test_samples", &StudySettings::test_samples, "fresh configurations per temperature",
           {.least = 2, .most = most_rows})
      .add("ais_chains", &StudySettings::ais_chains, "chains of annealed importance sampling",
           {.least = 2, .most = 1e6})
      .add("ais_steps", &StudySettings::ais_steps, "inverse temperatures of annealed importance sampling",
           {.least = 1, .most = 1e7})
      .add("tempering_chains", &StudySettings::tempering_chains, "chains that sample the models",
           {.least = 2, .most = 1e6})
      .add("tempering_sweeps", &StudySettings::tempering_sweeps, "sweeps of each of them",
           {.least = 4, .most = 1e9});
  return options;
}

base::Options<RgSettings> rg_options() {
  base::Options<RgSettings> options;
  options
      .add("sizes", &RgSettings::sizes, "lattices that are blocked, L times a power of 2",
           {.least = 4, .most = 1024})
      .add("temperatures", &RgSettings::temperatures, "temperatures of the blocked ensembles", {.least = 0.1})
      .add("samples", &RgSettings::samples, "configurations per temperature and size",
           {.least = 2, .most = most_rows});
  return options;
}

/// "cd-10" -> the trainer "cd" with k = 10.
std::pair<std::string, std::int64_t> method_of(const std::string& text, std::string_view key) {
  const auto dash = text.rfind('-');
  const auto trainers = trainers::registry().names();
  const std::string name = text.substr(0, dash);
  const std::string k = dash == std::string::npos ? "" : text.substr(dash + 1);
  const bool number = !k.empty() && k.size() <= 5 &&
                      std::ranges::all_of(k, [](char c) { return c >= '0' && c <= '9'; }) && k[0] != '0';
  if (!number || std::ranges::find(trainers, name) == trainers.end())
    refuse(key, fmt::format("'{}' is no trainer with its k", text),
           fmt::format("write {}-1, with a k of 1 to 99999", fmt::join(trainers, "-1, ")));
  return {name, std::stoll(k)};
}

void check_consistency(const Settings& s) {
  const auto& grid = s.ensemble.temperatures;
  expect_ascending("ensemble.temperatures", grid, 2);
  for (const double start : s.flow.starts)
    if (std::find(grid.begin(), grid.end(), start) == grid.end())
      refuse("flow.starts", fmt::format("{} is not among ensemble.temperatures", start),
             "choose starts from that list");
  if (s.flow.starts.size() != 2 || s.flow.starts[0] >= s.flow.starts[1])
    refuse("flow.starts", "the claims compare a cold start with a hot one",
           "give two temperatures, the lower one first");
  if (s.train.types.empty() ||
      std::find(s.train.types.begin(), s.train.types.end(), "V") == s.train.types.end())
    refuse("train.types", "type V is missing", "every claim is read off it; add it");
  if (s.controls.gap.size() != 2 || s.controls.gap[0] > s.controls.gap[1])
    refuse("controls.gap", "it is no interval", "give its first and last temperature");
  if (std::ranges::none_of(grid, [&](double t) { return t >= s.controls.gap[0] && t <= s.controls.gap[1]; }))
    refuse("controls.gap", "no temperature of the data lies in it", "widen it");
  const std::vector<std::pair<const char*, const std::vector<double>*>> counts = {
      {"scans.hidden", &s.scans.hidden}, {"scans.sizes", &s.scans.sizes}, {"study.hidden", &s.study.hidden}};
  for (const auto& [key, numbers] : counts) expect_whole(key, *numbers);
  for (const auto* methods : {&s.scans.methods, &s.study.methods})
    for (const auto& method : *methods)
      (void)method_of(method, methods == &s.scans.methods ? "scans.methods" : "study.methods");
  for (const double size : s.rg.sizes) {
    double side = size;
    while (side > static_cast<double>(s.ensemble.size)) side /= 2;
    if (side != static_cast<double>(s.ensemble.size) || size == side)
      refuse("rg.sizes", fmt::format("{} is not ensemble.size times 2, 4, 8, ...", size),
             fmt::format("for size {} use {} and {}", s.ensemble.size, 2 * s.ensemble.size,
                         4 * s.ensemble.size));
  }
}

std::vector<double> chosen(const Settings& s, const std::string& type) {
  const auto& grid = s.ensemble.temperatures;
  std::vector<double> result;
  for (const double t : grid) {
    const bool in_gap = t >= s.controls.gap[0] && t <= s.controls.gap[1];
    if (type == "V" || (type == "H" && t >= 4) || (type == "L" && t == grid.front()) ||
        (type == "gap" && !in_gap))
      result.push_back(t);
  }
  if (type == "C") result.push_back(square_critical_temperature);
  if (result.empty())
    refuse("train.types", fmt::format("no temperature of the data belongs to type {}", type),
           "extend ensemble.temperatures or leave the type out");
  return result;
}

/// 0 .. upper in the grid's own steps, continued with its last step beyond its end.
std::vector<double> up_to(const Settings& s, double upper) {
  const auto& grid = s.ensemble.temperatures;
  std::vector<double> result;
  for (const double t : grid)
    if (t <= upper + 1e-9) result.push_back(t);
  const double step = grid[grid.size() - 1] - grid[grid.size() - 2];
  for (int i = 1; grid.back() + i * step <= upper + 1e-9; ++i) result.push_back(grid.back() + i * step);
  if (result.empty() || std::abs(result.back() - upper) > 1e-9)
    refuse(
        "controls.upper_temperatures", fmt::format("the temperatures of the data do not end at {}", upper),
        fmt::format("give one of ensemble.temperatures, or go on from {} in steps of {}", grid.back(), step));
  return result;
}

/// Training length of the lattices of [scans], from their number of updates.
double size_epochs(const Settings& s) {
  const double rows = static_cast<double>(s.ensemble.samples_per_temperature) *
                      static_cast<double>(s.ensemble.temperatures.size());
  return s.scans.size_updates / std::max(1.0, std::floor(rows / static_cast<double>(s.train.batch_size)));
}

std::int64_t scaled_hidden(const Settings& s, std::int64_t size) {
  return std::max<std::int64_t>(
      1, std::llround(s.scans.size_hidden_share * static_cast<double>(size) * static_cast<double>(size)));
}

}  // namespace

Settings settings_from(const io::Settings& settings) {
  Settings s;
  s.ensemble = section(settings, "ensemble", ensemble_options());
  s.rbm = section(settings, "rbm", rbm_options());
  s.train = section(settings, "train", train_options());
  s.flow = section(settings, "flow", flow_options());
  s.classifier = section(settings, "classifier", classifier_options());
  s.controls = section(settings, "controls", control_options());
  s.scans = section(settings, "scans", scan_options());
  s.study = section(settings, "study", study_options());
  s.rg = section(settings, "rg", rg_options());
  s.criteria = Criteria(settings, "iso2018");
  check_consistency(s);
  (void)variants(s);
  return s;
}

bool in_scan(const Variant& v, const Settings& s, Scan scan) {
  const auto among = [](const std::vector<double>& values, double x) {
    return std::ranges::find(values, x) != values.end();
  };
  const bool base_size = v.size == s.ensemble.size;
  const bool base_hidden = v.hidden == s.rbm.hidden;
  const bool base_method = v.method == s.train.method && v.k == s.train.k;
  const bool base_training = v.epochs == s.train.epochs && v.weight_decay == s.train.weight_decay;
  if (scan == Scan::range)
    return base_size && base_hidden && base_method && base_training && v.type != "H" && v.type != "L";
  if (v.type != "V" || v.temperatures != s.ensemble.temperatures) return false;
  switch (scan) {
    case Scan::hidden:
      return base_size && base_method && v.weight_decay == 0 && among(s.scans.hidden_epochs, v.epochs) &&
             among(s.scans.hidden, static_cast<double>(v.hidden));
    case Scan::decay:
      return base_size && base_hidden && base_method && among(s.scans.decay_epochs, v.epochs) &&
             among(s.scans.weight_decays, v.weight_decay);
    case Scan::method:
      return base_size && base_hidden && v.epochs == s.train.epochs &&
             (v.weight_decay == 0 || v.weight_decay == s.train.weight_decay) &&
             std::ranges::find(s.scans.methods, fmt::format("{}-{}", v.method, v.k)) != s.scans.methods.end();
    case Scan::range:
    case Scan::size:
      break;
  }
  return base_method && v.weight_decay == s.train.weight_decay && v.epochs == size_epochs(s) &&
         among(s.scans.sizes, static_cast<double>(v.size)) &&
         (base_hidden || v.hidden == scaled_hidden(s, v.size));
}

std::vector<Variant> variants(const Settings& s) {
  std::vector<Variant> all;
  const Variant plain{.size = s.ensemble.size,
                      .hidden = s.rbm.hidden,
                      .method = s.train.method,
                      .k = s.train.k,
                      .epochs = s.train.epochs,
                      .weight_decay = s.train.weight_decay,
                      .learning_rate = s.train.learning_rate};
  const auto of_type = [&](const std::string& type) {
    Variant v = plain;
    v.type = type;
    v.temperatures = chosen(s, type);
    return v;
  };
  // The id names what is not default, so that one training asked for twice is done once.
  const auto add = [&](Variant v, const std::string& range = "") {
    v.id = v.type + range;
    if (v.size != plain.size) v.id += fmt::format("-size-{}", v.size);
    if (v.hidden != plain.hidden) v.id += fmt::format("-hidden-{}", v.hidden);
    if (v.method != plain.method || v.k != plain.k) v.id += fmt::format("-{}-{}", v.method, v.k);
    if (v.weight_decay != plain.weight_decay) v.id += fmt::format("-decay-{}", v.weight_decay);
    if (v.epochs != plain.epochs) v.id += fmt::format("-epochs-{}", v.epochs);
    if (std::ranges::none_of(all, [&](const Variant& other) { return other.id == v.id; }))
      all.push_back(std::move(v));
  };

  for (const auto& type : s.train.types) {
    Variant v = of_type(type);
    add(v);
    if (type == "gap") continue;
    for (const double decay : {s.train.weight_decay, 0.0}) {
      if (decay == 0 && type == "V") continue;
      v.weight_decay = decay;
      v.epochs = s.train.epochs;
      add(v);
      for (const double factor : s.controls.epochs_factors) {
        v.epochs = factor * s.train.epochs;
        add(v);
      }
    }
  }
  Variant v = of_type("V");
  for (const double decay : s.controls.weight_decays) {
    v.weight_decay = decay;
    add(v);
  }
  v = of_type("V");
  for (const double upper : s.controls.upper_temperatures) {
    v.temperatures = up_to(s, upper);
    add(v, fmt::format("-up-to-{}", upper));
  }

  v = of_type("V");
  v.weight_decay = 0;
  for (const double hidden : s.scans.hidden)
    for (const double epochs : s.scans.hidden_epochs) {
      v.hidden = static_cast<std::int64_t>(hidden);
      v.epochs = epochs;
      add(v);
    }
  v = of_type("V");
  for (const double decay : s.scans.weight_decays)
    for (const double epochs : s.scans.decay_epochs) {
      v.weight_decay = decay;
      v.epochs = epochs;
      add(v);
    }
  v = of_type("V");
  for (const double decay : {s.train.weight_decay, 0.0})
    for (const auto& method : s.scans.methods) {
      std::tie(v.method, v.k) = method_of(method, "scans.methods");
      v.weight_decay = decay;
      add(v);
    }
  v = of_type("V");
  v.weight_decay = 0;
  v.epochs = s.study.epochs;
  for (const auto& method : s.study.methods)
    for (const double hidden : s.study.hidden) {
      std::tie(v.method, v.k) = method_of(method, "study.methods");
      v.hidden = static_cast<std::int64_t>(hidden);
      add(v);
    }
  v = of_type("V");
  v.epochs = size_epochs(s);
  for (const double size : s.scans.sizes) {
    v.size = static_cast<std::int64_t>(size);
    v.learning_rate = s.train.learning_rate * static_cast<double>(s.ensemble.size) / size;
    v.hidden = plain.hidden;
    add(v);
    v.hidden = scaled_hidden(s, v.size);
    add(v);
  }
  return all;
}

namespace {

std::vector<std::string> declared_evidence() {
  auto all = names_of(evidence::all);
  for (const char* study : {evidence::weights_by_type, evidence::weights_by_training})
    std::ranges::move(studies::weight_study_names(study), std::back_inserter(all));
  return all;
}

}  // namespace

}  // namespace iso2018

void register_iso2018() {
  registry().add(
      {"iso2018",
       "does the flow of an RBM trained on 2D Ising configurations stop at T_c?",
       {"iso2018", "onsager1944", "kaufman1949", "hinton2002", "tieleman2008", "desjardins2010", "cho2010",
        "neal2001", "salakhutdinov2008", "burda2015", "szekely2013", "besag1975", "wolff1989", "salmon2011"},
       iso2018::declared_evidence(),
       [](const io::Settings& settings) { (void)iso2018::settings_from(settings); },
       [](const RunContext& context) {
         const auto settings = iso2018::settings_from(context.settings);
         const auto measurements = iso2018::measure(context, settings);
         results::Results results;
         iso2018::fixed_point_table(measurements, results);
         iso2018::scan_tables(measurements, results);
         iso2018::step_table(measurements, results);
         results.claims = iso2018::claims(measurements);
         results.figures = iso2018::figures(measurements);
         for (auto& figure : iso2018::scan_figures(measurements))
           results.figures.push_back(std::move(figure));
         if (!measurements.find("V")->first_good()) return results;  // the table of fixed points says why
         iso2018::study_ensembles(context, measurements, results);
         iso2018::study_couplings(context, measurements, results);
         iso2018::study_mean_field(measurements, results);
         iso2018::study_quality(context, measurements, results);
         iso2018::study_weights(measurements, results);
         return results;
       }});
}

}  // namespace spinflow::recipes
