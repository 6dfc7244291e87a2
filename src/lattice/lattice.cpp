// SPDX-License-Identifier: Apache-2.0
#include "spinflow/lattice/lattice.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "spinflow/base/error.hpp"

namespace spinflow::lattice {

struct Lattice::Tables {
  std::vector<std::int32_t> neighbours;  // (n_sites, 4 or 2) compressed
  std::vector<std::int32_t> first;       // (n_sites + 1)
  std::vector<std::pair<std::int32_t, std::int32_t>> bonds;
};

std::string_view to_string(Boundary boundary) { return boundary == Boundary::periodic ? "periodic" : "open"; }

Boundary boundary_from(std::string_view text, std::string_view where) {
  if (text == "periodic") return Boundary::periodic;
  if (text == "open") return Boundary::open;
  throw input_error(where, fmt::format("there is no boundary '{}'", text), "it is periodic or open");
}

Lattice::Lattice(int dimension, int lx, int ly, Boundary boundary)
    : dimension_(dimension), lx_(lx), ly_(ly), boundary_(boundary) {
  auto tables = std::make_shared<Tables>();
  const bool ring = boundary == Boundary::periodic;
  tables->first.push_back(0);
  for (int y = 0; y < ly; ++y) {
    for (int x = 0; x < lx; ++x) {
      const int here = site(x, y);
      if (x + 1 < lx || ring) {
        tables->neighbours.push_back(site((x + 1) % lx, y));
        tables->bonds.emplace_back(here, site((x + 1) % lx, y));
      }
      if (x > 0 || ring) tables->neighbours.push_back(site((x + lx - 1) % lx, y));
      if (dimension == 2) {
        if (y + 1 < ly || ring) {
          tables->neighbours.push_back(site(x, (y + 1) % ly));
          tables->bonds.emplace_back(here, site(x, (y + 1) % ly));
        }
        if (y > 0 || ring) tables->neighbours.push_back(site(x, (y + ly - 1) % ly));
      }
      tables->first.push_back(static_cast<std::int32_t>(tables->neighbours.size()));
    }
  }
  tables_ = std::move(tables);
}

namespace {

// A site index is an int32 and every table entry a few bytes: beyond this a lattice cannot be meant.
constexpr std::int64_t most_sites = std::int64_t{1} << 28;

void check_side(int side, std::string_view name) {
  if (side < 2)
    throw input_error(name, fmt::format("a lattice side of {} has no neighbours", side),
                      "sides must be at least 2");
}

}  // namespace

Lattice Lattice::chain(int n, Boundary boundary) {
  check_side(n, "L");
  if (n > most_sites)
    throw input_error("L", fmt::format("a chain of {} sites is too large", n),
                      fmt::format("at most {}", most_sites));
  return {1, n, 1, boundary};
}

Lattice Lattice::square(int lx, int ly, Boundary boundary) {
  check_side(lx, "L");
  check_side(ly, "L");
  if (std::int64_t{lx} * ly > most_sites)
    throw input_error("L", fmt::format("a lattice of {}x{} sites is too large", lx, ly),
                      fmt::format("at most {} sites", most_sites));
  return {2, lx, ly, boundary};
}

std::vector<std::size_t> Lattice::shape() const {
  if (dimension_ == 1) return {static_cast<std::size_t>(lx_)};
  return {static_cast<std::size_t>(ly_), static_cast<std::size_t>(lx_)};
}

std::string Lattice::text() const {
  return dimension_ == 1 ? fmt::format("{}", lx_) : fmt::format("{}x{}", lx_, ly_);
}

std::span<const std::int32_t> Lattice::neighbours(int site) const {
  const auto begin = static_cast<std::size_t>(tables_->first[static_cast<std::size_t>(site)]);
  const auto end = static_cast<std::size_t>(tables_->first[static_cast<std::size_t>(site) + 1]);
  return std::span(tables_->neighbours).subspan(begin, end - begin);
}

std::span<const std::pair<std::int32_t, std::int32_t>> Lattice::bonds() const { return tables_->bonds; }

bool Lattice::bipartite() const {
  if (boundary_ == Boundary::open) return true;
  return lx_ % 2 == 0 && (dimension_ == 1 || ly_ % 2 == 0);
}

Lattice lattice_from_text(std::string_view text, int dimension, Boundary boundary, std::string_view where) {
  const auto side = [&](std::string_view part) {
    int value = 0;
    const auto [end, status] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (status != std::errc{} || end != part.data() + part.size() || part.empty() || value < 2)
      throw input_error(where, fmt::format("'{}' is no lattice size", text),
                        dimension == 1 ? "give a whole number of at least 2, as in 64"
                                       : "give whole sides of at least 2, as in 10 or 16x10");
    return value;
  };
  const auto cross = text.find('x');
  if (dimension == 1) {
    if (cross != std::string_view::npos)
      throw input_error(where, fmt::format("'{}' has two sides, a chain has one", text),
                        "give one number, as in 64");
    return Lattice::chain(side(text), boundary);
  }
  if (cross == std::string_view::npos) return Lattice::square(side(text), side(text), boundary);
  return Lattice::square(side(text.substr(0, cross)), side(text.substr(cross + 1)), boundary);
}

}  // namespace spinflow::lattice
