// SPDX-License-Identifier: Apache-2.0
#include "runs/claims.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <numeric>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::runs {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

/// More than any claim has: the file may be anything.
constexpr std::size_t most_claim_bytes = 4096;
constexpr std::string_view claim_section = "[claim]";

std::string first_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(most_claim_bytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

/// The clock tick at which a process started, which tells it from a later one with the same number; empty if
/// there is none.
std::string start_of(std::int64_t pid) {
  const std::string stat = first_bytes(fmt::format("/proc/{}/stat", pid));
  // The name of the program, in brackets, may hold anything.
  std::size_t at = stat.rfind(')');
  if (at == std::string::npos) return {};
  constexpr int fields_from_name_to_start = 20;
  for (int field = 0; field < fields_from_name_to_start && at != std::string::npos; ++field)
    at = stat.find(' ', at + 1);
  if (at == std::string::npos) return {};
  return stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

/// Where process numbers mean the same processes: a boot of a machine and a container on it.
std::string process_space() {
  std::string boot = first_bytes("/proc/sys/kernel/random/boot_id");
  std::erase(boot, '\n');
  std::error_code ignored;
  return boot + " " + fs::read_symlink("/proc/self/ns/pid", ignored).string();
}

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "host";
  return name.data();
}

const std::string& this_space() {
  static const std::string space = process_space();
  return space;
}

struct ClaimText {
  ClaimHolder holder;
  std::string space;
  std::string started;
};

std::optional<ClaimText> parsed(const std::string& text) {
  try {
    const auto settings = io::settings_from_toml(text, "claim");
    const auto& claim = settings.at("claim");
    return ClaimText{{.host = std::get<std::string>(claim.at("host")),
                      .pid = std::get<std::int64_t>(claim.at("pid")),
                      .since = std::get<std::string>(claim.at("since"))},
                     std::get<std::string>(claim.at("space")),
                     std::get<std::string>(claim.at("started"))};
  } catch (const std::exception&) {
    return std::nullopt;  // being written just now, or no claim
  }
}

bool has_ended(const ClaimText& claim) {
  return claim.space == this_space() && start_of(claim.holder.pid) != claim.started;
}

bool is_own(const ClaimText& claim) { return claim.space == this_space() && claim.holder.pid == getpid(); }

/// Whether all of it was written; otherwise errno says why not.
bool put(const fs::path& path, int flags, const std::string& text) {
  const int descriptor = open(path.c_str(), flags | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0) return false;
  const bool whole = write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error_number = whole ? 0 : ENOSPC;
  close(descriptor);
  if (!whole && (flags & O_CREAT) != 0) unlink(path.c_str());
  errno = error_number;
  return whole;
}

// While work(i) of some in_any_order is under way in this thread.
thread_local int others_to_do = 0;

struct Within {
  Within() { ++others_to_do; }
  ~Within() { --others_to_do; }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;
};

void wait_a_moment(int attempt) {
  // Claims are read at every attempt, over the network perhaps.
  const auto end = std::chrono::steady_clock::now() + std::min(2000ms, 50ms * (1 << std::min(attempt, 6)));
  while (std::chrono::steady_clock::now() < end) {
    base::check_stop();
    std::this_thread::sleep_for(20ms);
  }
}

}  // namespace

std::string process_name() { return fmt::format("{}:{}", host_name(), getpid()); }

std::optional<ClaimHolder> holder_of(const fs::path& claim) {
  auto found = parsed(first_bytes(claim));
  if (!found) return std::nullopt;
  found->holder.ended = has_ended(*found);
  return found->holder;
}

bool is_claim(const fs::path& path) {
  std::error_code ignored;
  if (fs::symlink_status(path, ignored).type() != fs::file_type::regular) return false;
  const std::string text = first_bytes(path);
  return text.empty() || text.starts_with(claim_section);
}

Claims::Claims(const fs::path& folder, Rhythm rhythm)
    : folder_(folder), rhythm_(rhythm), heart_([this](const std::stop_token& stop) { beat(stop); }) {}

Claims::~Claims() {
  heart_.request_stop();
  wakes_.notify_all();
  std::error_code ignored;  // others may still hold claims there
  fs::remove(folder_ / results::claims_folder, ignored);
}

fs::path Claims::file_of(const std::string& piece) const { return folder_ / results::claims_folder / piece; }

std::string Claims::text_of(const std::string& since, std::uint64_t beats) const {
  static const std::string started = start_of(getpid());
  // As long at every beat, so that it is rewritten in place and never half there.
  return fmt::format(
      "{}\nhost = {}\npid = {}\nspace = {}\nstarted = \"{}\"\nsince = \"{}\"\nbeats = \"{:012}\"\n",
      claim_section, base::to_text(base::Value(host_name())), getpid(),
      base::to_text(base::Value(this_space())), started, since, beats);
}

std::unique_ptr<Claims::Claim> Claims::take(const std::string& piece) {
  const fs::path claim = file_of(piece);
  const std::string since =
      fmt::format("{:%Y-%m-%d %H:%M:%S}",
                  fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
  const auto is_made = [&] {
    const std::scoped_lock lock(mutex_);
    if (!put(claim, O_CREAT | O_EXCL, text_of(since, 0))) return false;
    held_[claim] = since;
    return true;
  };
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (is_made()) return std::make_unique<Claim>(*this, claim);
    if (errno == ENOENT) {
      std::error_code error;
      if (!fs::exists(folder_, error))
        throw failure(folder_.string(), "the folder of the run is not there any more",
                      "see who has removed it; start the run again");
      fs::create_directory(claim.parent_path(), error);
    } else if (errno == EEXIST) {
      if (is_taken(claim)) return nullptr;
      unlink(claim.c_str());
    } else {
      break;
    }
  }
  return std::make_unique<Claim>(*this, claim);  // without a file others may do the same work
}

bool Claims::is_taken(const fs::path& claim) {
  const std::scoped_lock lock(mutex_);
  if (held_.contains(claim)) return true;
  std::error_code ignored;
  if (!fs::exists(claim, ignored)) return false;
  const std::string text = first_bytes(claim);
  const auto says = parsed(text);
  if (says && has_ended(*says)) return false;
  const auto now = std::chrono::steady_clock::now();
  auto [last, fresh] = seen_.try_emplace(claim, Seen{text, now});
  if (!fresh && last->second.text != text) last->second = {text, now};
  return now - last->second.since < rhythm_.patience;
}

void Claims::release(const fs::path& claim) {
  const std::scoped_lock lock(mutex_);
  if (held_.erase(claim) == 0) return;
  // Another process that believed this one dead may have it now.
  const auto says = parsed(first_bytes(claim));
  if (says && is_own(*says)) unlink(claim.c_str());
}

void Claims::beat(const std::stop_token& stop) {
  for (std::uint64_t beats = 1;; ++beats) {
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, stop, rhythm_.beat, [] { return false; });
    if (stop.stop_requested()) return;
    const auto held = held_;
    lock.unlock();  // a slow file system must not hold up those who ask for claims
    for (const auto& [claim, since] : held) {
      const auto says = parsed(first_bytes(claim));
      if (says && is_own(*says)) {
        put(claim, 0, text_of(since, beats));  // a failure means no more than double work
        continue;
      }
      // Taken away or over: this process was too slow, and its work may be done twice.
      lock.lock();
      held_.erase(claim);
      lock.unlock();
    }
  }
}

void Claims::await(const std::string& piece, const fs::path& file, int attempt) const {
  if (others_to_do > 0) throw MadeElsewhere{file_of(piece), file};
  wait_a_moment(attempt);
}

void Claims::remove_all() const {
  const fs::path folder = folder_ / results::claims_folder;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (is_claim(entry.path())) fs::remove(entry.path(), ignored);
  fs::remove(folder, ignored);  // unless somebody has put something else there
}

void in_any_order(Claims* claims, std::size_t n, bool together,
                  const std::function<void(std::size_t)>& work) {
  const auto loop = [&](std::size_t size, const std::function<void(std::size_t)>& body) {
    if (together) return base::parallel_for(size, body);
    for (std::size_t i = 0; i < size; ++i) body(i);
  };
  if (claims == nullptr) return loop(n, work);
  struct Blocked {
    std::size_t job;
    MadeElsewhere piece;
  };
  std::vector<Blocked> blocked;
  std::vector<std::size_t> ready(n);
  std::iota(ready.begin(), ready.end(), std::size_t{0});
  std::mutex mutex;
  for (int attempt = 0;;) {
    loop(ready.size(), [&](std::size_t i) {
      const Within within;
      try {
        work(ready[i]);
      } catch (const MadeElsewhere& piece) {
        const std::scoped_lock lock(mutex);
        blocked.push_back({ready[i], piece});
      }
    });
    if (blocked.empty()) return;
    if (!ready.empty()) attempt = 0;
    ready.clear();
    std::erase_if(blocked, [&](const Blocked& one) {
      std::error_code ignored;
      if (!fs::exists(one.piece.file, ignored) && claims->is_taken(one.piece.claim)) return false;
      ready.push_back(one.job);
      return true;
    });
    std::ranges::sort(ready);
    if (!ready.empty()) continue;
    if (others_to_do > 0) throw blocked.front().piece;
    wait_a_moment(attempt++);
  }
}

}  // namespace spinflow::runs
