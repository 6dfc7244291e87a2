// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/measurements.hpp"
#include "recipes/recipe_settings.hpp"
#include "spinflow/studies/ensemble_tests.hpp"
#include "spinflow/studies/model_quality.hpp"
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

/// Names of all figures and tables that a run can make.
std::vector<std::string> declared_evidence() {
  auto all = evidence.names();
  for (const char* study : {evidence.weights_by_type, evidence.weights_by_training})
    std::ranges::move(studies::weight_study_names(study), std::back_inserter(all));
  return all;
}

}  // namespace

Settings settings_from(const io::Settings& settings) {
  Settings s;
  s.ensemble = section<EnsembleSettings>(settings, "ensemble");
  s.rbm = section<RbmSettings>(settings, "rbm");
  s.train = section<TrainSettings>(settings, "train");
  s.flow = section<FlowSettings>(settings, "flow");
  s.classifier = section<ClassifierSettings>(settings, "classifier");
  s.controls = section<ControlSettings>(settings, "controls");
  s.scans = section<ScanSettings>(settings, "scans");
  s.study = section<StudySettings>(settings, "study");
  s.rg = section<RgSettings>(settings, "rg");
  s.criteria = Criteria(settings, "iso2018", "iso2018");
  check_consistency(s);
  (void)variants(s);
  return s;
}

}  // namespace iso2018

void register_iso2018() {
  registry().add(
      {"iso2018",
       "does the flow of an RBM trained on 2D Ising configurations stop at T_c?",
       {iso2018::the_paper, "onsager1944", "kaufman1949", "hinton2002", "tieleman2008", "desjardins2010",
        "cho2010", studies::neal2001, studies::salakhutdinov2008, studies::burda2015, studies::szekely2013,
        "besag1975", "wolff1989", iso2018::salmon2011},
       iso2018::declared_evidence(),
       [](const io::Settings& settings) { (void)iso2018::settings_from(settings); },
       [](const io::Settings& settings) { return iso2018::pieces(iso2018::settings_from(settings)); },
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
