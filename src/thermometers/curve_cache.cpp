// SPDX-License-Identifier: Apache-2.0
#include "thermometers/curve_cache.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cstdlib>

#include "spinflow/base/error.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::thermometers {

namespace fs = std::filesystem;

fs::path cache_folder() {
  const auto folder = [](const char* name) -> fs::path {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? fs::path(value) : fs::path();
  };
  if (const auto own = folder("SPINFLOW_CACHE_DIR"); !own.empty()) return own;
  if (const auto xdg = folder("XDG_CACHE_HOME"); !xdg.empty()) return xdg / "spinflow";
  if (const auto home = folder("HOME"); !home.empty()) return home / ".cache" / "spinflow";
  return {};
}

namespace {

std::uint64_t checksum(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

/// The key, one number a line as its bits in hexadecimal, and the checksum of all that.
std::string entry_text(const std::string& key, const std::vector<double>& numbers) {
  std::string text = key + "\n";
  for (const double number : numbers) text += fmt::format("{:016x}\n", std::bit_cast<std::uint64_t>(number));
  return text + fmt::format("{:016x}\n", checksum(text));
}

std::vector<double> numbers_of(const std::string& text, const std::string& key, std::size_t n) {
  std::vector<double> numbers;
  if (text.size() != key.size() + 1 + 17 * (n + 1) || !text.starts_with(key + "\n")) return {};
  for (std::size_t i = 0; i < n; ++i) {
    std::uint64_t bits = 0;
    const char* line = text.data() + key.size() + 1 + 17 * i;
    if (std::from_chars(line, line + 16, bits, 16).ptr != line + 16) return {};
    numbers.push_back(std::bit_cast<double>(bits));
  }
  return entry_text(key, numbers) == text ? numbers : std::vector<double>{};
}

}  // namespace

std::vector<double> cached_numbers(const std::string& key, std::size_t n,
                                   const std::function<std::vector<double>()>& make) {
  const fs::path folder = cache_folder();
  const std::string whole_key = fmt::format("{}; {}", base::software(), key);
  const fs::path path = folder / fmt::format("{:016x}.curve", checksum(whole_key));
  if (!folder.empty()) {
    try {
      std::error_code error;
      if (fs::is_regular_file(path, error))
        if (auto numbers = numbers_of(io::read_text(path), whole_key, n); !numbers.empty()) return numbers;
    } catch (const Error&) {
      // Unreadable: made anew below.
    }
  }
  std::vector<double> numbers = make();
  if (!folder.empty()) {
    std::error_code error;
    fs::create_directories(folder, error);
    try {
      if (!error) io::write_text(path, entry_text(whole_key, numbers));
    } catch (const Error&) {
      // Not kept: the next run computes it again.
    }
  }
  return numbers;
}

}  // namespace spinflow::thermometers
