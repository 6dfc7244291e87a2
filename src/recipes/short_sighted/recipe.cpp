// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "recipes/recipe_settings.hpp"
#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/measurements.hpp"
#include "spinflow/networks/stack.hpp"

namespace spinflow::recipes {

namespace short_sighted {

namespace {

constexpr base::Work demellokoch2020{
    .key = "demellokoch2020",
    .kind = "article",
    .author = "de Mello Koch, Ellen and de Mello Koch, Anita and Kastanos, Nicholas and Cheng, Ling",
    .title = "Short-sighted deep learning",
    .journal = "Physical Review E",
    .volume = "102",
    .pages = "013307",
    .year = 2020,
    .doi = "10.1103/PhysRevE.102.013307",
    .arxiv = "2002.02664"};
constexpr base::Work migdal1975{.key = "migdal1975",
                                .kind = "article",
                                .author = "Migdal, A. A.",
                                .title = "Phase transitions in gauge and spin-lattice systems",
                                .journal = "Soviet Physics JETP",
                                .volume = "42",
                                .pages = "743",
                                .year = 1975};
constexpr base::Work kadanoff1976{.key = "kadanoff1976",
                                  .kind = "article",
                                  .author = "Kadanoff, Leo P.",
                                  .title = "Notes on Migdal's recursion formulas",
                                  .journal = "Annals of Physics",
                                  .volume = "100",
                                  .pages = "359--394",
                                  .year = 1976,
                                  .doi = "10.1016/0003-4916(76)90066-X"};

constexpr double most_rows = 1e9;
constexpr double largest_side = 256;

Section<ModelSettings> model_options() {
  return Section<ModelSettings>()
      .add("use", &ModelSettings::use)
      .add("critical_couplings", &ModelSettings::critical_couplings, {.least = 1e-6})
      .add("critical_coupling_errors", &ModelSettings::critical_coupling_errors, {.least = 0});
}

Section<McSettings> mc_options() {
  return Section<McSettings>()
      .add("sizes", &McSettings::sizes, {.least = 4, .most = 1024})
      .add("records", &McSettings::records, {.least = 4, .most = 1e9})
      .add("batches", &McSettings::batches, {.least = 8, .most = 10000})
      .add("burn_in", &McSettings::burn_in, {.least = 0, .most = 1e9})
      .add("thinning", &McSettings::thinning, {.least = 1, .most = 1e6})
      .add("spread", &McSettings::spread, {.least = 0.01, .most = 2});
}

Section<RbmSettings> rbm_options() {
  return Section<RbmSettings>()
      .add("sizes", &RbmSettings::sizes, {.least = 4, .most = 64})
      .add("configurations", &RbmSettings::configurations, {.least = 2, .most = most_rows})
      .add("seeds", &RbmSettings::seeds, {.least = 1, .most = 1000})
      .add("arms", &RbmSettings::arms, {}, {"good", "cheap"})
      .add("batch_size", &RbmSettings::batch_size, {.least = 1, .most = most_rows})
      .add("momentum", &RbmSettings::momentum, {.least = 0, .most = 0.9999})
      .add("initial_sigma", &RbmSettings::initial_sigma, {.least = 0})
      .add("steps", &RbmSettings::steps, {.least = 4, .most = 999999})
      .add("chains", &RbmSettings::chains, {.least = 2, .most = most_rows});
}

Section<ArmSettings> arm_options() {
  return Section<ArmSettings>()
      .add("k", &ArmSettings::k, {.least = 1, .most = 100000})
      .add("hidden_share", &ArmSettings::hidden_share, {.least = 0.001, .most = 100})
      .add("learning_rate", &ArmSettings::learning_rate, {.least = 0, .most = 1e6})
      .add("final_learning_rate", &ArmSettings::final_learning_rate, {.least = 0, .most = 1e6})
      .add("updates", &ArmSettings::updates, {.least = 1, .most = 1e9});
}

Section<RangeSettings> range_options() {
  return Section<RangeSettings>()
      .add("size", &RangeSettings::size, {.least = 4, .most = 64})
      .add("narrow", &RangeSettings::narrow, {.least = 0, .most = 100})
      .add("wide", &RangeSettings::wide, {.least = 0, .most = 100})
      .add("starts", &RangeSettings::starts, {.least = 0, .most = 100})
      .add("seeds", &RangeSettings::seeds, {.least = 1, .most = 1000})
      .add("steps", &RangeSettings::steps, {.least = 4, .most = 999999})
      .add("chains", &RangeSettings::chains, {.least = 2, .most = most_rows})
      .add("early_steps", &RangeSettings::early_steps, {.least = 1, .most = 999999});
}

Section<StackSettings> stack_options() {
  return Section<StackSettings>()
      .add("size", &StackSettings::size, {.least = 4, .most = largest_side})
      .add("hidden", &StackSettings::hidden, {.least = 4, .most = 100000})
      .add("shrinkages", &StackSettings::shrinkages, {.least = 0, .most = 1e3})
      .add("configurations", &StackSettings::configurations, {.least = 2, .most = most_rows})
      .add("seeds", &StackSettings::seeds, {.least = 1, .most = 1000})
      .add("batch_size", &StackSettings::batch_size, {.least = 1, .most = most_rows})
      .add("updates", &StackSettings::updates, {.least = 1, .most = 1e9})
      .add("learning_rate", &StackSettings::learning_rate, {.least = 1e-9, .most = 1e6})
      .add("final_learning_rate", &StackSettings::final_learning_rate, {.least = 1e-9, .most = 1e6})
      .add("momentum", &StackSettings::momentum, {.least = 0, .most = 0.9999})
      .add("initial_sigma", &StackSettings::initial_sigma, {.least = 0})
      .add("starts", &StackSettings::starts, {.least = 0.01, .most = 100});
}

Section<CorrelatorSettings> correlator_options() {
  return Section<CorrelatorSettings>()
      .add("configurations", &CorrelatorSettings::configurations, {.least = 10, .most = most_rows})
      .add("permutations", &CorrelatorSettings::permutations, {.least = 9, .most = 1e6});
}

Section<CouplingSettings> coupling_options() {
  return Section<CouplingSettings>()
      .add("size", &CouplingSettings::size, {.least = 8, .most = 256})
      .add("temperatures", &CouplingSettings::temperatures, {.least = 0.01, .most = 100})
      .add("configurations", &CouplingSettings::configurations, {.least = 10, .most = most_rows})
      .add("rbm_steps", &CouplingSettings::rbm_steps, {.least = 0, .most = 999999});
}

/// The decay of "sigma-1.25"; nothing for other texts.
std::optional<double> sigma_of(const std::string& id) {
  constexpr std::string_view prefix = "sigma-";
  if (!id.starts_with(prefix)) return std::nullopt;
  double sigma = 0;
  const char* end = id.data() + id.size();
  const auto [stop, error] = std::from_chars(id.data() + prefix.size(), end, sigma);
  // Written in one way only, for it names files.
  if (error != std::errc() || stop != end || !std::isfinite(sigma) || id != fmt::format("sigma-{}", sigma))
    return std::nullopt;
  return sigma;
}

void check_stack(const std::string& name, const StackSettings& s) {
  if (s.hidden.empty()) refuse(name + ".hidden", "there is no layer", "give the units of one layer or more");
  if (s.seeds < 1) refuse(name + ".seeds", "there is no seed", "give one or more");
  lattice::Lattice lattice = square(s.size);
  for (const auto units : s.hidden) {
    try {
      lattice = networks::hidden_lattice(lattice, static_cast<std::size_t>(units));
    } catch (const Error& error) {
      refuse(name + ".hidden", fmt::format("{} units do not divide the lattice {}", units, lattice.text()),
             error.what());
    }
  }
  if (s.batch_size > s.configurations)
    refuse(name + ".batch_size", "it exceeds the number of configurations", "make it smaller");
}

void check_consistency(const Settings& s) {
  const auto all = subjects(s.models);
  for (const auto& subject : all)
    if (!std::isfinite(subject.theory.delta_sigma))
      refuse("models.use", fmt::format("'{}' has no critical point with scaling dimensions", subject.id),
             "use nearest or sigma-<decay> with a decay below 2");
  expect_ascending("mc.sizes", s.mc.sizes, 3);
  if (s.mc.records.size() != s.mc.sizes.size())
    refuse("mc.records", fmt::format("{} numbers for {} sizes", s.mc.records.size(), s.mc.sizes.size()),
           "give one for each of mc.sizes");
  if (s.mc.spread >= static_cast<double>(s.mc.sizes.front()))
    refuse("mc.spread", "a coupling would be negative", "make it smaller than the smallest size");
  expect_ascending("rbm.sizes", s.rbm.sizes, 2);
  if (s.rbm.arms.empty()) refuse("rbm.arms", "there is no arm", "give good, cheap or both");
  if (s.rbm.batch_size > s.rbm.configurations)
    refuse("rbm.batch_size", "it exceeds the number of configurations", "make it smaller");
  expect_ascending("range.narrow", s.range.narrow, 1);
  expect_ascending("range.wide", s.range.wide, 1);
  expect_ascending("range.starts", s.range.starts, 2);
  if (std::ranges::count_if(s.range.starts, [](double t) { return t < 1; }) < 2)
    refuse("range.starts", "|m| is fitted against 1 - T/T_c below T_c", "give two or more starts below 1");
  if (s.range.early_steps > s.range.steps)
    refuse("range.early_steps", "the flow is shorter", "let it be at most range.steps");
  check_stack("stack", s.stack);
  if (s.stack.shrinkages.empty()) refuse("stack.shrinkages", "there is none", "give at least one");
  if (!s.large.shrinkages.empty()) {
    check_stack("large", s.large);
    if (s.large.size == s.stack.size)
      refuse("large.size", "it is that of [stack]", "give another one, or no large.shrinkages");
  }
  expect_ascending("couplings.temperatures", s.couplings.temperatures, 1);
  expect_ascending("couplings.rbm_steps", s.couplings.rbm_steps, 1);
  if (s.couplings.rbm_steps.back() > s.range.steps)
    refuse("couplings.rbm_steps", "the flow is shorter", "let the last one be at most range.steps");
}

}  // namespace

std::shared_ptr<const models::Model> Subject::on(std::int64_t side) const { return model->on(square(side)); }

double Subject::expected_epsilon() const {
  return mean_field() ? theory.dimension - theory.y_t : theory.delta_epsilon;
}

std::string Subject::figure_id() const {
  std::string text = id;
  std::ranges::replace(text, '.', '-');
  return text;
}

std::vector<Subject> subjects(const ModelSettings& s) {
  if (s.use.empty()) refuse("models.use", "there is no model", "give nearest, sigma-1.25, ...");
  if (s.critical_couplings.size() != s.use.size())
    refuse("models.critical_couplings",
           fmt::format("{} numbers for {} models", s.critical_couplings.size(), s.use.size()),
           "give K_c of each of models.use");
  if (s.critical_coupling_errors.size() != s.use.size())
    refuse("models.critical_coupling_errors",
           fmt::format("{} numbers for {} models", s.critical_coupling_errors.size(), s.use.size()),
           "give the error of each K_c, 0 for exact");
  std::vector<Subject> all;
  for (std::size_t i = 0; i < s.use.size(); ++i) {
    Subject subject{.id = s.use[i],
                    .label = {},
                    .model = nullptr,
                    .critical_coupling = s.critical_couplings[i],
                    .critical_coupling_error = s.critical_coupling_errors[i],
                    .theory = {}};
    if (std::ranges::count(s.use, subject.id) > 1)
      refuse("models.use", fmt::format("'{}' is there twice", subject.id), "name each model once");
    if (subject.id == "nearest") {
      subject.label = "nearest neighbours";
      subject.model = models::registry().find("ising-square").make(square(8), {});
    } else if (const auto sigma = sigma_of(subject.id)) {
      subject.label = fmt::format("sigma = {}", *sigma);
      subject.model = models::registry().find("ising-power-law").make(square(8), {{"sigma", *sigma}});
    } else {
      refuse("models.use", fmt::format("there is no model '{}'", subject.id),
             "use nearest or sigma-<decay>, sigma-1.25 for example");
    }
    subject.theory = analysis::universality_of(*subject.model);
    all.push_back(std::move(subject));
  }
  return all;
}

Settings settings_from(const io::Settings& settings) {
  Settings s;
  s.models = section(settings, "models", model_options());
  s.mc = section(settings, "mc", mc_options());
  s.rbm = section(settings, "rbm", rbm_options());
  s.good = section(settings, "good", arm_options());
  s.cheap = section(settings, "cheap", arm_options());
  s.range = section(settings, "range", range_options());
  s.stack = section(settings, "stack", stack_options());
  s.large = section(settings, "large", stack_options());
  s.correlators = section(settings, "correlators", correlator_options());
  s.couplings = section(settings, "couplings", coupling_options());
  s.criteria = Criteria(settings, "demellokoch2020");
  check_consistency(s);
  return s;
}

const Subject& Measurements::subject(const std::string& id) const {
  return *std::ranges::find(models, id, &Subject::id);
}

std::string Measurements::numbered(const std::string& claim, const Subject& subject) const {
  return fmt::format("{}{}", claim, std::ranges::find(models, subject.id, &Subject::id) - models.begin() + 1);
}

const CriticalRun* Measurements::critical_run(const std::string& id) const {
  const auto found = std::ranges::find(critical, id, &CriticalRun::model);
  return found == critical.end() ? nullptr : &*found;
}

}  // namespace short_sighted

void register_short_sighted() {
  registry().add(
      {"short-sighted",
       "does a stack of RBMs coarse-grain long-range and nearest-neighbour Ising models like block spins?",
       {short_sighted::demellokoch2020, "fukui2009", "swendsenwang1987", "binder1981", "hinton2002",
        "kadanoff1966", short_sighted::migdal1975, short_sighted::kadanoff1976, "besag1975", "onsager1944",
        "kaufman1949", "salmon2011"},
       names_of(short_sighted::evidence::all),
       [](const io::Settings& settings) { (void)short_sighted::settings_from(settings); },
       [](const RunContext& context) {
         using namespace short_sighted;
         const RunFolder folder(context, "short-sighted");
         Measurements m{.settings = settings_from(context.settings)};
         m.models = subjects(m.settings.models);
         m.critical = run_critical_points(folder, m.settings, m.models);
         context.observer.note("flows of networks trained at T_c");
         m.sizes = run_flows(folder, m.settings, m.models);
         context.observer.note("flows of networks trained on a range");
         m.ranges = run_ranges(folder, m.settings, m.models);
         context.observer.note("stacks and block spins");
         m.stacks = run_stacks(folder, m.settings, m.models);
         context.observer.note("couplings");
         m.couplings = run_couplings(folder, m.settings, m.models);
         results::Results results;
         for (const auto add :
              {add_critical_tables, add_scaling_tables, add_stack_tables, add_coupling_tables})
           add(m, results);
         results.claims = claims(m);
         for (auto part :
              {stack_figures(folder, m), scaling_figures(m), coupling_figures(m), critical_figures(m)})
           std::ranges::move(part, std::back_inserter(results.figures));
         return results;
       }});
}

}  // namespace spinflow::recipes
