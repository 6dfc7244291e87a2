// SPDX-License-Identifier: Apache-2.0
#include "studies/judging.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/stats/distributions.hpp"
#include "spinflow/stats/jackknife.hpp"
#include "spinflow/thermometers/limit_text.hpp"

namespace spinflow::studies {

using results::Verdict;

namespace {

std::vector<double> values_of(const std::vector<stats::Estimate>& readings) {
  std::vector<double> values;
  for (const auto& reading : readings) values.push_back(reading.value);
  return values;
}

/// What an answer says, to be read aloud.
std::string finding(const Question& question, bool known, Status status) {
  const auto& [label, value, margin, n, inside, outside] = question;
  const std::string name = label.substr(0, label.find_last_not_of(" ,:=") + 1);
  if (std::isnan(value.value)) return fmt::format("{} has no value", name);
  const std::string is = fmt::format("{}{} {}", name, name.ends_with(" by") ? "" : " is", text(value));
  if (!known) return fmt::format("{}, without an error to judge it by", is);
  if (status == Status::open) {
    const std::string near = inside.substr(0, inside.find(' '));
    // Two errors away, but Student's interval of so few is wider.
    if (std::abs(margin.value) > 2 * margin.error)
      return fmt::format("{}, but {} numbers are too few to call it {} or {}", is, n, near, outside);
    return fmt::format("{}, too uncertain to be called {} or {}", is, near, outside);
  }
  return fmt::format("{}, {}", is, status == Status::met ? inside : outside);
}

}  // namespace

stats::Estimate over_seeds(const std::vector<double>& values) {
  std::vector<double> finite;
  for (const double value : values) {
    if (std::isinf(value)) return {.value = value, .error = std::numeric_limits<double>::quiet_NaN()};
    if (std::isfinite(value)) finite.push_back(value);
  }
  if (finite.empty()) return {};
  return stats::mean_of_pieces(finite);
}

stats::Estimate over_seeds(const std::vector<stats::Estimate>& readings) {
  auto mean = over_seeds(values_of(readings));
  double variance = 0;
  double known = 0;
  double n = 0;
  for (const auto& reading : readings) {
    if (!std::isfinite(reading.value)) continue;
    n += 1;
    if (!std::isfinite(reading.error)) continue;
    known += 1;
    variance += reading.error * reading.error;
  }
  if (!std::isfinite(mean.value) || variance == 0) return mean;
  const double within = std::sqrt(variance / known / n);
  if (std::isfinite(mean.error))
    mean.error = std::max(mean.error, within);
  else if (known == n)
    mean.error = within;
  return mean;
}

stats::Estimate paired(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> differences;
  for (std::size_t s = 0; s < std::min(a.size(), b.size()); ++s) differences.push_back(a[s] - b[s]);
  return over_seeds(differences);
}

stats::Estimate paired(const std::vector<stats::Estimate>& a, const std::vector<stats::Estimate>& b) {
  std::vector<stats::Estimate> differences;
  for (std::size_t s = 0; s < std::min(a.size(), b.size()); ++s)
    differences.push_back({.value = a[s].value - b[s].value, .error = std::hypot(a[s].error, b[s].error)});
  return over_seeds(differences);
}

stats::Estimate scaled(const stats::Estimate& estimate, double factor) {
  return {.value = factor * estimate.value, .error = std::abs(factor) * estimate.error};
}

stats::Estimate minus(const stats::Estimate& estimate, double number) {
  return {.value = estimate.value - number, .error = estimate.error};
}

std::string text(double value, double error) {
  if (std::isinf(value)) return value > 0 ? "infinity" : "-infinity";
  if (std::isnan(value)) return "none";
  if (!std::isfinite(error) || error <= 0) return fmt::format("{:.3f}", value);
  return stats::concise(value, error);
}

std::string text(const thermometers::Reading& r) {
  const std::string limit = thermometers::limit_text(r);
  return limit.empty() ? text(r.value, r.error) : limit;
}

thermometers::Reading temperature_of(const stats::Estimate& inverse, std::size_t n) {
  return thermometers::reading_of_inverse(inverse, one_sided_interval(n));
}

double interval(std::size_t n, std::size_t comparisons) {
  if (n < 2) return std::numeric_limits<double>::infinity();
  return stats::student_quantile(1 - 0.025 / static_cast<double>(std::max<std::size_t>(1, comparisons)),
                                 static_cast<double>(n - 1));
}

std::size_t finite_seeds(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::ranges::count_if(values, [](double x) { return std::isfinite(x); }));
}

std::size_t finite_seeds(const std::vector<stats::Estimate>& readings) {
  return finite_seeds(values_of(readings));
}

std::size_t common_seeds(const std::vector<double>& a, const std::vector<double>& b) {
  std::size_t n = 0;
  for (std::size_t s = 0; s < std::min(a.size(), b.size()); ++s)
    n += std::isfinite(a[s]) && std::isfinite(b[s]) ? 1 : 0;
  return n;
}

std::size_t common_seeds(const std::vector<stats::Estimate>& a, const std::vector<stats::Estimate>& b) {
  return common_seeds(values_of(a), values_of(b));
}

double one_sided_interval(std::size_t n) {
  if (n < 2) return std::numeric_limits<double>::infinity();
  return stats::student_quantile(0.95, static_cast<double>(n - 1));
}

Question above(std::string label, const stats::Estimate& value, double limit, std::size_t n) {
  return {std::move(label),
          value,
          {.value = value.value - limit, .error = value.error},
          n,
          fmt::format("above {:.4g}", limit),
          fmt::format("below {:.4g}", limit)};
}

Question within(std::string label, const stats::Estimate& value, double limit, std::size_t n) {
  return {std::move(label),
          value,
          {.value = limit - std::abs(value.value), .error = value.error},
          n,
          fmt::format("within {:.4g}", limit),
          fmt::format("beyond {:.4g}", limit)};
}

Question within(std::string label, const std::vector<stats::Estimate>& readings, double limit) {
  return within(std::move(label), over_seeds(readings), limit, finite_seeds(readings));
}

std::vector<Check> answers(const std::vector<Question>& questions) {
  std::vector<Check> checks;
  for (const auto& question : questions) {
    const auto& [label, value, margin, n, inside, outside] = question;
    Check check{fmt::format("{} {}", label, text(value)), Status::open};
    const bool known = std::isfinite(margin.value) && std::isfinite(margin.error) && n >= fewest_repetitions;
    if (known) {
      if (margin.value > interval(n) * margin.error) check.status = Status::met;
      if (margin.value < -interval(n, questions.size()) * margin.error) check.status = Status::violated;
      check.slack = margin.value / (interval(n) * margin.error);
    }
    check.finding = finding(question, known, check.status);
    checks.push_back(std::move(check));
  }
  return checks;
}

Verdict verdict_of(const std::vector<Check>& checks) {
  const auto any = [&](Status s) {
    return std::ranges::any_of(checks, [&](const Check& c) { return c.status == s; });
  };
  if (any(Status::violated)) return Verdict::contradicted;
  return any(Status::open) || checks.empty() ? Verdict::inconclusive : Verdict::supported;
}

Verdict verdict_if(bool contradicted, bool supported) {
  if (contradicted) return Verdict::contradicted;
  return supported ? Verdict::supported : Verdict::inconclusive;
}

std::string list(const std::vector<Check>& checks, Status status) {
  std::vector<std::string> labels;
  for (const auto& c : checks)
    if (c.status == status) labels.push_back(c.label);
  return labels.empty() ? "none" : fmt::format("{}", fmt::join(labels, ", "));
}

const Question* farthest(const std::vector<Question>& questions) {
  const Question* most = nullptr;
  for (const auto& question : questions)
    if (std::isfinite(question.value.value) &&
        (most == nullptr || std::abs(question.value.value) > std::abs(most->value.value)))
      most = &question;
  return most;
}

std::string words_of(const std::vector<Check>& checks, const char* met, const char* violated) {
  std::vector<std::string> words;
  for (const auto& check : checks)
    words.push_back(fmt::format("{} ({})", check.label,
                                check.status == Status::met        ? met
                                : check.status == Status::violated ? violated
                                                                   : "open"));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string because(const std::vector<Check>& checks) {
  const auto count = [&](Status status) { return std::ranges::count(checks, status, &Check::status); };
  if (checks.empty()) return "there was nothing to check";
  const auto status = count(Status::violated) > 0 ? Status::violated
                      : count(Status::open) > 0   ? Status::open
                                                  : Status::met;
  const Check* deciding = nullptr;
  for (const auto& check : checks)
    if (check.status == status && (deciding == nullptr || check.slack < deciding->slack)) deciding = &check;
  const auto& words = deciding->finding.empty() ? deciding->label : deciding->finding;
  if (checks.size() == 1) return words;
  const auto n = count(status);
  if (status == Status::met) return fmt::format("all {} checks are met, the closest: {}", n, words);
  return fmt::format("{} of {} checks {} {}: {}", n, checks.size(), n == 1 ? "is" : "are",
                     status == Status::open ? (n == 1 ? "open" : "open, among them")
                                            : (n == 1 ? "violated" : "violated, most clearly"),
                     words);
}

std::string sentence(std::string text) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (text.empty()) return text;
  // A word, not a symbol such as c_2.
  if (lower(text[0]) && text.size() > 1 && (lower(text[1]) || text.starts_with("a ")))
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  if (!text.ends_with('.')) text += '.';
  return text;
}

}  // namespace spinflow::studies
