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
  s.models = section<ModelSettings>(settings, "models");
  s.mc = section<McSettings>(settings, "mc");
  s.rbm = section<RbmSettings>(settings, "rbm");
  s.good = section<ArmSettings>(settings, "good");
  s.cheap = section<ArmSettings>(settings, "cheap");
  s.range = section<RangeSettings>(settings, "range");
  s.stack = section<StackSettings>(settings, "stack");
  s.large = section<StackSettings>(settings, "large");
  s.correlators = section<CorrelatorSettings>(settings, "correlators");
  s.couplings = section<CouplingSettings>(settings, "couplings");
  s.criteria = Criteria(settings, "demellokoch2020", "short-sighted");
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
       short_sighted::evidence.names(),
       [](const io::Settings& settings) { (void)short_sighted::settings_from(settings); },
       [](const io::Settings& settings) {
         return short_sighted::pieces(short_sighted::settings_from(settings));
       },
       [](const RunContext& context) {
         using namespace short_sighted;
         const RunFolder folder(context, "short-sighted");
         Measurements m{.settings = settings_from(context.settings)};
         m.models = subjects(m.settings.models);
         folder.in_turn({[&] { m.critical = run_critical_points(folder, m.settings, m.models); },
                         [&] {
                           context.observer.note("flows of networks trained at T_c");
                           m.sizes = run_flows(folder, m.settings, m.models);
                         },
                         [&] {
                           context.observer.note("flows of networks trained on a range");
                           m.ranges = run_ranges(folder, m.settings, m.models);
                         },
                         [&] {
                           context.observer.note("stacks and block spins");
                           m.stacks = run_stacks(folder, m.settings, m.models);
                         }});
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
