// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/ranks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/error.hpp"

namespace spinflow::base {

namespace {

class Alone final : public Ranks {
 public:
  [[nodiscard]] std::size_t rank() const override { return 0; }
  [[nodiscard]] std::size_t size() const override { return 1; }
  void gather(std::span<std::byte>, std::size_t) override {}
};

/// How the work of a rank ended, of one size for all.
struct EndOfWork {
  enum : std::int64_t { good, input, failed };
  std::int64_t how = good;
  std::array<char, 2048> sentence{};  // ends with a zero

  void fail(Fault fault, std::string_view text) {
    how = fault == Fault::input ? input : failed;
    std::copy_n(text.begin(), std::min(text.size(), sentence.size() - 1), sentence.begin());
  }
};

template <class T>
std::vector<T> of_all(Ranks& ranks, const T& mine) {
  std::vector<T> all(ranks.size());
  all[ranks.rank()] = mine;
  gather(ranks, std::span(all), all.size());
  return all;
}

}  // namespace

Ranks& alone() {
  static Alone ranks;
  return ranks;
}

std::int64_t sum_over(Ranks& ranks, std::int64_t mine) {
  if (ranks.size() == 1) return mine;
  std::int64_t sum = 0;
  for (const auto value : of_all(ranks, mine)) sum += value;
  return sum;
}

bool same_on_all(Ranks& ranks, std::uint64_t mine) {
  const auto all = of_all(ranks, mine);
  return std::ranges::count(all, mine) == std::ssize(all);
}

bool as_first_says(Ranks& ranks, bool mine) {
  return ranks.size() == 1 ? mine : of_all(ranks, std::int64_t{mine}).front() != 0;
}

void together(Ranks& ranks, const std::function<void()>& work) {
  if (ranks.size() == 1) return work();
  EndOfWork mine;
  try {
    work();
  } catch (const Error& error) {
    if (error.fault() == Fault::interrupted) throw;  // the others hear the signal, too
    mine.fail(error.fault(), error.what());
  } catch (const std::bad_alloc&) {
    mine.fail(Fault::failure, "memory: there is not enough of it; start fewer processes on a machine");
  } catch (const std::exception& error) {
    mine.fail(Fault::failure, error.what());
  }
  const auto all = of_all(ranks, mine);
  const auto first = std::ranges::find_if(all, [](const auto& end) { return end.how != EndOfWork::good; });
  if (first == all.end()) return;
  const std::string_view sentence = first->sentence.data();
  throw Error(first->how == EndOfWork::input ? Fault::input : Fault::failure,
              first == all.begin() ? std::string(sentence)
                                   : fmt::format("process {}: {}", first - all.begin(), sentence));
}

}  // namespace spinflow::base
