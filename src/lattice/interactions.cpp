// SPDX-License-Identifier: Apache-2.0
#include "spinflow/lattice/interactions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <set>

#include "lattice/wrapped.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::lattice {

namespace {

constexpr std::size_t most_interacting = 8;
constexpr int most_range = 8;

struct Named {
  std::string_view name;
  Shape square;
  Shape chain;  ///< empty: none
};

const std::array<Named, 5>& named() {
  static const std::array<Named, 5> all = {
      Named{"field", {{0, 0}}, {{0, 0}}},
      Named{"nearest", {{0, 0}, {1, 0}}, {{0, 0}, {1, 0}}},
      Named{"next-nearest", {{0, 0}, {1, 1}}, {{0, 0}, {2, 0}}},
      Named{"third", {{0, 0}, {2, 0}}, {{0, 0}, {3, 0}}},
      Named{"plaquette", {{0, 0}, {1, 0}, {0, 1}, {1, 1}}, {}},
  };
  return all;
}

/// Sites in ascending order, moved to min x = min y = 0.
Shape at_origin(Shape shape) {
  int least_x = shape.front().first;
  int least_y = shape.front().second;
  for (const auto& [x, y] : shape) {
    least_x = std::min(least_x, x);
    least_y = std::min(least_y, y);
  }
  for (auto& [x, y] : shape) {
    x -= least_x;
    y -= least_y;
  }
  std::ranges::sort(shape);
  return shape;
}

class Reader {
 public:
  Reader(std::string_view text, int dimension, std::string_view where)
      : text_(text), dimension_(dimension), where_(where) {}

  [[nodiscard]] Shape shape() const {
    Shape sites;
    for (std::size_t begin = 0; begin <= text_.size();) {
      const std::size_t end = std::min(text_.find('/', begin), text_.size());
      const std::string_view site = text_.substr(begin, end - begin);
      const std::size_t comma = site.find(',');
      if (comma == std::string_view::npos) throw unknown();
      sites.emplace_back(number(site.substr(0, comma)), number(site.substr(comma + 1)));
      begin = end + 1;
    }
    if (sites.size() > most_interacting)
      throw bad(fmt::format("it has {} sites", sites.size()),
                fmt::format("give at most {}", most_interacting));
    const Shape moved = at_origin(sites);
    if (std::ranges::adjacent_find(moved) != moved.end())
      throw bad("a site stands in it twice", "give different sites: s^2 = 1");
    for (const auto& [x, y] : moved) {
      if (x > most_range || y > most_range)
        throw bad(fmt::format("its sites are more than {} apart", most_range), "give a smaller set");
      if (dimension_ == 1 && y != 0) throw bad("its sites are not on one line", "on a chain y is the same");
    }
    return moved;
  }

  [[nodiscard]] Error unknown() const {
    std::string names;
    for (const auto& one : named())
      if (dimension_ == 2 || !one.chain.empty()) names += fmt::format("{}, ", one.name);
    return bad("there is no such interaction", names + "or a set of sites such as 0,0/1,0/2,0");
  }

 private:
  [[nodiscard]] int number(std::string_view text) const {
    int value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc{} || end != text.data() + text.size()) throw unknown();
    if (value < -1000 || value > 1000) throw bad("its sites are far apart", "give a smaller set");
    return value;
  }

  [[nodiscard]] Error bad(std::string_view what, std::string_view mend) const {
    return input_error(where_, fmt::format("'{}': {}", text_, what), mend);
  }

  std::string_view text_;
  int dimension_;
  std::string_view where_;
};

std::vector<Interaction> list_of(std::initializer_list<std::string_view> texts, int dimension) {
  std::vector<Interaction> list;
  for (const auto text : texts) list.push_back(interaction_from(text, dimension, "interactions"));
  return list;
}

}  // namespace

Interaction interaction_from(std::string_view text, int dimension, std::string_view where) {
  const Reader reader(text, dimension, where);
  for (const auto& one : named())
    if (one.name == text) {
      const Shape& sites = dimension == 1 ? one.chain : one.square;
      if (sites.empty())
        throw input_error(where, fmt::format("a chain has no {}s", text), "leave it out on a chain");
      return {.name = std::string(text), .sites = sites};
    }
  return {.name = std::string(text), .sites = reader.shape()};
}

std::vector<Interaction> interactions_from(std::string_view text, int dimension, std::string_view where) {
  std::vector<Interaction> list;
  std::size_t end = 0;
  for (std::size_t begin = 0; begin <= text.size(); begin = end + 1) {
    const auto next_comma = [&](std::size_t from) { return std::min(text.find(',', from), text.size()); };
    end = next_comma(begin);
    const bool sites = begin < text.size() &&
                       (std::isdigit(static_cast<unsigned char>(text[begin])) != 0 || text[begin] == '-');
    // A set of sites goes on over commas up to the first y without a slash behind it.
    while (sites && end < text.size()) {
      const std::size_t y = end + 1;
      end = next_comma(y);
      if (text.substr(y, end - y).find('/') == std::string_view::npos) break;
    }
    list.push_back(interaction_from(text.substr(begin, end - begin), dimension, where));
  }
  return list;
}

const std::vector<Interaction>& even_interactions(int dimension) {
  static const auto chain =
      list_of({"nearest", "next-nearest", "third", "0,0/1,0/2,0/3,0", "0,0/4,0", "0,0/1,0/3,0/4,0"}, 1);
  // Pairs (1,0), (1,1), (2,0), the plaquette, the pair (2,1), the plaquette of diagonals, the pair (2,2),
  // four in a zigzag.
  static const auto square = list_of({"nearest", "next-nearest", "third", "plaquette", "0,0/2,1",
                                      "0,1/1,0/1,2/2,1", "0,0/2,2", "0,0/1,0/1,1/2,1"},
                                     2);
  return dimension == 1 ? chain : square;
}

const std::vector<Interaction>& odd_interactions(int dimension) {
  static const auto chain = list_of({"field", "0,0/1,0/2,0", "0,0/1,0/3,0", "0,0/2,0/4,0"}, 1);
  // Three of a plaquette, three in line, three across diagonals, a knight's corner, a cross.
  static const auto square = list_of(
      {"field", "0,0/1,0/0,1", "0,0/1,0/2,0", "0,0/1,1/2,0", "0,0/1,0/2,1", "0,1/1,0/1,1/1,2/2,1"}, 2);
  return dimension == 1 ? chain : square;
}

std::vector<Shape> images(const Interaction& interaction, int dimension) {
  std::set<Shape> found;
  for (int turn = 0; turn < 8; ++turn) {
    Shape shape = interaction.sites;
    for (auto& [x, y] : shape) {
      if ((turn & 1) != 0) x = -x;
      if ((turn & 2) != 0) y = -y;
      if ((turn & 4) != 0 && dimension == 2) std::swap(x, y);
    }
    found.insert(at_origin(std::move(shape)));
  }
  return {found.begin(), found.end()};
}

void check_fits(const Interaction& interaction, const Lattice& lattice, std::string_view where) {
  const bool chain = lattice.dimension() == 1;
  const bool periodic = lattice.boundary() == Boundary::periodic;
  for (const auto& image : images(interaction, lattice.dimension())) {
    std::set<std::pair<int, int>> sites;
    for (const auto& [x, y] : image) {
      if (chain && y != 0)
        throw input_error(where, fmt::format("{} is no interaction of a chain", interaction.name),
                          "leave it out on a chain");
      if (periodic && !sites.emplace(wrapped(x, lattice.lx()), wrapped(y, lattice.ly())).second)
        throw input_error(
            where, fmt::format("on {} sites {} joins a site with itself", lattice.text(), interaction.name),
            "use a larger lattice or leave the interaction out");
    }
  }
}

std::vector<std::vector<std::int32_t>> terms(const Interaction& interaction, const Lattice& lattice,
                                             std::string_view where) {
  check_fits(interaction, lattice, where);
  const bool periodic = lattice.boundary() == Boundary::periodic;
  std::vector<std::vector<std::int32_t>> all;
  for (const auto& image : images(interaction, lattice.dimension()))
    for (int y = 0; y < lattice.ly(); ++y)
      for (int x = 0; x < lattice.lx(); ++x) {
        std::vector<std::int32_t> term;
        for (const auto& [dx, dy] : image) {
          if (!periodic && (x + dx >= lattice.lx() || y + dy >= lattice.ly())) break;
          term.push_back(lattice.site((x + dx) % lattice.lx(), (y + dy) % lattice.ly()));
        }
        if (term.size() != image.size()) continue;
        std::ranges::sort(term);
        all.push_back(std::move(term));
      }
  return all;
}

}  // namespace spinflow::lattice
