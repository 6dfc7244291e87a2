// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "command/json.hpp"
#include "commands/analyze.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/exact/chain_renormalization.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::program {

namespace {

constexpr const char* rg_command = "analyze rg";

struct AnalyzeRgFlags {
  double coupling = 1;
  double temperature = 1;
  double field = 0;
  std::int64_t factor = 2;
  std::int64_t steps = 6;
};

base::Options<AnalyzeRgFlags> analyze_rg_options() {
  base::Options<AnalyzeRgFlags> binder;
  binder
      .add("coupling", &AnalyzeRgFlags::coupling, "coupling to start from, in units of k_B T; below 0 too",
           {.least = -1e6, .most = 1e6})
      .add("temperature", &AnalyzeRgFlags::temperature, "temperature instead of -K: K = 1/T", {.least = 1e-6})
      .add("field", &AnalyzeRgFlags::field, "field h to start from, in units of k_B T",
           {.least = -1e6, .most = 1e6})
      .add("factor", &AnalyzeRgFlags::factor, "one of so many spins stays", {.least = 2, .most = 1e6})
      .add("steps", &AnalyzeRgFlags::steps, "how often spins are summed out", {.least = 1, .most = 1000});
  return binder;
}

struct RgQuestion {
  std::string model;
  exact::ChainCouplings start;
  int factor;
  int steps;
};

RgQuestion question_of(const Invocation& invocation) {
  const auto& entry = models::registry().find(invocation.word("MODEL"));
  if (entry.name != "ising-chain")
    throw input_error(rg_command,
                      fmt::format("only ising-chain has an exact closed flow, {} has not", entry.name),
                      fmt::format("linearise it by Monte Carlo with `spinflow analyze mcrg {}`", entry.name));
  if (invocation.has("temperature") && invocation.has("coupling"))
    throw input_error(rg_command, "-T and -K are both given", "give one of them");
  if (!invocation.has("temperature") && !invocation.has("coupling"))
    throw input_error(rg_command, "the coupling is missing", "give either -K or -T (K = 1/T)");
  const AnalyzeRgFlags asked = answers(invocation, analyze_rg_options());
  return {.model = entry.name,
          .start = {.coupling = invocation.has("coupling") ? asked.coupling : 1 / asked.temperature,
                    .field = asked.field},
          .factor = static_cast<int>(asked.factor),
          .steps = static_cast<int>(asked.steps)};
}

/// y of an eigenvalue b^y.
double exponent(double eigenvalue, int factor) { return std::log(eigenvalue) / std::log(factor); }

Json answer_json(const RgQuestion& question, const std::vector<exact::ChainDecimation>& flow) {
  Json steps = Json::array();
  for (std::size_t step = 0; step < flow.size(); ++step) {
    const auto& at = flow[step].couplings;
    const auto j = exact::chain_decimation_jacobian(at, question.factor);
    steps.push_back({{"step", step},
                     {"coupling", at.coupling},
                     {"field", at.field},
                     {"tanh", std::tanh(at.coupling)},
                     {"constant", flow[step].constant},
                     {"correlation_length", exact::chain_correlation_length(at)},
                     {"jacobian", Json::array({Json::array({j[0], j[1]}), Json::array({j[2], j[3]})})}});
  }
  Json points = Json::array();
  for (const auto& point : exact::chain_fixed_points(question.factor))
    points.push_back({{"coupling", point.coupling},
                      {"tanh", std::tanh(point.coupling)},
                      {"stable", point.stable},
                      {"thermal_eigenvalue", point.thermal_eigenvalue},
                      {"thermal_exponent", exponent(point.thermal_eigenvalue, question.factor)},
                      {"magnetic_eigenvalue", point.magnetic_eigenvalue},
                      {"magnetic_exponent", exponent(point.magnetic_eigenvalue, question.factor)}});
  return {{"model", question.model}, {"factor", question.factor}, {"steps", steps}, {"fixed_points", points}};
}

std::string answer_text(const RgQuestion& question, const std::vector<exact::ChainDecimation>& flow) {
  const auto number = [](double x) { return fmt::format("{:.6g}", x + 0.0); };  // no "-0"
  TextTable steps({"step", "K", "h", "tanh K", "constant", "xi", "dK'/dK", "dh'/dh"});
  for (std::size_t step = 0; step < flow.size(); ++step) {
    const auto& at = flow[step].couplings;
    const auto jacobian = exact::chain_decimation_jacobian(at, question.factor);
    steps.add({fmt::format("{}", step), number(at.coupling), number(at.field), number(std::tanh(at.coupling)),
               step == 0 ? "-" : number(flow[step].constant), number(exact::chain_correlation_length(at)),
               number(jacobian[0]), number(jacobian[3])});
  }
  TextTable points({"fixed point", "", "dt'/dt", "y_T", "dh'/dh", "y_H"}, 2);
  for (const auto& point : exact::chain_fixed_points(question.factor))
    points.add({fmt::format("K* = {:g}", point.coupling), point.stable ? "stable" : "unstable",
                number(point.thermal_eigenvalue), number(exponent(point.thermal_eigenvalue, question.factor)),
                number(point.magnetic_eigenvalue),
                number(exponent(point.magnetic_eigenvalue, question.factor))});
  return steps.text() + "\n" + points.text() + "\n" +
         wrapped(
             fmt::format("exact: {} with {} of every {} spins summed out per step; -H/(k_B T) = sum (K s s' "
                         "+ h s). constant: g per spin that stays, Z = exp(N' g) Z'. xi: correlation "
                         "length in spacings of the step's own lattice. dK'/dK, dh'/dh: of the next step. "
                         "t: tanh K at K* = 0, exp(-2|K|) at infinity; eigenvalues are b^y",
                         question.model, question.factor - 1, question.factor),
             100, 0);
}

int run_analyze_rg(const Invocation& invocation) {
  const RgQuestion question = question_of(invocation);
  const auto flow = exact::chain_flow(question.start, question.factor, question.steps);
  if (invocation.json())
    print_json(answer_json(question, flow));
  else
    print(answer_text(question, flow));
  return 0;
}

}  // namespace

Command analyze_rg_command() {
  std::vector<Flag> flags = flags_of(analyze_rg_options().specs());
  flag_of(flags, "coupling").names = "-K";
  flag_of(flags, "temperature").names = "-T";
  for (const char* name : {"coupling", "temperature"}) flag_of(flags, name).shows_default = false;
  return {
      .name = "rg",
      .help = "exact renormalization of the chain by decimation: flow of K and h, fixed points, exponents",
      .positionals = {{.name = "MODEL", .help = "ising-chain", .words = {"ising-chain"}}},
      .flags = std::move(flags),
      .footer = "Example:\n  spinflow analyze rg ising-chain -K 1.5 --factor 2 --steps 6",
      .run = run_analyze_rg};
}

}  // namespace spinflow::program
