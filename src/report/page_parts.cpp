// SPDX-License-Identifier: Apache-2.0
#include "report/page_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <system_error>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/report/report.hpp"

namespace spinflow::report {

namespace fs = std::filesystem;

namespace {

// What a complete folder has.
constexpr const char* parts[] = {"report.css", "report.js", "vega.min.js", "vega-lite.min.js",
                                 "vega-embed.min.js"};

}  // namespace

fs::path share_folder() {
  std::error_code ignored;
  std::vector<fs::path> folders;
  if (const char* chosen = std::getenv("SPINFLOW_SHARE_DIR"); chosen != nullptr && *chosen != '\0') {
    folders.emplace_back(chosen);
  } else {
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    if (!program.empty()) folders.push_back(program.parent_path().parent_path() / "share" / "spinflow");
    folders.emplace_back(SPINFLOW_SHARE_SOURCE);
    folders.emplace_back(SPINFLOW_SHARE_INSTALLED);
  }
  for (const auto& folder : folders)
    if (std::ranges::all_of(parts,
                            [&](const char* part) { return fs::is_regular_file(folder / part, ignored); }))
      return folder;
  throw failure("report", "the page's parts (share/spinflow) are not installed",
                "run `make build`, or set SPINFLOW_SHARE_DIR to the share/spinflow folder of a build");
}

std::string share_file(const std::string& name) { return io::read_text(share_folder() / name); }

std::string escaped(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char c : text) switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  return html;
}

std::string typeset(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_word = [&](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
  std::string html;
  std::size_t done = 0;
  const auto set = [&](std::size_t from, std::size_t index, std::size_t end, const char* how) {
    html += fmt::format("{0}<{1}>{2}</{1}>", escaped(text.substr(done, from - done)), how,
                        text.substr(index, end - index));
    done = end;
  };
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '^' && i > 0 &&
        (is_word(text[i - 1]) || text[i - 1] == ')' || text[i - 1] == '|' || text[i - 1] == '>')) {
      // A power or a transpose: one letter, or a number.
      std::size_t end = i + 1 + (text[i + 1] == '-' ? 1 : 0);
      if (end < text.size() && is_digit(text[end])) {
        while (end < text.size() && is_digit(text[end])) ++end;
        if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1]))
          for (++end; end < text.size() && is_digit(text[end]);) ++end;
      } else if (is_letter(text[i + 1])) {
        end = i + 2;
      } else {
        continue;
      }
      if (end < text.size() && is_word(text[end])) continue;
      set(i, i + 1, end, "sup");
      i = end - 1;
      continue;
    }
    const bool starts = is_letter(text[i]) && (i == 0 || !is_word(text[i - 1])) && text[i + 1] == '_';
    if (!starts) continue;
    std::size_t end = i + 2;
    while (end < text.size() && is_word(text[end])) ++end;
    const std::string_view index = text.substr(i + 2, end - i - 2);
    if (index.empty() || index.find('_') != std::string_view::npos) continue;
    set(i + 1, i + 2, end, "sub");
    i = end - 1;
  }
  return html + escaped(text.substr(done));
}

std::string escaped_json(std::string_view json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  }
  return safe;
}

std::string escaped_script(std::string_view script) {
  static constexpr std::string_view end = "</script";
  std::string safe(script);
  for (std::size_t at = safe.find(end); at != std::string::npos; at = safe.find(end, at + end.size()))
    safe.replace(at, 2, "<\\/");
  return safe;
}

std::string plain(double value) {
  if (std::isinf(value)) return value > 0 ? "∞" : "-∞";
  if (std::isnan(value)) return "–";
  return fmt::format("{:.6g}", value == 0 ? 0.0 : value);
}

std::string measured(double value, double error) {
  if (!std::isfinite(value) || !std::isfinite(error) || error <= 0) return plain(value);
  const int place = static_cast<int>(std::floor(std::log10(error))) - 1;  // of the error's second digit
  if (place > 0 || place < -12) {
    // The value as far as the error's second digit, and no further than a double knows it.
    const int leading = value == 0 ? place : static_cast<int>(std::floor(std::log10(std::abs(value))));
    return fmt::format("{:.{}g} ± {:.2g}", value, std::clamp(leading - place + 1, 1, 15), error);
  }
  return fmt::format("{:.{}f} ± {:.{}f}", value, -place, error, -place);
}

std::string figure_name(std::string name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  std::ranges::replace_if(name, std::not_fn(allowed), '-');
  return name;
}

std::string spoken(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string data_url(std::string_view media_type, std::string_view text) {
  std::string url = fmt::format("data:{};charset=utf-8,", media_type);
  for (const char c : text) {
    const bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~,:;()/").find(c) != std::string_view::npos;
    if (stays)
      url += c;
    else
      url += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return url;
}

}  // namespace spinflow::report
