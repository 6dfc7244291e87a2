// SPDX-License-Identifier: Apache-2.0
#include "spinflow/lattice/interactions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "spinflow/base/error.hpp"

namespace spinflow::lattice {
namespace {

using Terms = std::vector<std::vector<std::int32_t>>;

Terms terms_of(std::string_view text, const Lattice& lattice) {
  return terms(interaction_from(text, lattice.dimension(), "test"), lattice, "test");
}

/// All sets of n sites that are at the given squared distances from each other (a multiset), by brute force
/// over all sets: on a torus large against the shape these are its images.
Terms by_distances(std::size_t n, const std::multiset<int>& distances, const Lattice& lattice) {
  Terms found;
  std::vector<std::int32_t> set;
  const auto squared = [&](int a, int b) {
    const auto along = [](int d, int side) { return std::min(std::abs(d), side - std::abs(d)); };
    const int dx = along(a % lattice.lx() - b % lattice.lx(), lattice.lx());
    const int dy = along(a / lattice.lx() - b / lattice.lx(), lattice.ly());
    return dx * dx + dy * dy;
  };
  const auto extend = [&](const auto& self, int from) -> void {
    if (set.size() == n) {
      std::multiset<int> seen;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j) seen.insert(squared(set[i], set[j]));
      if (seen == distances) found.push_back(set);
      return;
    }
    for (int site = from; site < lattice.n_sites(); ++site) {
      set.push_back(site);
      self(self, site + 1);
      set.pop_back();
    }
  };
  extend(extend, 0);
  return found;
}

TEST(Interactions, TermsAreAllImagesEachOnce) {
  const struct {
    const char* text;
    std::size_t sites;
    std::multiset<int> distances;
    std::size_t per_site;
  } cases[] = {
      {"field", 1, {}, 1},
      {"nearest", 2, {1}, 2},
      {"next-nearest", 2, {2}, 2},
      {"third", 2, {4}, 2},
      {"0,0/2,1", 2, {5}, 4},
      {"0,0/2,2", 2, {8}, 2},
      {"plaquette", 4, {1, 1, 1, 1, 2, 2}, 1},
      {"0,1/1,0/1,2/2,1", 4, {2, 2, 2, 2, 4, 4}, 1},
      {"0,0/1,0/1,1/2,1", 4, {1, 1, 1, 2, 2, 5}, 4},
      {"0,0/1,0/0,1", 3, {1, 1, 2}, 4},
      {"0,0/1,0/2,0", 3, {1, 1, 4}, 2},
      {"0,0/1,1/2,0", 3, {2, 2, 4}, 4},
      {"0,0/1,0/2,1", 3, {1, 2, 5}, 8},
  };
  const auto lattice = Lattice::square(7, 6);
  for (const auto& c : cases) {
    Terms found = terms_of(c.text, lattice);
    EXPECT_EQ(found.size(), c.per_site * 42) << c.text;
    std::ranges::sort(found);
    EXPECT_EQ(found, by_distances(c.sites, c.distances, lattice)) << c.text;
  }
}

TEST(Interactions, TheListsAreDistinctAndFitSmallLattices) {
  for (const int dimension : {1, 2}) {
    std::set<std::vector<Shape>> seen;
    for (const auto* list : {&even_interactions(dimension), &odd_interactions(dimension)})
      for (const auto& one : *list) {
        EXPECT_EQ(one.odd(), list == &odd_interactions(dimension)) << one.name;
        EXPECT_TRUE(seen.insert(images(one, dimension)).second) << one.name;
        EXPECT_EQ(images(interaction_from(one.name, dimension, "test"), dimension), images(one, dimension));
      }
  }
  EXPECT_GE(even_interactions(2).size(), 6u);
  EXPECT_GE(odd_interactions(2).size(), 4u);
  for (const auto& one : even_interactions(2))
    EXPECT_NO_THROW(check_fits(one, Lattice::square(4, 4), "test"));
  for (const auto& one : odd_interactions(2)) EXPECT_NO_THROW(check_fits(one, Lattice::square(4, 4), "test"));
}

TEST(Interactions, NearestAreTheBondsOfEveryLattice) {
  for (const auto& lattice :
       {Lattice::square(2, 2), Lattice::square(2, 5), Lattice::square(4, 3, Boundary::open),
        Lattice::chain(2), Lattice::chain(7), Lattice::chain(6, Boundary::open)}) {
    Terms bonds;
    for (const auto& [i, j] : lattice.bonds()) bonds.push_back({std::min(i, j), std::max(i, j)});
    Terms found = terms_of("nearest", lattice);
    std::ranges::sort(bonds);
    std::ranges::sort(found);
    EXPECT_EQ(found, bonds) << lattice.text();
  }
}

TEST(Interactions, ShortSidesCountImagesTwiceAndOpenEdgesCutThem) {
  // Two apart on a ring of 4: both ways round.
  std::map<std::vector<std::int32_t>, int> times;
  for (const auto& term : terms_of("next-nearest", Lattice::chain(4))) ++times[term];
  EXPECT_EQ(times, (std::map<std::vector<std::int32_t>, int>{{{0, 2}, 2}, {{1, 3}, 2}}));
  EXPECT_EQ(terms_of("plaquette", Lattice::square(2, 2)), Terms(4, {0, 1, 2, 3}));

  const auto open = Lattice::square(4, 3, Boundary::open);
  EXPECT_EQ(terms_of("plaquette", open).size(), 6u);
  EXPECT_EQ(terms_of("third", open).size(), 2u * 3 + 4u * 1);
  EXPECT_EQ(terms_of("0,0/5,0", open).size(), 0u);
  EXPECT_EQ(terms_of("third", Lattice::chain(9)).size(), 9u);
}

TEST(Interactions, TheSameSetInOtherWordsIsTheSame) {
  const auto same = [](std::string_view a, std::string_view b) {
    return images(interaction_from(a, 2, "test"), 2) == images(interaction_from(b, 2, "test"), 2);
  };
  EXPECT_TRUE(same("nearest", "3,5/3,4"));
  EXPECT_TRUE(same("plaquette", "-1,-1/0,0/-1,0/0,-1"));
  EXPECT_TRUE(same("0,0/1,0/2,1", "0,0/0,1/-1,2"));
  EXPECT_FALSE(same("0,0/1,0/2,1", "0,0/1,0/0,1"));
}

TEST(Interactions, ListsAreSplitAtTheRightCommas) {
  const auto names = [](std::string_view text) {
    std::vector<std::string> all;
    for (const auto& one : interactions_from(text, 2, "test")) all.push_back(one.name);
    return all;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names("nearest"), Names({"nearest"}));
  EXPECT_EQ(names("nearest,0,0/1,0/2,0,field"), Names({"nearest", "0,0/1,0/2,0", "field"}));
  EXPECT_EQ(names("0,0,0,0/-1,2,0,0/2,1"), Names({"0,0", "0,0/-1,2", "0,0/2,1"}));
  for (const char* text : {"", "nearest,", ",nearest", "nearest,0", "0,0/1", "0,0/1,", "nearest;field"})
    EXPECT_THROW((void)interactions_from(text, 2, "test"), Error) << text;
}

TEST(Interactions, RefusesWhatCannotBe) {
  const auto message = [](std::string_view text, const Lattice& lattice) {
    try {
      (void)terms_of(text, lattice);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const auto square = Lattice::square(6, 6);
  EXPECT_EQ(
      message("third", Lattice::square(5, 2)),
      "test: on 5x2 sites third joins a site with itself; use a larger lattice or leave the interaction out");
  EXPECT_EQ(message("third", Lattice::square(5, 2, Boundary::open)), "accepted");
  EXPECT_NE(message("0,0/1,0/4,0", Lattice::chain(4)).find("joins a site with itself"), std::string::npos);
  EXPECT_NE(message("plaquette", Lattice::chain(8)).find("a chain has no plaquettes"), std::string::npos);
  EXPECT_NE(message("0,0/1,1", Lattice::chain(8)).find("not on one line"), std::string::npos);
  for (const char* text : {"", "nearst", "0,0/1", "0,0/1,0/", "0,0/1,0x", "0,0/,1", "/", "0;0"})
    EXPECT_NE(message(text, square).find("there is no such interaction"), std::string::npos) << text;
  EXPECT_NE(message("0,0/1,0/0,0", square).find("twice"), std::string::npos);
  EXPECT_NE(message("0,0/9,0", square).find("apart"), std::string::npos);
  EXPECT_NE(message("0,0/99999999999,0", square), "accepted");
  EXPECT_NE(message("0,0/5000,0", square).find("far apart"), std::string::npos);
  EXPECT_NE(message("0,0/1,0/2,0/3,0/4,0/5,0/0,1/1,1/2,1", square).find("at most 8"), std::string::npos);
}

}  // namespace
}  // namespace spinflow::lattice
