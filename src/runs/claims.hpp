// SPDX-License-Identifier: Apache-2.0
// Several processes that fill one run folder: who makes which piece.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

namespace spinflow::runs {

/// Thrown where a piece is needed that another process is making, if there is other work meanwhile
/// (`in_any_order`).
struct MadeElsewhere {
  std::filesystem::path claim;
  std::filesystem::path file;  ///< the piece, once it is made
};

/// What the file of a claim says of the process that holds it.
struct ClaimHolder {
  std::string host;
  std::int64_t pid = 0;
  std::string since;   ///< UTC, by the clock of that host
  bool ended = false;  ///< it was a process of this host, and is one no more
};

/// Reads the file of a claim. Gives nothing if the file is not there or holds something else.
[[nodiscard]] std::optional<ClaimHolder> holder_of(const std::filesystem::path& claim);

/// Whether the file is a claim, or one that is being written or was cut off.
[[nodiscard]] bool is_claim(const std::filesystem::path& path);

/// The claims of a process on pieces of a run, files in `FOLDER/claims/`. They save double work and nothing
/// more: a piece appears whole (io::AtomicFile) and has the same bits whoever makes it, so two processes that
/// both believe to hold a claim do no harm. No lock of the file system is used.
///
/// A thread writes a new number into the held claims every `beat`. A claim that has not changed for
/// `patience`, by the clock of whoever looks, belongs to nobody any more; neither does that of a process of
/// this host that has ended. No decision compares clocks of different hosts.
class Claims {
 public:
  struct Rhythm {
    std::chrono::milliseconds beat{5000};
    std::chrono::milliseconds patience{60000};
  };

  /// Held until it is destroyed.
  class Claim {
   public:
    Claim(Claims& claims, std::filesystem::path file) : claims_(claims), file_(std::move(file)) {}
    ~Claim() { claims_.release(file_); }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

   private:
    Claims& claims_;
    std::filesystem::path file_;
  };

  explicit Claims(const std::filesystem::path& folder) : Claims(folder, Rhythm{}) {}
  Claims(const std::filesystem::path& folder, Rhythm rhythm);
  ~Claims();
  Claims(const Claims&) = delete;
  Claims& operator=(const Claims&) = delete;

  /// The claim of a piece; nullptr if a living process holds it. Where no file can be made (full disk), the
  /// claim is given without one. Error(failure) if the folder of the run is not there any more.
  [[nodiscard]] std::unique_ptr<Claim> take(const std::string& piece);

  /// Whether a living process holds the claim.
  [[nodiscard]] bool is_taken(const std::filesystem::path& claim);

  /// To be called when `take` gave nothing. Within `in_any_order` it throws MadeElsewhere. Elsewhere it
  /// waits for a moment, a longer one at every `attempt`, and asks whether the user wants to stop.
  void await(const std::string& piece, const std::filesystem::path& file, int attempt) const;

  /// Removes the claims of this run, all of which are of no use when it is finished.
  void remove_all() const;

  [[nodiscard]] std::filesystem::path file_of(const std::string& piece) const;

 private:
  struct Seen {
    std::string text;
    std::chrono::steady_clock::time_point since;
  };

  void release(const std::filesystem::path& claim);
  void beat(const std::stop_token& stop);
  [[nodiscard]] std::string text_of(const std::string& since, std::uint64_t beats) const;

  std::filesystem::path folder_;
  Rhythm rhythm_;
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::map<std::filesystem::path, std::string> held_;  // since when
  std::map<std::filesystem::path, Seen> seen_;
  std::jthread heart_;
};

/// What find() finds, or else make() makes: in one process, where several have `claims`. find() gives an
/// optional, empty as long as `file` is not there.
template <class Find, class Make>
[[nodiscard]] auto made_once(Claims* claims, const std::string& piece, const std::filesystem::path& file,
                             const Find& find, const Make& make) -> std::invoke_result_t<const Make&> {
  for (int attempt = 0;; ++attempt) {
    if (auto found = find()) return std::move(*found);
    if (claims == nullptr) return make();
    if (const auto claim = claims->take(piece)) {
      // Another process may have made it just before.
      if (auto found = find()) return std::move(*found);
      return make();
    }
    claims->await(piece, file, attempt);
  }
}

/// "node3:1234", of this process.
[[nodiscard]] std::string process_name();

/// work(0) ... work(n - 1), each once, on all threads (`together`) or in turn. With `claims`, work that needs
/// a piece which another process is making is left for later, when that piece is there or its claim is free;
/// work may thus begin more than once, and must find again what it has made.
void in_any_order(Claims* claims, std::size_t n, bool together, const std::function<void(std::size_t)>& work);

}  // namespace spinflow::runs
