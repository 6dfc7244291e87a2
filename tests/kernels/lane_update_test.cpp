// SPDX-License-Identifier: Apache-2.0
#include "kernels/lanes/lane_update.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "kernels/dense/elementary.hpp"
#include "spinflow/kernels/simd.hpp"
#include "spinflow/lattice/lattice.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

LaneGraph graph_of(const lattice::Lattice& lattice) {
  LaneGraph graph;
  for (int site = 0; site < lattice.n_sites(); ++site) {
    const auto neighbours = lattice.neighbours(site);
    graph.degree.push_back(static_cast<std::uint8_t>(neighbours.size()));
    for (std::size_t n = 0; n < LaneGraph::most_neighbours; ++n)
      graph.neighbours.push_back(n < neighbours.size() ? neighbours[n] : lattice.n_sites());
  }
  return graph;
}

LaneSpins random_lanes(std::size_t n_sites, std::uint64_t seed) {
  LaneSpins spins(n_sites);
  base::RandomStream stream(seed, "test spins");
  for (std::size_t i = 0; i < 8 * n_sites; ++i) spins.data()[i] = stream.next();
  return spins;
}

// From T = 0 to nearly infinite, mixed up over the lanes.
std::vector<double> mixed_temperatures() {
  std::vector<double> temperatures;
  for (std::size_t lane = 0; lane < block_lanes; ++lane)
    temperatures.push_back(lane % 7 == 0    ? 0.0
                           : lane % 11 == 0 ? 1e9
                                            : 0.05 * static_cast<double>(lane % 61));
  return temperatures;
}

class EveryLevel : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { force_simd_level(GetParam()); }

 private:
  testing::SimdLevelRestored before_;
};

TEST_P(EveryLevel, MatchesTheReferenceBitForBit) {
  using lattice::Boundary;
  using lattice::Lattice;
  const std::vector<Lattice> lattices = {
      Lattice::square(3, 5), Lattice::square(2, 4), Lattice::square(4, 3, Boundary::open),
      Lattice::chain(7),     Lattice::chain(2),     Lattice::chain(5, Boundary::open)};
  const auto temperatures = mixed_temperatures();
  for (const auto& lattice : lattices) {
    const LaneGraph graph = graph_of(lattice);
    for (const auto update : {LocalUpdate::heat_bath, LocalUpdate::metropolis})
      for (const auto& [coupling, field] :
           {std::pair{1.0, 0.0}, {-0.7, 0.0}, {1.0, 0.3}, {-1.0, -2.0}, {0.0, 0.5}}) {
        const LaneRule rule(update, coupling, field, graph, temperatures);
        LaneSpins fast = random_lanes(graph.n_sites(), 3);
        LaneSpins slow = fast;
        LaneRandom random_fast(base::RandomStream(5, "test"));
        LaneRandom random_slow(base::RandomStream(5, "test"));
        for (int sweep = 0; sweep < 2; ++sweep) {
          update_sites(graph, rule, 0, graph.n_sites(), random_fast, fast);
          reference::update_sites(graph, rule, 0, graph.n_sites(), random_slow, slow);
        }
        EXPECT_TRUE(fast == slow) << lattice.text() << " J " << coupling << " h " << field;
        EXPECT_EQ(random_fast.state, random_slow.state);
      }
  }
}

TEST_P(EveryLevel, CountersMatchTheirReference) {
  for (const auto& lattice :
       {lattice::Lattice::square(3, 7), lattice::Lattice::chain(2), lattice::Lattice::square(16, 9)}) {
    const auto n = static_cast<std::size_t>(lattice.n_sites());
    const LaneSpins spins = random_lanes(n, 8);
    std::vector<std::uint8_t> odd(n);
    for (std::size_t i = 0; i < n; ++i) odd[i] = static_cast<std::uint8_t>(i % 3 == 0);
    std::vector<std::uint32_t> fast(block_lanes);
    std::vector<std::uint32_t> slow(block_lanes);
    count_up(spins, fast);
    reference::count_up(spins, slow);
    EXPECT_EQ(fast, slow);
    count_unequal(spins, lattice.bonds(), fast);
    reference::count_unequal(spins, lattice.bonds(), slow);
    EXPECT_EQ(fast, slow);
    count_up_staggered(spins, odd, fast);
    reference::count_up_staggered(spins, odd, slow);
    EXPECT_EQ(fast, slow);
  }
}

INSTANTIATE_TEST_SUITE_P(Simd, EveryLevel, ::testing::ValuesIn(simd_levels()),
                         [](const auto& level) { return level.param; });

// Parts of a sweep share events if they begin at multiples of 16 sites.
TEST(LaneUpdate, PartsOfASweepAreTheSweep) {
  const LaneGraph graph = graph_of(lattice::Lattice::square(5, 5));
  for (const auto update : {LocalUpdate::heat_bath, LocalUpdate::metropolis}) {
    const LaneRule rule(update, 1, 0, graph, mixed_temperatures());
    LaneSpins whole = random_lanes(25, 3);
    LaneSpins parts = whole;
    LaneRandom random_whole(base::RandomStream(5, "test"));
    LaneRandom random_parts(base::RandomStream(5, "test"));
    update_sites(graph, rule, 0, 25, random_whole, whole);
    update_sites(graph, rule, 0, LaneRule::group_sites, random_parts, parts);
    update_sites(graph, rule, LaneRule::group_sites, 25, random_parts, parts);
    EXPECT_TRUE(whole == parts);
  }
}

// Frequencies of one update against the textbook's probabilities, for every number of neighbours and class of
// local field. In the cold most of Metropolis' moves against the field are events, and some classes and
// numbers of neighbours have a hundred times as many as others.
TEST(LaneUpdate, AcceptsWithTheTextbookProbability) {
  const double coupling = 0.8;
  const LaneGraph graph = graph_of(lattice::Lattice::square(3, 3, lattice::Boundary::open));
  for (const auto update : {LocalUpdate::heat_bath, LocalUpdate::metropolis})
    for (const auto& [field, temperature] : {std::pair{0.0, 2.5}, {0.0, 0.4}, {0.3, 2.5}, {0.3, 0.4}}) {
      const LaneRule rule(update, coupling, field, graph, std::vector<double>(block_lanes, temperature));
      LaneRandom random(base::RandomStream(1, "frequencies"));
      for (const std::size_t site : {0, 1, 4}) {
        const std::size_t z = graph.degree[site];
        for (std::size_t pattern = 0; pattern < std::size_t{2} << z; ++pattern) {  // neighbours, then spin
          LaneSpins start(9);
          const auto set_all = [&](std::size_t at, bool up) {
            for (std::size_t lane = 0; lane < block_lanes; ++lane) start.set(at, lane, up);
          };
          const bool up = (pattern >> z) != 0;
          set_all(site, up);
          int sum = 0;
          for (std::size_t n = 0; n < z; ++n) {
            const bool neighbour = (pattern >> n & 1) != 0;
            set_all(static_cast<std::size_t>(graph.neighbours[4 * site + n]), neighbour);
            sum += neighbour ? 1 : -1;
          }
          double flips = 0;
          constexpr int rounds = 100;
          for (int round = 0; round < rounds; ++round) {
            LaneSpins spins = start;
            update_sites(graph, rule, site, site + 1, random, spins);
            for (std::size_t lane = 0; lane < block_lanes; ++lane)
              flips += spins.up(site, lane) != up ? 1 : 0;
          }
          const double x = 2 * (up ? 1 : -1) * (coupling * sum + field) / temperature;
          const double p =
              update == LocalUpdate::heat_bath ? 1 / (1 + std::exp(x)) : 0.75 * std::min(1.0, std::exp(-x));
          const double n = rounds * block_lanes;
          // One flip more, for where none is expected.
          testing::expect_within(flips / n, std::sqrt(p * (1 - p) / n) + 1 / n, p,
                                 "site " + std::to_string(site) + " pattern " + std::to_string(pattern) +
                                     " h " + std::to_string(field) + " T " + std::to_string(temperature));
        }
      }
    }
}

// What a rule for Metropolis holds adds up to the textbook's probability to rounding, for every class and
// lane.
TEST(LaneRule, CoarseDecisionsAndEventsAddUpToTheProbabilities) {
  const LaneGraph graph = graph_of(lattice::Lattice::square(4, 3, lattice::Boundary::open));
  const auto temperatures = mixed_temperatures();
  for (const double field : {0.0, 0.3}) {
    const LaneRule rule(LocalUpdate::metropolis, 1, field, graph, temperatures);
    EXPECT_LT(rule.n_events().most(), LaneRule::most_event_words);
    double mean = 0;
    for (std::uint32_t k = 0; k < rule.n_events().most(); ++k)
      mean += 1 - rule.n_events().distribution_function(k);
    const auto shares = rule.place_of_event().probabilities();
    ASSERT_EQ(shares.size(), rule.n_kinds() * block_lanes);
    for (std::size_t z = 2; z <= 4; ++z)
      for (std::size_t c = 0; c < rule.n_classes(); ++c)
        for (std::size_t n_up = 0; n_up <= z; ++n_up) {
          if (rule.degree(z).in_class[c][n_up] == 0) continue;
          const LaneRule::CoarsePlanes& planes = rule.degree(z).coarse[c];
          for (std::size_t lane = 0; lane < block_lanes; ++lane) {
            double coarse = 0;
            for (std::size_t bit = 0; bit < LaneRule::coarse_bits; ++bit)
              if ((planes.of_bit[bit][lane / 64] >> (lane % 64) & 1u) != 0)
                coarse += std::ldexp(1, static_cast<int>(bit) - static_cast<int>(LaneRule::coarse_bits));
            const double of_site = mean / static_cast<double>(LaneRule::group_sites);
            const double event =
                -std::expm1(-of_site * shares[(rule.degree(z).first_kind + c) * block_lanes + lane]);
            const bool at_event = (planes.at_event[lane / 64] >> (lane % 64) & 1u) != 0;
            const double p = coarse + event * ((at_event ? 1.0 : 0.0) - coarse);
            const double f = rule.local_field(z, n_up);
            EXPECT_NEAR(p, 0.75 * boltzmann_of_flip(std::abs(f), temperatures[lane]), 1e-14)
                << "z " << z << " f " << f << " T " << temperatures[lane];
          }
        }
  }
}

struct Turns {
  double variance = 0;  // of a turn, summed over the lanes
  double square = 0;    // its square
  double product = 0;   // that of a lane times that of the next
  double fourth = 0;    // the fourth cumulant
};

// `p`: the probability of a turn in every lane.
Turns turns_of(const std::vector<double>& p) {
  Turns sums;
  for (std::size_t lane = 0; lane < p.size(); ++lane) {
    const double turn = p[lane] * (1 - p[lane]);
    const double of_next = p[(lane + 1) % p.size()] * (1 - p[(lane + 1) % p.size()]);
    sums.variance += turn;
    sums.square += turn * turn;
    sums.product += turn * of_next;
    sums.fourth += turn * (1 - 6 * turn);
  }
  return sums;
}

// Spins without couplings in a field turn against it with a small probability of their lane's temperature,
// most of them by events alone: sums over lanes, over sites and over all, products of one site or lane with
// the next and of one sweep with the next have the moments of independent turns.
TEST(LaneUpdate, EventsAreIndependentAndOfTheirLanesTemperature) {
  constexpr std::size_t sites = 40;  // two groups and a half
  constexpr int sweeps = 1000;
  const LaneGraph graph = graph_of(lattice::Lattice::chain(sites));
  std::vector<double> temperatures;
  std::vector<double> p;
  for (std::size_t lane = 0; lane < block_lanes; ++lane) {
    temperatures.push_back(0.25 + 0.002 * static_cast<double>(lane * 37 % 101));
    p.push_back(0.75 * std::exp(-2 / temperatures.back()));
  }
  const LaneRule rule(LocalUpdate::metropolis, 0, 1, graph, temperatures);
  LaneRandom random(base::RandomStream(1, "events"));
  double of_sweeps = 0, of_sites = 0;
  double next_site = 0, next_lane = 0, next_sweep = 0;
  const auto [variance, square, product, fourth] = turns_of(p);
  std::vector<double> of_lane(block_lanes);
  std::vector<std::vector<double>> last;
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    LaneSpins spins(sites);
    std::fill_n(spins.data(), 8 * sites, ~std::uint64_t{0});
    update_sites(graph, rule, 0, sites, random, spins);
    std::vector<std::vector<double>> now(sites, std::vector<double>(block_lanes));
    double all = 0;
    for (std::size_t site = 0; site < sites; ++site) {
      double sum = 0;
      for (std::size_t lane = 0; lane < block_lanes; ++lane) {
        now[site][lane] = (spins.up(site, lane) ? 0 : 1) - p[lane];
        sum += now[site][lane];
        of_lane[lane] += now[site][lane];
      }
      all += sum;
      of_sites += sum * sum / variance;
      for (std::size_t lane = 0; lane < block_lanes; ++lane) {
        next_lane += now[site][lane] * now[site][(lane + 1) % block_lanes];
        if (site > 0) next_site += now[site][lane] * now[site - 1][lane];
        if (sweep > 0) next_sweep += now[site][lane] * last[site][lane];
      }
    }
    of_sweeps += all * all / (sites * variance);
    last = now;
  }
  // The variance of S^2 / Var S is 2 + kappa_4 / (Var S)^2.
  const double excess = fourth / (variance * variance);
  testing::expect_within(of_sweeps, std::sqrt(sweeps * (2 + excess / sites)), sweeps, "all turns of a sweep");
  testing::expect_within(of_sites, std::sqrt(sites * sweeps * (2 + excess)), sites * sweeps,
                         "turns of a site");
  double of_lanes = 0;
  double of_lanes_variance = 0;
  for (std::size_t lane = 0; lane < block_lanes; ++lane) {
    const double turn = p[lane] * (1 - p[lane]);
    of_lanes += of_lane[lane] * of_lane[lane] / (sweeps * sites * turn);
    of_lanes_variance += 2 + (1 - 6 * turn) / (sweeps * sites * turn);
  }
  testing::expect_within(of_lanes, std::sqrt(of_lanes_variance), block_lanes, "turns of a lane");
  testing::expect_within(next_lane, std::sqrt(sweeps * sites * product), 0, "a lane and the next");
  testing::expect_within(next_site, std::sqrt(sweeps * (sites - 1.0) * square), 0, "a site and the next");
  testing::expect_within(next_sweep, std::sqrt((sweeps - 1.0) * sites * square), 0, "a sweep and the next");
}

// At T = infinity all lanes and sites are independent fair coins: the variance of the mean over lanes tells
// shared words.
TEST(LaneUpdate, LanesAreIndependent) {
  const LaneGraph graph = graph_of(lattice::Lattice::square(5, 5));
  const LaneRule rule(LocalUpdate::heat_bath, 1, 0, graph, std::vector<double>(block_lanes, 1e300));
  LaneRandom random(base::RandomStream(1, "covariance"));
  LaneSpins spins(25);
  double chi2 = 0;
  constexpr int sweeps = 400;
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    update_sites(graph, rule, 0, 25, random, spins);
    for (std::size_t site = 0; site < 25; ++site) {
      double sum = 0;
      for (std::size_t lane = 0; lane < block_lanes; ++lane) sum += spins.up(site, lane) ? 1 : -1;
      chi2 += sum * sum / block_lanes;
    }
  }
  EXPECT_LT(chi2, testing::chi2_limit(25 * sweeps));
  EXPECT_GT(chi2, 2 * 25 * sweeps - testing::chi2_limit(25 * sweeps));
}

TEST(LaneUpdate, ZeroTemperatureGoesDownhillAndTakesFreeMoves) {
  const LaneGraph graph = graph_of(lattice::Lattice::chain(3, lattice::Boundary::open));
  for (const auto update : {LocalUpdate::heat_bath, LocalUpdate::metropolis}) {
    const LaneRule rule(update, 1, 0, graph, std::vector<double>(block_lanes, 0.0));
    LaneRandom random(base::RandomStream(1, "cold"));
    LaneSpins spins(3);
    for (std::size_t lane = 0; lane < block_lanes; ++lane) spins.set(2, lane, true);  // - - +: site 1 is free
    LaneSpins free = spins;
    update_sites(graph, rule, 1, 2, random, free);
    std::vector<std::uint32_t> up(block_lanes);
    count_up(free, up);
    double flips = 0;
    for (const auto n : up) flips += n - 1;
    const double p = update == LocalUpdate::heat_bath ? 0.5 : 0.75;
    testing::expect_within(flips / block_lanes, std::sqrt(p * (1 - p) / block_lanes), p, "free moves");
    update_sites(graph, rule, 0, 1, random, spins);  // stands with its only neighbour: stays
    for (std::size_t lane = 0; lane < block_lanes; ++lane) EXPECT_FALSE(spins.up(0, lane));
  }
}

TEST(Elementary, ExponentialIsRight) {
  for (double x = -745; x <= 709.7; x += 0.37) {
    const double exact = std::exp(x);
    EXPECT_NEAR(exp_fixed(x), exact, exact * 4e-16 + 5e-324) << x;
  }
  EXPECT_EQ(exp_fixed(0), 1.0);
  EXPECT_EQ(exp_fixed(-INFINITY), 0.0);
  EXPECT_EQ(exp_fixed(INFINITY), INFINITY);
  EXPECT_TRUE(std::isnan(exp_fixed(NAN)));
  // The bits are an interface.
  EXPECT_EQ(exp_fixed(-0.881373587019543), 0x1.a827999fcef32p-2);
}

TEST(Elementary, LogarithmIsRight) {
  for (const double x : {1e-300, 1e-9, 0.3, 0.7071, 0.70711, 0.999999, 1.0, 1.0000001, 2.0, 3.7, 1e40})
    EXPECT_NEAR(log_fixed(x), std::log(x), 4e-16 * std::max(1.0, std::abs(std::log(x)))) << x;
}

TEST(Elementary, CosineOfATurnIsRight) {
  for (const std::int64_t n : {1, 2, 3, 4, 7, 8, 64, 1000003})
    for (std::int64_t j = -3 * n; j <= 3 * n; j += std::max<std::int64_t>(1, n / 100)) {
      const long double turn = static_cast<long double>(j % n) / static_cast<long double>(n);
      const auto exact = static_cast<double>(std::cos(2 * std::numbers::pi_v<long double> * turn));
      EXPECT_NEAR(cos_of_turn(j, n), exact, 3e-16) << j << "/" << n;
    }
  EXPECT_EQ(cos_of_turn(0, 5), 1.0);
  EXPECT_EQ(cos_of_turn(1, 4), 0.0);
  EXPECT_EQ(cos_of_turn(5, 8), cos_of_turn(3, 8));
  EXPECT_EQ(cos_of_turn(1, 2), -1.0);
  EXPECT_EQ(cos_of_turn(1, 5), 0x1.3c6ef372fe94fp-2);
}

TEST(Elementary, ThresholdsAndBoltzmannFactors) {
  EXPECT_EQ(probability_threshold(0.5), std::uint64_t{1} << 63);
  EXPECT_EQ(probability_threshold(0.0), 0u);
  EXPECT_EQ(boltzmann_of_flip(0.0, 0.0), 1.0);
  EXPECT_EQ(boltzmann_of_flip(1e-300, 0.0), 0.0);
  EXPECT_NEAR(boltzmann_of_flip(-4.0, 2.0), std::exp(-4.0), 1e-17);
}

}  // namespace
}  // namespace spinflow::kernels
