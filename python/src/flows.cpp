// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/flows.hpp"

#include <fmt/format.h>

#include <cmath>

#include "maps.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/flow/fixed_point.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/flow/iteration.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/classifier.hpp"
#include "spinflow/thermometers/limit_text.hpp"
#include "work.hpp"

namespace spinflow::python {

namespace {

namespace fs = std::filesystem;
using namespace nb::literals;
using flow::FlowRecord;
using Gauges = std::vector<std::unique_ptr<thermometers::Thermometer>>;

nb::dict step_dict(const flow::Trajectory& start, const flow::FlowStep& step) {
  nb::dict row;
  row["start"] = start.name;
  row["temperature"] = start.temperature;
  row["step"] = step.step;
  row["n"] = step.n;
  row["observed"] = dict_of(step.observed);
  nb::dict readings;
  for (const auto& [name, reading] : step.readings) readings[name.c_str()] = dict_of(reading);
  row["thermometers"] = readings;
  return row;
}

/// Flows from all starts, one step after the other, and what was read.
class Course {
 public:
  Course(const nb::list& maps, nb::handle start, std::optional<std::int64_t> steps, const nb::list& gauges,
         nb::handle observables, std::uint64_t seed, std::optional<std::int64_t> chains,
         const std::vector<std::int64_t>& keep)
      : data_(start, "start") {
    for (const nb::handle one : maps) maps_.push_back(map_from(one, "maps").map);
    if (maps_.empty()) throw input_error("maps", "there is none", "give one or several");
    if (steps && (*steps < 1 || *steps > 999999))
      throw input_error("steps", fmt::format("{} is out of range", *steps), "give 1 to 999999");
    if (chains && *chains < 1)
      throw input_error("chains", fmt::format("{} is out of range", *chains), "give at least 1");
    const auto& ensemble = data_.ensemble();
    if (!observables.is_none()) {
      options_.observables =
          nb::cast<std::vector<std::string>>(helper("_written", "observables")(observables));
      for (const auto* entry : observables::entries(options_.observables)) check_observable(*entry);
    }
    const auto lattices = work([&](base::Observer&) {
      return studies::flow_lattices(maps_, ensemble.lattice, steps.value_or(100), steps.has_value());
    });
    options_.steps = static_cast<int>(lattices.size()) - 1;
    for (const auto step : keep) {
      if (step < 0 || step > options_.steps)
        throw input_error("keep", fmt::format("there is no step {}", step),
                          fmt::format("steps are whole numbers up to {}", options_.steps));
      options_.keep.push_back(static_cast<int>(step));
    }
    for (const nb::handle gauge : gauges) add_gauge(gauge, lattices);
    starts_ = studies::flow_starts(ensemble, {}, chains, "start", "chains");
    record_.model = ensemble.model ? models::to_toml(*ensemble.model) : "";
    record_.seed = seed;
  }

  Course(const Course&) = delete;
  Course& operator=(const Course&) = delete;

  /// Makes one step and reads it, or step 0 of the next start; false if there is none.
  bool next() {
    return work([&](base::Observer&) { return advance(); });
  }

  /// Makes all that is left.
  void run() {
    work([&](base::Observer& observer) {
      observer.begin("flow", starts_.size() * static_cast<std::size_t>(options_.steps), "steps");
      while (advance())
        if (iteration_->step().step > 0) observer.advance(1);
      return 0;
    });
  }

  [[nodiscard]] nb::dict step() const { return step_dict(record_.starts.back(), iteration_->step()); }
  [[nodiscard]] ensemble::Ensemble ensemble() const { return iteration_->ensemble(); }
  [[nodiscard]] const FlowRecord& record() const { return record_; }

 private:
  void check_observable(const observables::ObservableEntry& entry) const {
    if (const auto why = observables::obstacle(entry, data_.ensemble()); !why.empty())
      throw input_error("observables: " + entry.name, why, "leave it out");
  }

  void add_gauge(nb::handle given, const std::vector<lattice::Lattice>& lattices) {
    if (nb::isinstance<networks::Dense>(given)) {
      gauges_.push_back(
          std::make_unique<thermometers::ClassifierThermometer>(nb::cast<const networks::Dense&>(given)));
      studies::expect_read(*gauges_.back(), lattices, "thermometers: classifier");
    } else if (PyUnicode_Check(given.ptr())) {
      const auto& entry = thermometers::registry().find(nb::cast<std::string>(given));
      if (entry.needs_file)
        throw input_error("thermometers: " + entry.name, "its name alone says too little",
                          "give what sf.train_classifier or sf.load returns");
      auto made = work([&](base::Observer& observer) {
        return studies::flow_gauges(entry, data_.ensemble().model, lattices, "thermometers: " + entry.name,
                                    observer);
      });
      std::ranges::move(made, std::back_inserter(gauges_));
    } else if (PyCallable_Check(given.ptr()) != 0) {
      for (std::size_t i = 0; i < lattices.size(); ++i)
        if (std::find(lattices.begin(), lattices.begin() + static_cast<std::ptrdiff_t>(i), lattices[i]) ==
            lattices.begin() + static_cast<std::ptrdiff_t>(i))
          gauges_.push_back(written_thermometer(given, lattices[i]));
    } else {
      throw input_error("thermometers", "one is neither a name nor a classifier nor a function",
                        "see sf.names('thermometers')");
    }
  }

  bool advance() {
    if (iteration_ && iteration_->step().step >= options_.steps) {
      iteration_.reset();
      ++at_;
    }
    if (iteration_) {
      iteration_->advance();
    } else {
      if (at_ == starts_.size()) return false;
      const auto& start = starts_[at_];
      options_.seed = studies::flow_seed(record_.seed, at_);
      iteration_.emplace(maps_, ensemble::select(data_.ensemble(), start.rows), gauges_, options_);
      record_.starts.push_back({.name = start.name, .temperature = start.temperature});
    }
    auto& trajectory = record_.starts.back();
    const int step = iteration_->step().step;
    trajectory.steps.push_back(iteration_->step());
    if (std::ranges::find(options_.keep, step) != options_.keep.end())
      trajectory.kept.emplace(step, iteration_->ensemble());
    return true;
  }

  Configurations data_;
  std::vector<std::shared_ptr<const transformations::Transformation>> maps_;
  Gauges gauges_;
  flow::FlowOptions options_;
  std::vector<studies::FlowStart> starts_;
  std::size_t at_ = 0;
  std::optional<flow::Iteration> iteration_;
  FlowRecord record_;
};

nb::dict fixed_dict(const flow::FixedPointReading& point, const char* kind) {
  nb::dict row;
  row["by"] = point.name;
  row["kind"] = kind;
  row["value"] = point.value.value;
  row["error"] = point.value.error;
  row["limit"] = point.value.limit;
  const bool concise =
      std::isfinite(point.value.value) && std::isfinite(point.value.error) && point.value.error > 0;
  const auto limit = thermometers::limit_text(point.value);
  row["reading"] = !limit.empty() ? limit
                   : concise      ? stats::concise(point.value.value, point.value.error)
                                  : fmt::format("{:.6g}", point.value.value);
  row["settled"] = point.settled;
  row["agree"] = point.agree;
  row["drift"] = point.drift.value;
  row["drift_error"] = point.drift.error;
  row["because"] = point.because;
  return row;
}

nb::list fixed_point(const FlowRecord& record, std::optional<std::vector<std::string>> numbers) {
  flow::FixedPointOptions options;
  if (numbers) options.observables = *numbers;
  const auto point = flow::fixed_point(record.starts, options);
  nb::list rows;
  for (const auto& reading : point.thermometers) rows.append(fixed_dict(reading, "thermometer"));
  for (const auto& reading : point.observables) rows.append(fixed_dict(reading, "observable"));
  return rows;
}

std::string spec_of(const FlowRecord& record, const std::vector<std::string>& numbers) {
  return results::line_figure(studies::flow_figure(record, numbers)).spec;
}

}  // namespace

void bind_flows(nb::module_& m) {
  nb::class_<Course>(m, "Course")
      .def(nb::init<const nb::list&, nb::handle, std::optional<std::int64_t>, const nb::list&, nb::handle,
                    std::uint64_t, std::optional<std::int64_t>, const std::vector<std::int64_t>&>(),
           nb::arg(), nb::arg().none(), nb::arg().none(), nb::arg(), nb::arg().none(), nb::arg(),
           nb::arg().none(), nb::arg())
      .def("next", &Course::next)
      .def("run", &Course::run)
      .def("step", &Course::step)
      .def("ensemble", &Course::ensemble)
      .def("record", [](const Course& course) { return course.record(); });
  nb::class_<FlowRecord>(m, "FlowRecord")
      .def("rows",
           [](const FlowRecord& record) {
             nb::list rows;
             for (const auto& start : record.starts)
               for (const auto& step : start.steps) rows.append(step_dict(start, step));
             return rows;
           })
      .def("kept",
           [](const FlowRecord& record) {
             nb::list all;
             for (const auto& start : record.starts)
               for (const auto& [step, ensemble] : start.kept)
                 all.append(nb::make_tuple(start.temperature, step, nb::cast(ensemble)));
             return all;
           })
      .def("fixed_point", fixed_point, nb::arg().none())
      .def("spec", spec_of)
      .def_ro("seed", &FlowRecord::seed)
      .def_rw("command", &FlowRecord::command)
      .def("save", [](const FlowRecord& record, const fs::path& path) { flow::write(record, path); })
      .def("__getstate__",
           [](const FlowRecord& record) {
             return bytes_of_file([&](const fs::path& path) { flow::write(record, path); });
           })
      .def("__setstate__", [](FlowRecord& record, const nb::bytes& state) {
        with_file_of_bytes(state, [&](const fs::path& path) { new (&record) FlowRecord(flow::read(path)); });
      });
}

}  // namespace spinflow::python
