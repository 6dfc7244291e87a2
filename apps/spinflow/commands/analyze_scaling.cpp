// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "command/json.hpp"
#include "command/readings.hpp"
#include "command/run_folder.hpp"
#include "commands/analyze.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/studies/scaling.hpp"

namespace spinflow::program {

namespace {

namespace fs = std::filesystem;
using analysis::PowerFit;
using studies::OrderScaling;
using studies::SizeScaling;

struct AnalyzeScalingFlags {
  std::int64_t step = 3;
  double critical_temperature = 0;
};

base::Options<AnalyzeScalingFlags> analyze_scaling_options() {
  base::Options<AnalyzeScalingFlags> binder;
  binder
      .add("step", &AnalyzeScalingFlags::step,
           "the step that is read [several files: mean of the last quarter; one: 3]",
           {.least = 1, .most = 999999})
      .add("critical_temperature", &AnalyzeScalingFlags::critical_temperature,
           "T_c, for one file [what is known of its model]", {.least = 1e-150, .most = 1e150});
  return binder;
}

// Below this the data at step 0 say little: their errors are those of the flow itself.
constexpr std::size_t few_rows = 2000;

Json fit_json(const PowerFit& fit) {
  Json json = to_json(fit.dimension);
  if (std::isnan(fit.dimension.value)) return json;
  json["intercept"] = to_json(fit.line.intercept);
  json["residuals"] = fit.residuals;
  json["chi2"] = fit.line.fit.chi2;
  json["degrees"] = fit.line.fit.degrees;
  json["p_value"] = fit.line.fit.probability;
  return json;
}

std::string probability_text(double p) {
  return p < 1e-9 ? std::string("p < 1e-9") : fmt::format("p = {:.2g}", p);
}

std::string fit_text(const PowerFit& fit) {
  if (std::isnan(fit.dimension.value)) return "-";
  std::string text = with_error(fit.dimension);
  if (fit.line.fit.degrees > 0) text += fmt::format(" ({})", probability_text(fit.line.fit.probability));
  return text;
}

std::string number_or_dash(double value) { return std::isfinite(value) ? fmt::format("{:.4g}", value) : "-"; }

Json point_json(const analysis::ScalingPoint& point) {
  return {{observables::abs_magnetization, to_json(point.abs_m)},
          {observables::mode_2, to_json(point.mode_2)},
          {observables::response, to_json(point.response)}};
}

Json dimensions_json(const analysis::ScalingDimensions& found) {
  return {{"delta_sigma_abs_m", fit_json(found.sigma_abs_m)},
          {"delta_sigma_mode", fit_json(found.sigma_mode)},
          {"delta_epsilon", fit_json(found.epsilon)}};
}

Json answer_json(const SizeScaling& scaling) {
  Json sizes = Json::array();
  for (const auto& point : scaling.points)
    sizes.push_back({{"file", point.name},
                     {"size", point.data.size},
                     {"n", point.n},
                     {"first_step", point.first_step},
                     {"last_step", point.last_step},
                     {"data", point_json(point.data)},
                     {"flow", point_json(point.flow)}});
  return {{"reading", "sizes"},
          {"sizes", sizes},
          {"data", dimensions_json(scaling.data)},
          {"flow", dimensions_json(scaling.flow)},
          {"theory",
           {{"delta_sigma", scaling.theory.delta_sigma}, {"delta_epsilon", scaling.theory.delta_epsilon}}}};
}

std::string answer_text(const SizeScaling& scaling) {
  TextTable points({"L", "n", "<|m|> data", "flow", "|m_k|^2 data", "flow", "Y data", "flow"});
  std::size_t fewest = scaling.points.front().n;
  for (const auto& point : scaling.points) {
    fewest = std::min(fewest, point.n);
    points.add({plain(point.data.size), fmt::format("{}", point.n), with_error(point.data.abs_m),
                with_error(point.flow.abs_m), with_error(point.data.mode_2), with_error(point.flow.mode_2),
                with_error(point.data.response), with_error(point.flow.response)});
  }
  TextTable fits({"", "data", "flow", "theory"});
  fits.add({"Delta_sigma from <|m|>", fit_text(scaling.data.sigma_abs_m), fit_text(scaling.flow.sigma_abs_m),
            number_or_dash(scaling.theory.delta_sigma)});
  fits.add({"Delta_sigma from |m_k|^2", fit_text(scaling.data.sigma_mode), fit_text(scaling.flow.sigma_mode),
            number_or_dash(scaling.theory.delta_sigma)});
  fits.add({"Delta_epsilon from Y", fit_text(scaling.data.epsilon), fit_text(scaling.flow.epsilon),
            number_or_dash(scaling.theory.delta_epsilon)});
  const auto& one = scaling.points.front();
  std::string text = points.text() + "\n" + fits.text() + "\n";
  text +=
      one.first_step == one.last_step
          ? fmt::format("flow: step {}\n", one.last_step)
          : fmt::format(
                "flow: mean of steps {} to {} (the last quarter), with the error of one step as its bound\n",
                one.first_step, one.last_step);
  text += "theory is that of infinite lattices; at these sizes the data are the measure\n";
  if (scaling.theory.regime == analysis::Regime::mean_field)
    text +=
        "in the mean-field regime finite sizes show <|m|> ~ L^(-d/4) and Y ~ L^(d/2), not Delta_sigma and "
        "Delta_epsilon\n";
  if (fewest < few_rows)
    text += fmt::format(
        "only {} configurations at a size: the control (data) is as uncertain as its errors say\n", fewest);
  return text;
}

Json point_json(const thermometers::Reading& reading, const stats::Estimate& m) {
  return {{"temperature", reading_json(reading)}, {observables::abs_magnetization, to_json(m)}};
}

Json answer_json(const OrderScaling& scaling) {
  Json starts = Json::array();
  for (const auto& point : scaling.points)
    starts.push_back({{"name", point.name},
                      {"temperature", point.temperature},
                      {"data", point_json(point.data_t, point.data_m)},
                      {"flow", point_json(point.flow_t, point.flow_m)},
                      {"end", {{observables::abs_magnetization, to_json(point.settled_m)}}}});
  Json end;
  if (scaling.settled)
    end = {{observables::abs_magnetization, to_json(scaling.settled->mean)},
           {"chi2", scaling.settled->fit.chi2},
           {"degrees", scaling.settled->fit.degrees},
           {"p_value", scaling.settled->fit.probability}};
  return {{"reading", "temperatures"},
          {"critical_temperature", scaling.critical_temperature},
          {"step", scaling.step},
          {"starts", starts},
          {"data", {{"beta", fit_json(scaling.data)}, {"points", scaling.data_points}}},
          {"flow", {{"beta", fit_json(scaling.flow)}, {"points", scaling.flow_points}}},
          {"end", end},
          {"theory", {{"beta", scaling.theory.beta()}}}};
}

std::string answer_text(const OrderScaling& scaling) {
  const std::string after = fmt::format("step {}", scaling.step);
  TextTable points({"start", "T data", "|m| data", "T " + after, "|m| " + after, "|m| at the end"});
  for (const auto& point : scaling.points)
    points.add({point.name, with_error(point.data_t), with_error(point.data_m), with_error(point.flow_t),
                with_error(point.flow_m), with_error(point.settled_m)});
  TextTable fits({"", "data", after, "theory"});
  fits.add({"beta", fit_text(scaling.data), fit_text(scaling.flow), number_or_dash(scaling.theory.beta())});
  fits.add({"points", fmt::format("{}", scaling.data_points), fmt::format("{}", scaling.flow_points), ""});
  std::string text = points.text() + "\n" + fits.text() + "\n" +
                     fmt::format("|m| ~ (1 - T/T_c)^beta for T_c/2 < T < T_c = {:.5g}, T by bond energy\n",
                                 scaling.critical_temperature);
  if (scaling.settled)
    text += fmt::format(
        "|m| at the end (last quarter of the steps): one number for all starts has chi^2 = {:.1f} with {} "
        "degrees of freedom, {}\n",
        scaling.settled->fit.chi2, scaling.settled->fit.degrees,
        probability_text(scaling.settled->fit.probability));
  return text;
}

template <class Scaling>
int answer(const Invocation& invocation, const fs::path& folder, const Scaling& scaling,
           const std::string& question) {
  fs::path page;
  if (!folder.empty()) {
    results::Results results{.recipe = "analyze-scaling", .scale = ""};
    studies::add_scaling(scaling, results);
    io::Settings settings;
    settings["recipe"]["title"] = std::string("Scaling of flows");
    settings["recipe"]["question"] = question;
    std::string files;
    for (const auto& file : invocation.several) files += (files.empty() ? "" : " ") + file;
    settings["scaling"] = {{"files", files}};
    if (invocation.has("step"))
      settings["scaling"]["step"] = answers(invocation, analyze_scaling_options()).step;
    page = write_answer(invocation, folder, results, settings, invocation.get<bool>("force"));
  }
  if (invocation.json())
    print_json(answer_json(scaling));
  else
    print(answer_text(scaling) + page_text(page));
  return 0;
}

int run_analyze_scaling(const Invocation& invocation) {
  const fs::path folder = answer_folder(invocation, "analyze-scaling");
  std::vector<studies::NamedFlow> flows;
  for (const auto& file : invocation.several) flows.push_back({file, flow::read(file)});
  const AnalyzeScalingFlags asked = answers(invocation, analyze_scaling_options());
  std::optional<int> step;
  if (invocation.has("step")) step = static_cast<int>(asked.step);
  if (flows.size() > 1) {
    if (invocation.has("critical_temperature"))
      throw input_error("analyze scaling --critical-temperature",
                        "fits over sizes need no critical temperature", "leave it out, or give one file");
    return answer(invocation, folder, studies::size_scaling(flows, step),
                  "With which scaling dimensions do the flows end, and with which did they start?");
  }
  std::optional<double> t_c;
  if (invocation.has("critical_temperature")) t_c = asked.critical_temperature;
  return answer(invocation, folder, studies::order_scaling(flows.front(), step, t_c),
                "Does |m| follow a power of 1 - T/T_c after few steps, and does the end of the flow depend "
                "on its start?");
}

}  // namespace

Command analyze_scaling_command() {
  Command command = {
      .name = "scaling",
      .help = "scaling dimensions of flows on several sizes, or the order parameter's exponent of one flow",
      .positionals =
          {{.name = "FLOW",
            .help = "files of `spinflow flow`: several sizes with one start each, or one file with several "
                    "start temperatures",
            .completes = Completes::file,
            .several = true}},
      .flags = flags_of(analyze_scaling_options().specs()),
      .footer =
          "Several files: <|m|> ~ L^-Delta_sigma, |m_k|^2 ~ L^(-2 Delta_sigma), Y ~ L^(d - Delta_epsilon) at "
          "the end\n"
          "of the flows, beside the same fits of their starts. One file: |m| ~ (1 - T/T_c)^beta after few "
          "steps,\n"
          "with T by the thermometer bond-energy, and whether the end of the flow depends on the start.\n\n"
          "Example:\n  spinflow analyze scaling flow-6.h5 flow-8.h5 flow-10.h5 -o scaling",
      .run = run_analyze_scaling};
  for (auto& flag : command.flags) flag.shows_default = false;
  std::ranges::move(answer_flags(), std::back_inserter(command.flags));
  return command;
}

}  // namespace spinflow::program
