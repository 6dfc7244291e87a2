// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "recipes/iso2018/declared.hpp"
#include "recipes/iso2018/measurements.hpp"
#include "recipes/recipe_settings.hpp"
#include "spinflow/trainers/trainer.hpp"

namespace spinflow::recipes {

namespace iso2018 {

namespace {

constexpr base::Work the_paper{
    .key = "iso2018",
    .kind = "article",
    .author = "Iso, Satoshi and Shiba, Shotaro and Yokoo, Sumito",
    .title = "Scale-invariant feature extraction of neural network and renormalization group flow",
    .journal = "Physical Review E",
    .volume = "97",
    .pages = "053304",
    .year = 2018,
    .doi = "10.1103/PhysRevE.97.053304",
    .arxiv = "1801.07172"};
constexpr base::Work neal2001{.key = "neal2001",
                              .kind = "article",
                              .author = "Neal, Radford M.",
                              .title = "Annealed importance sampling",
                              .journal = "Statistics and Computing",
                              .volume = "11",
                              .pages = "125--139",
                              .year = 2001,
                              .doi = "10.1023/A:1008923215028",
                              .arxiv = "physics/9803008"};
constexpr base::Work salakhutdinov2008{
    .key = "salakhutdinov2008",
    .kind = "inproceedings",
    .author = "Salakhutdinov, Ruslan and Murray, Iain",
    .title = "On the quantitative analysis of deep belief networks",
    .journal = "Proceedings of the 25th International Conference on Machine Learning (ICML '08)",
    .pages = "872--879",
    .year = 2008,
    .doi = "10.1145/1390156.1390266"};
constexpr base::Work burda2015{
    .key = "burda2015",
    .kind = "inproceedings",
    .author = "Burda, Yuri and Grosse, Roger and Salakhutdinov, Ruslan",
    .title = "Accurate and conservative estimates of MRF log-likelihood using reverse annealing",
    .journal =
        "Proceedings of the Eighteenth International Conference on Artificial Intelligence and Statistics",
    .volume = "38",
    .pages = "102--110",
    .year = 2015,
    .arxiv = "1412.8566"};
constexpr base::Work szekely2013{.key = "szekely2013",
                                 .kind = "article",
                                 .author = "Sz{\\'e}kely, G{\\'a}bor J. and Rizzo, Maria L.",
                                 .title = "Energy statistics: A class of statistics based on distances",
                                 .journal = "Journal of Statistical Planning and Inference",
                                 .volume = "143",
                                 .pages = "1249--1272",
                                 .year = 2013,
                                 .doi = "10.1016/j.jspi.2013.03.018"};
constexpr base::Work salmon2011{
    .key = "salmon2011",
    .kind = "inproceedings",
    .author = "Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.",
    .title = "Parallel random numbers: as easy as 1, 2, 3",
    .journal =
        "Proceedings of 2011 International Conference for High Performance Computing, Networking, Storage "
        "and Analysis (SC '11)",
    .year = 2011,
    .doi = "10.1145/2063384.2063405"};

constexpr double most_rows = 1e9;

Section<EnsembleSettings> ensemble_options() {
  return Section<EnsembleSettings>()
      .add("temperatures", &EnsembleSettings::temperatures, {.least = 0})
      .add("size", &EnsembleSettings::size, {.least = 4, .most = 64})
      .add("samples_per_temperature", &EnsembleSettings::samples_per_temperature,
           {.least = 2, .most = most_rows});
}

Section<RbmSettings> rbm_options() {
  return Section<RbmSettings>()
      .add("hidden", &RbmSettings::hidden, {.least = 1, .most = 100000})
      .add("biases", &RbmSettings::biases)
      .add("initial_sigma", &RbmSettings::initial_sigma, {.least = 0});
}

Section<TrainSettings> train_options() {
  return Section<TrainSettings>()
      .add("method", &TrainSettings::method, {}, trainers::registry().names())
      .add("k", &TrainSettings::k, {.least = 1, .most = 100000})
      .add("learning_rate", &TrainSettings::learning_rate, {.least = 0, .most = 1e6})
      .add("momentum", &TrainSettings::momentum, {.least = 0, .most = 0.9999})
      .add("weight_decay", &TrainSettings::weight_decay, {.least = 0})
      .add("batch_size", &TrainSettings::batch_size, {.least = 1, .most = most_rows})
      .add("epochs", &TrainSettings::epochs, {.least = 0.001, .most = 1e6})
      .add("seeds", &TrainSettings::seeds, {.least = 1, .most = 1000})
      .add("types", &TrainSettings::types, {}, {"V", "H", "L", "gap", "C"});
}

Section<FlowSettings> flow_options() {
  return Section<FlowSettings>()
      .add("steps", &FlowSettings::steps, {.least = 4, .most = 999999})
      .add("chains", &FlowSettings::chains, {.least = 2, .most = most_rows})
      .add("starts", &FlowSettings::starts, {.least = 0});
}

Section<ClassifierSettings> classifier_options() {
  return Section<ClassifierSettings>()
      .add("samples_small", &ClassifierSettings::samples_small, {.least = 10, .most = most_rows})
      .add("samples_large", &ClassifierSettings::samples_large, {.least = 10, .most = most_rows});
}

Section<ControlSettings> control_options() {
  return Section<ControlSettings>()
      .add("epochs_factors", &ControlSettings::epochs_factors, {.least = 0.001})
      .add("weight_decays", &ControlSettings::weight_decays, {.least = 0})
      .add("upper_temperatures", &ControlSettings::upper_temperatures, {.least = 0})
      .add("gap", &ControlSettings::gap, {.least = 0});
}

Section<ScanSettings> scan_options() {
  return Section<ScanSettings>()
      .add("hidden", &ScanSettings::hidden, {.least = 1, .most = 100000})
      .add("hidden_epochs", &ScanSettings::hidden_epochs, {.least = 0.001, .most = 1e6})
      .add("weight_decays", &ScanSettings::weight_decays, {.least = 0})
      .add("decay_epochs", &ScanSettings::decay_epochs, {.least = 0.001, .most = 1e6})
      .add("methods", &ScanSettings::methods)
      .add("sizes", &ScanSettings::sizes, {.least = 4, .most = 64})
      .add("size_updates", &ScanSettings::size_updates, {.least = 1, .most = 1e9})
      .add("size_hidden_share", &ScanSettings::size_hidden_share, {.least = 0.001, .most = 100});
}

Section<StudySettings> study_options() {
  return Section<StudySettings>()
      .add("permutations", &StudySettings::permutations, {.least = 9, .most = 1e6})
      .add("flow_steps", &StudySettings::flow_steps, {.least = 1, .most = 999999})
      .add("methods", &StudySettings::methods)
      .add("hidden", &StudySettings::hidden, {.least = 1, .most = 100000})
      .add("epochs", &StudySettings::epochs, {.least = 0.001, .most = 1e6})
      .add("test_samples", &StudySettings::test_samples, {.least = 2, .most = most_rows})
      .add("ais_chains", &StudySettings::ais_chains, {.least = 2, .most = 1e6})
      .add("ais_steps", &StudySettings::ais_steps, {.least = 1, .most = 1e7})
      .add("tempering_chains", &StudySettings::tempering_chains, {.least = 2, .most = 1e6})
      .add("tempering_sweeps", &StudySettings::tempering_sweeps, {.least = 4, .most = 1e9});
}

Section<RgSettings> rg_options() {
  return Section<RgSettings>()
      .add("sizes", &RgSettings::sizes, {.least = 4, .most = 1024})
      .add("temperatures", &RgSettings::temperatures, {.least = 0.1})
      .add("samples", &RgSettings::samples, {.least = 2, .most = most_rows});
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
  for (const auto* methods : {&s.scans.methods, &s.study.methods})
    for (const auto& method : *methods)
      (void)method_of(method, methods == &s.scans.methods ? "scans.methods" : "study.methods");
  for (const auto size : s.rg.sizes) {
    std::int64_t side = size;
    while (side > s.ensemble.size && side % 2 == 0) side /= 2;
    if (side != s.ensemble.size || size == side)
      refuse("rg.sizes", fmt::format("{} is not ensemble.size times 2, 4, 8, ...", size),
             fmt::format("for size {} use {} and {}", s.ensemble.size, 2 * s.ensemble.size,
                         4 * s.ensemble.size));
  }
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

}  // namespace iso2018

void register_iso2018() {
  registry().add({"iso2018",
                  "does the flow of an RBM trained on 2D Ising configurations stop at T_c?",
                  {iso2018::the_paper, "onsager1944", "kaufman1949", "hinton2002", "tieleman2008",
                   "desjardins2010", "cho2010", iso2018::neal2001, iso2018::salakhutdinov2008,
                   iso2018::burda2015, iso2018::szekely2013, "besag1975", "wolff1989", iso2018::salmon2011},
                  iso2018::declared_evidence(),
                  [](const io::Settings& settings) { (void)iso2018::settings_from(settings); },
                  [](const RunContext& context) {
                    const auto settings = iso2018::settings_from(context.settings);
                    const auto measurements = iso2018::measure(context, settings);
                    results::Results results;
                    iso2018::fixed_point_table(measurements, results);
                    results.schema = iso2018::schema_of(results);
                    iso2018::scan_tables(measurements, results);
                    iso2018::step_table(measurements, results);
                    results.claims = iso2018::claims(measurements);
                    results.figures = iso2018::figures(measurements);
                    for (auto& figure : iso2018::scan_figures(measurements))
                      results.figures.push_back(std::move(figure));
                    if (!measurements.find("V")->first_good())
                      return results;  // the table of fixed points says why
                    iso2018::study_ensembles(context, measurements, results);
                    iso2018::study_couplings(context, measurements, results);
                    iso2018::study_mean_field(measurements, results);
                    iso2018::study_quality(context, measurements, results);
                    iso2018::study_weights(measurements, results);
                    return results;
                  }});
}

}  // namespace spinflow::recipes
