// SPDX-License-Identifier: Apache-2.0
#include "thermometers/curve_cache.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include "spinflow/base/error.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/io/output_lock.hpp"
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

/// Those of the entry; none if it is not there, or damaged.
std::vector<double> kept_numbers(const fs::path& path, const std::string& key, std::size_t n) {
  try {
    std::error_code error;
    return fs::is_regular_file(path, error) ? numbers_of(io::read_text(path), key, n) : std::vector<double>{};
  } catch (const Error&) {
    return {};
  }
}

/// A process that was suspended must not hold up the others for ever.
constexpr auto longest_wait = std::chrono::minutes(10);

/// Waits while another process makes the entry. Holds it for this one when there is nothing to wait for.
void wait_for_maker(const fs::path& path, std::optional<io::OutputLock>& hold) {
  const auto end = std::chrono::steady_clock::now() + longest_wait;
  while (!hold && std::chrono::steady_clock::now() < end) {
    try {
      hold.emplace(path);
    } catch (const Error&) {
      base::check_stop();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

}  // namespace

std::vector<double> cached_numbers(const std::string& key, std::size_t n,
                                   const std::function<std::vector<double>()>& make) {
  const fs::path folder = cache_folder();
  if (folder.empty()) return make();
  const std::string whole_key = fmt::format("{}; {}", base::software(), key);
  const fs::path path = folder / fmt::format("{:016x}.curve", checksum(whole_key));
  if (auto numbers = kept_numbers(path, whole_key, n); !numbers.empty()) return numbers;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return make();
  std::optional<io::OutputLock> hold;
  wait_for_maker(path, hold);
  if (auto numbers = kept_numbers(path, whole_key, n); !numbers.empty()) return numbers;
  std::vector<double> numbers = make();
  try {
    io::write_text(path, entry_text(whole_key, numbers));
  } catch (const Error&) {
    // Not kept: the next run computes it again.
  }
  return numbers;
}

}  // namespace spinflow::thermometers
