// SPDX-License-Identifier: Apache-2.0
// Everything is a function of J/T and h/J: every command at J = 1 and in other units of energy.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/cli_testing.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string list(std::vector<double> numbers, double unit) {
  std::string text;
  for (const double number : numbers) text += (text.empty() ? "" : ",") + fmt::format("{}", number * unit);
  return text;
}

/// What the commands give in one unit of energy.
struct Answers {
  std::map<std::string, kernels::PackedSpins> spins;
  std::map<std::string, json> numbers;
};

class Laboratory {
 public:
  explicit Laboratory(double unit) : unit_(unit) {}

  void sample(const std::string& name, const std::string& model, const std::string& size,
              const std::vector<double>& temperatures, const std::string& sampler, double coupling = 1,
              double field = 0, const std::string& more = "") {
    ask(name,
        fmt::format("sample {} -L {} -T {} --coupling={} --field={} --sampler {} -n 70 -o {}.h5 {}", model,
                    size, list(temperatures, unit_), coupling * unit_, field * unit_, sampler, name, more));
    answers_.numbers[name].erase("output");
    answers_.spins[name] = ensemble::read(folder_.path() / (name + ".h5")).spins;
  }

  void ask(const std::string& name, const std::string& arguments) {
    const auto result = shell("$SPINFLOW " + arguments + " --json", folder_.path());
    EXPECT_EQ(result.status, 0) << arguments << "\n" << result.err;
    answers_.numbers[name] = json::parse(result.out, nullptr, false);
  }

  [[nodiscard]] std::string energies(const std::vector<double>& numbers) const {
    return list(numbers, unit_);
  }
  [[nodiscard]] const Answers& answers() const { return answers_; }

 private:
  double unit_;
  testing::TemporaryFolder folder_;
  Answers answers_;
};

/// One sampler of each kind.
Answers few_samples_in(double unit) {
  Laboratory lab(unit);
  lab.sample("square", "ising-square", "4x4", {0, 1.5, 8}, "auto");
  lab.sample("field", "ising-square", "4x6", {0, 2}, "tempering", 1, -0.3);
  lab.sample("chain", "ising-chain", "12", {0, 1}, "exact-chain", 1, 0.2);
  lab.sample("long-range", "ising-power-law", "4x4", {4, 9}, "auto");
  return lab.answers();
}

Answers samples_in(double unit) {
  Laboratory lab(unit);
  for (const char* sampler :
       {"auto", "heat-bath", "metropolis", "checkerboard", "wolff", "swendsen-wang", "tempering"})
    lab.sample(fmt::format("square-{}", sampler), "ising-square", "4x4", {0, 1.5, 2.3, 8}, sampler);
  for (const char* sampler : {"heat-bath", "metropolis", "tempering"}) {
    lab.sample(fmt::format("field-{}", sampler), "ising-square", "4x6", {0, 2}, sampler, 1, -0.3);
    lab.sample(fmt::format("antiferromagnet-{}", sampler), "ising-square", "4x4", {1, 2}, sampler, -1, 0.5);
  }
  for (const char* sampler : {"exact-chain", "heat-bath"}) {
    lab.sample(fmt::format("chain-{}", sampler), "ising-chain", "12", {0, 1}, sampler, 1, 0.2);
    lab.sample(fmt::format("ring-{}", sampler), "ising-chain", "12", {0, 1}, sampler, -1);
  }
  for (const char* sampler : {"metropolis", "wolff", "swendsen-wang", "tempering"}) {
    lab.sample(fmt::format("power-{}", sampler), "ising-power-law", "12", {0, 2.5}, sampler, 1, 0,
               "--dimension 1 --sigma 0.9");
    lab.sample(fmt::format("all-{}", sampler), "ising-infinite-range", "10", {0, 0.8}, sampler);
  }
  lab.sample("competing", "ising-power-law", "4x4", {1.5}, "tempering", -1, 0.3);
  return lab.answers();
}

Answers readings_in(double unit) {
  Laboratory lab(unit);
  lab.sample("square", "ising-square", "4x4", {0, 1.5, 2.3, 8}, "heat-bath");
  lab.sample("field", "ising-square", "4x4", {1, 2}, "heat-bath", 1, 0.5);
  lab.sample("chain", "ising-chain", "12", {0.5, 1}, "exact-chain", 1, 0.2);
  lab.sample("power", "ising-power-law", "12", {1, 2.5}, "wolff", 1, 0, "--dimension 1 --sigma 0.9");
  lab.sample("all", "ising-infinite-range", "12", {0.3, 0.8, 3}, "wolff");
  for (const char* name : {"square", "field", "chain", "power", "all"}) {
    lab.ask(fmt::format("measure {}", name), fmt::format("measure {}.h5", name));
    lab.ask(fmt::format("couplings {}", name),
            fmt::format("analyze couplings {}.h5 --basis nearest,field", name));
    lab.ask(fmt::format("rbm {}", name),
            fmt::format("train rbm {}.h5 --hidden 6 --epochs 30 --learning-rate 0.1 -o v-{}.h5", name, name));
    lab.ask(fmt::format("classifier {}", name),
            fmt::format("train classifier {}.h5 --epochs 5 -o t-{}.h5", name, name));
    lab.ask(fmt::format("labels {}", name),
            fmt::format("train dense {}.h5 --target label:temperature --updates 40 -o d-{}.h5", name, name));
    // The others know their own models only.
    const std::string others = name == std::string("square") ? "bond-energy,pseudo-likelihood," : "";
    lab.ask(
        fmt::format("flow {}", name),
        fmt::format(
            "flow v-{}.h5 --start {}.h5 --steps 2 --thermometer {}energy,magnetization,classifier=t-{}.h5",
            name, name, others, name));
  }
  lab.ask("one start",
          fmt::format("flow v-square.h5 --start square.h5 --start-temperature {} --chains 40 --steps 1",
                      lab.energies({1.5})));
  lab.ask("mcrg",
          fmt::format("analyze mcrg ising-square -L 8 --steps 1 -n 640 --operators even:1..2 --coupling {} "
                      "-T {}",
                      lab.energies({1}), lab.energies({2.3})));
  lab.sample("cold", "ising-square", "4x4", {1.6, 1.8, 2, 2.2}, "heat-bath");
  lab.ask("flow cold",
          "flow v-square.h5 --start cold.h5 --steps 3 --thermometer bond-energy -o cold-flow.h5");
  lab.ask("scaling", "analyze scaling cold-flow.h5");
  return lab.answers();
}

/// Numbers under these keys are energies or temperatures.
bool is_energy(const std::string& key) {
  return key == "temperature" || key == "energy" || key == "sd_energy" || key == "thermometers" ||
         key == "T" || key == "critical_temperature";
}

/// What the numbers under this key are multiplied by in another unit; `factor` under another key.
double factor_under(const std::string& key, double unit, double factor) {
  if (is_energy(key)) return unit;
  return key == "susceptibility" ? 1 / unit : factor;
}

// Seconds of work are no answer, and names of starts hold temperatures.
bool is_time(const std::string& key) {
  return key.find("seconds") != std::string::npos || key.ends_with("_per_second");
}

void expect_scaled(const json& one, const json& other, double unit, double factor, const std::string& where) {
  ASSERT_EQ(one.is_number(), other.is_number()) << where << ": " << one << " and " << other;
  if (one.is_number()) {
    const double expected = one.get<double>();
    EXPECT_NEAR(other.get<double>() / factor, expected, 1e-7 * (1e-3 + std::abs(expected))) << where;
    return;
  }
  ASSERT_EQ(one.type(), other.type()) << where;
  ASSERT_EQ(one.size(), other.size()) << where;
  if (one.is_object()) {
    for (const auto& [key, value] : one.items()) {
      ASSERT_TRUE(other.contains(key)) << where << " " << key;
      if (!is_time(key) && key != "name")
        expect_scaled(value, other[key], unit, factor_under(key, unit, factor), where + " " + key);
    }
  } else if (one.is_array()) {
    for (std::size_t i = 0; i < one.size(); ++i)
      expect_scaled(one[i], other[i], unit, factor, where + fmt::format(" {}", i));
  } else {
    EXPECT_EQ(one, other) << where;
  }
}

void expect_same_physics(const Answers& one, const Answers& other, double unit) {
  for (const auto& [name, spins] : one.spins)
    EXPECT_EQ(spins, other.spins.at(name)) << name << " in units of " << unit;
  for (const auto& [name, numbers] : one.numbers)
    expect_scaled(numbers, other.numbers.at(name), unit, 1, fmt::format("in units of {}: {}", unit, name));
}

TEST(EnergyUnits, SpinsAreTheSameBytes) {
  expect_same_physics(few_samples_in(1), few_samples_in(1.6e-21), 1.6e-21);
}

TEST(SlowEnergyUnits, SpinsAreTheSameBytesInAll) {
  const auto one = samples_in(1);
  for (const double unit : {1e-21, 1.6e-21, 1e9, 1e21}) expect_same_physics(one, samples_in(unit), unit);
}

TEST(SlowEnergyUnits, ReadingsAreTheSameNumbers) {
  const auto one = readings_in(1);
  for (const double unit : {1e-21, 1.6e-21, 1e-9, 1e9, 1e21})
    expect_same_physics(one, readings_in(unit), unit);
}

TEST(EnergyUnits, WhatLeavesTheRangeOfNumbersIsRefused) {
  expect_refused(
      {{"sample ising-square -L 4 -T 1 -n 4 --coupling 1e-101 -o x.h5", "choose a smaller unit of energy"},
       {"sample ising-square -L 4 -T 1 -n 4 --field 1e-101 -o x.h5", "choose a smaller unit of energy"},
       {"sample ising-power-law -L 4 -T 1 -n 4 --coupling 1e-101 -o x.h5", "choose a smaller unit of energy"},
       {"sample ising-infinite-range -L 4 -T 1 -n 4 --coupling 1e-101 -o x.h5",
        "choose a smaller unit of energy"},
       {"sample ising-square -L 4 -T 1 -n 4 --coupling 1e101 -o x.h5", "out of range"},
       {"sample ising-square -L 4 -T 1e-151 -n 4 -o x.h5", "choose a unit of energy"},
       {"sample ising-square -L 4 -T 1e151 -n 4 -o x.h5", "choose a unit of energy"}});
}

}  // namespace
}  // namespace spinflow::program_tests
