// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/verify.hpp"

#include <fmt/format.h>

#include <cmath>

#include "command/commands.hpp"
#include "command/json.hpp"

namespace spinflow::program {

namespace {

int run_verify(const Invocation& invocation) {
  const auto seed = seed_of(invocation);
  const auto report = [&] {
    Progress progress;
    return studies::verify(seed, progress);
  }();
  Json rows = Json::array();
  TextTable table({"model", "sampler", "size", "observable", "T", "measured", "exact", "z or p"}, 4);
  for (const auto& row : report.rows) {
    rows.push_back({{"model", row.model},
                    {"sampler", row.sampler},
                    {"size", row.size},
                    {"temperature", row.temperature},
                    {"observable", row.observable},
                    {"measured", row.measured},
                    {"error", row.error},
                    {"exact", row.exact},
                    {"method", row.method},
                    {"z", row.z},
                    {"p", row.p}});
    table.add({row.model, row.sampler, row.size, row.observable, plain(row.temperature),
               with_error(row.measured, row.error), plain(row.exact),
               std::isfinite(row.z) ? fmt::format("{:+.2f}", row.z) : fmt::format("p {:.3g}", row.p)});
  }
  if (invocation.json()) {
    print_json({{"rows", rows},
                {"statistic", report.statistic},
                {"degrees", report.degrees},
                {"p_value", report.p_value},
                {"false_alarm_rate", report.false_alarm_rate},
                {"passed", report.passed},
                {"seed", seed}});
  } else {
    print(table.text());
    print(fmt::format(
        "\n{} comparisons with exact values, joint p-value {:.3g}; a right build fails with probability "
        "{:.0e}; seed {}\n{}\n",
        report.rows.size(), report.p_value, report.false_alarm_rate, seed,
        report.passed ? "passed: this build samples right" : "FAILED: this build does not sample right"));
  }
  return report.passed ? 0 : 1;
}

}  // namespace

Command verify_command() {
  return {.name = "verify",
          .help = "hold every sampler against exact answers: proof that this build samples right",
          .flags = {seed_flag()},
          .run = run_verify};
}

}  // namespace spinflow::program
