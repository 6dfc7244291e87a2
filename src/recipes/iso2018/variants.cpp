// SPDX-License-Identifier: Apache-2.0
// The trainings that the settings of iso2018 ask for.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "recipes/iso2018/measurements.hpp"
#include "recipes/recipe_settings.hpp"
#include "spinflow/trainers/trainer.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

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

/// All that is asked for, each once.
class VariantList {
 public:
  explicit VariantList(const Settings& settings)
      : s_(settings),
        plain_{.size = s_.ensemble.size,
               .hidden = s_.rbm.hidden,
               .method = s_.train.method,
               .k = s_.train.k,
               .epochs = s_.train.epochs,
               .weight_decay = s_.train.weight_decay,
               .learning_rate = s_.train.learning_rate} {}

  /// Every type with weight decay and without, and in several lengths.
  void add_types() {
    for (const auto& type : s_.train.types) {
      Variant v = of_type(type);
      add(v);
      if (type == "gap") continue;
      for (const double decay : {s_.train.weight_decay, 0.0}) {
        if (decay == 0 && type == "V") continue;
        v.weight_decay = decay;
        v.epochs = s_.train.epochs;
        add(v);
        for (const double factor : s_.controls.epochs_factors) {
          v.epochs = factor * s_.train.epochs;
          add(v);
        }
      }
    }
  }

  void add_controls() {
    Variant v = of_type("V");
    for (const double decay : s_.controls.weight_decays) {
      v.weight_decay = decay;
      add(v);
    }
    v = of_type("V");
    for (const double upper : s_.controls.upper_temperatures) {
      v.temperatures = up_to(s_, upper);
      add(v, fmt::format("-up-to-{}", upper));
    }
  }

  void add_scans() {
    for (const auto hidden : s_.scans.hidden)
      for (const double epochs : s_.scans.hidden_epochs) add_trained(hidden, 0, epochs);
    for (const double decay : s_.scans.weight_decays)
      for (const double epochs : s_.scans.decay_epochs) add_trained(plain_.hidden, decay, epochs);
    for (const double decay : {s_.train.weight_decay, 0.0})
      for (const auto& method : s_.scans.methods) {
        Variant v = of_type("V");
        std::tie(v.method, v.k) = method_of(method, "scans.methods");
        v.weight_decay = decay;
        add(v);
      }
  }

  /// The models whose likelihood is asked for.
  void add_studied() {
    Variant v = of_type("V");
    v.weight_decay = 0;
    v.epochs = s_.study.epochs;
    for (const auto& method : s_.study.methods)
      for (const auto hidden : s_.study.hidden) {
        std::tie(v.method, v.k) = method_of(method, "study.methods");
        v.hidden = hidden;
        add(v);
      }
  }

  void add_sizes() {
    Variant v = of_type("V");
    v.epochs = size_epochs(s_);
    for (const auto size : s_.scans.sizes) {
      v.size = size;
      v.learning_rate =
          s_.train.learning_rate * static_cast<double>(s_.ensemble.size) / static_cast<double>(size);
      v.hidden = plain_.hidden;
      add(v);
      v.hidden = scaled_hidden(s_, v.size);
      add(v);
    }
  }

  [[nodiscard]] std::vector<Variant> all() const { return all_; }

 private:
  [[nodiscard]] Variant of_type(const std::string& type) const {
    Variant v = plain_;
    v.type = type;
    v.temperatures = chosen(s_, type);
    return v;
  }

  void add_trained(std::int64_t hidden, double decay, double epochs) {
    Variant v = of_type("V");
    v.hidden = hidden;
    v.weight_decay = decay;
    v.epochs = epochs;
    add(v);
  }

  /// The id names what is not default, so that one training asked for twice is done once.
  void add(Variant v, const std::string& range = "") {
    v.id = v.type + range;
    if (v.size != plain_.size) v.id += fmt::format("-size-{}", v.size);
    if (v.hidden != plain_.hidden) v.id += fmt::format("-hidden-{}", v.hidden);
    if (v.method != plain_.method || v.k != plain_.k) v.id += fmt::format("-{}-{}", v.method, v.k);
    if (v.weight_decay != plain_.weight_decay) v.id += fmt::format("-decay-{}", v.weight_decay);
    if (v.epochs != plain_.epochs) v.id += fmt::format("-epochs-{}", v.epochs);
    if (std::ranges::none_of(all_, [&](const Variant& other) { return other.id == v.id; }))
      all_.push_back(std::move(v));
  }

  const Settings& s_;
  Variant plain_;
  std::vector<Variant> all_;
};

}  // namespace

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

bool in_study(const Variant& v, const Settings& s) {
  const auto& methods = s.study.methods;
  const auto& hidden = s.study.hidden;
  return v.type == "V" && v.size == s.ensemble.size && v.temperatures == s.ensemble.temperatures &&
         v.weight_decay == 0 && v.epochs == s.study.epochs &&
         std::ranges::find(methods, fmt::format("{}-{}", v.method, v.k)) != methods.end() &&
         std::ranges::find(hidden, v.hidden) != hidden.end();
}

bool in_scan(const Variant& v, const Settings& s, Scan scan) {
  const auto among = [](const auto& values, auto x) { return std::ranges::find(values, x) != values.end(); };
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
             among(s.scans.hidden, v.hidden);
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
         among(s.scans.sizes, v.size) && (base_hidden || v.hidden == scaled_hidden(s, v.size));
}

std::optional<Control> control_of(const Variant& v, const Settings& s) {
  if (v.type != "V" || v.size != s.ensemble.size || v.hidden != s.rbm.hidden || v.method != s.train.method ||
      v.k != s.train.k)
    return std::nullopt;
  const bool same_length = v.epochs == s.train.epochs;
  const bool same_decay = v.weight_decay == s.train.weight_decay;
  const bool same_range = v.temperatures == s.ensemble.temperatures;
  const auto among = [](const std::vector<double>& values, double x) {
    return std::ranges::find(values, x) != values.end();
  };
  if (same_decay && same_range && !same_length &&
      std::ranges::any_of(s.controls.epochs_factors,
                          [&](double factor) { return factor * s.train.epochs == v.epochs; }))
    return Control::length;
  if (same_length && same_range && !same_decay && among(s.controls.weight_decays, v.weight_decay))
    return Control::decay;
  if (same_length && same_decay && !same_range) return Control::range;
  return std::nullopt;
}

std::vector<Variant> variants(const Settings& s) {
  VariantList list(s);
  list.add_types();
  list.add_controls();
  list.add_scans();
  list.add_studied();
  list.add_sizes();
  return list.all();
}

}  // namespace spinflow::recipes::iso2018
