// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/mcrg.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/lattice_sums.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "spinflow/transformations/stack_maps.hpp"
#include "testing/testing.hpp"

namespace spinflow::analysis {
namespace {

using List = std::vector<lattice::Interaction>;

std::shared_ptr<const models::Model> model_on(const char* name, const lattice::Lattice& lattice,
                                              const base::Values& values = {}) {
  return models::registry().find(name).make(lattice, values);
}

List first(std::size_t n, const List& list) {
  return {list.begin(), list.begin() + static_cast<std::ptrdiff_t>(n)};
}

TEST(Mcrg, DecimationOfTheChainIsExact) {
  // tanh K' = tanh^2 K: dK'/dK = tanh 2K on a ring of any length; y_H: the field's eigenvalue is no power
  // of b off the fixed point.
  const double k = 0.7;
  const auto chain = model_on("ising-chain", lattice::Lattice::chain(32));
  const auto result = mcrg(
      chain, transformations::Decimation({.factor = 2}),
      {.temperature = 1 / k, .steps = 2, .even = first(1, lattice::even_interactions(1)), .samples = 20000},
      base::silent());
  ASSERT_EQ(result.even.size(), 2u);
  EXPECT_TRUE(result.odd.empty());
  double coupling = k;
  for (const auto& step : result.even) {
    testing::expect_within(step.eigenvalue.value, step.eigenvalue.error, std::tanh(2 * coupling), "dK'/dK");
    EXPECT_LT(step.eigenvalue.error, 0.03);
    EXPECT_NEAR(step.exponent.value, std::log2(step.eigenvalue.value), 1e-12);
    coupling = std::atanh(std::pow(std::tanh(coupling), 2));
  }
  // With more operators the first column stays what it is: K' has no other component.
  const auto more = mcrg(
      chain, transformations::Decimation({.factor = 2}),
      {.temperature = 1 / k, .steps = 1, .even = first(3, lattice::even_interactions(1)), .samples = 20000},
      base::silent());
  const auto& t = more.even_matrix.front();
  testing::expect_within(t[0].value, t[0].error, std::tanh(2 * k), "dK'_nn/dK_nn");
  testing::expect_within(t[3].value, t[3].error, 0, "dK'_nnn/dK_nn");
  testing::expect_within(t[6].value, t[6].error, 0, "dK'_third/dK_nn");
}

using Matrix = std::vector<std::vector<double>>;

/// T = A^-1 B of one step from all configurations of a 4x4 lattice and their probabilities.
Matrix enumerated(const std::shared_ptr<const models::Model>& model, double temperature,
                  const transformations::Transformation& map, const List& operators) {
  const std::size_t n = operators.size();
  const auto p = exact::Enumeration(model).probabilities(temperature);
  kernels::PackedSpins states(p.size(), 16);
  for (std::size_t state = 0; state < p.size(); ++state) states.row(state)[0] = state;
  const auto fine = ensemble::from_spins(std::move(states), model->lattice(), nullptr);
  const auto coarse = map.apply(fine, 1);
  ensemble::LatticeSums below(operators, fine.lattice, "test");
  ensemble::LatticeSums above(operators, coarse.lattice, "test");
  std::vector<double> mean(2 * n);
  Matrix rows(n, std::vector<double>(2 * n));  // (A, B)
  std::vector<std::int64_t> sums(2 * n);
  for (std::size_t state = 0; state < p.size(); ++state) {
    above.measure(coarse.spins, state, std::span(sums).first(n));
    below.measure(fine.spins, state, std::span(sums).last(n));
    for (std::size_t b = 0; b < 2 * n; ++b) {
      mean[b] += p[state] * static_cast<double>(sums[b]);
      for (std::size_t a = 0; a < n; ++a) rows[a][b] += p[state] * static_cast<double>(sums[a] * sums[b]);
    }
  }
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b < 2 * n; ++b) rows[a][b] -= mean[a] * mean[b];
  // Gauss and Jordan.
  for (std::size_t pivot = 0; pivot < n; ++pivot) {
    const double scale = rows[pivot][pivot];
    for (auto& entry : rows[pivot]) entry /= scale;
    for (std::size_t a = 0; a < n; ++a) {
      if (a == pivot) continue;
      const double factor = rows[a][pivot];
      for (std::size_t b = 0; b < 2 * n; ++b) rows[a][b] -= factor * rows[pivot][b];
    }
  }
  for (auto& row : rows) row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(n));
  return rows;
}

/// By powers of the matrix: the largest eigenvalue is the only one of its size.
double largest_eigenvalue(const Matrix& t) {
  std::vector<double> v(t.size(), 1.0);
  double norm = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> next(t.size());
    for (std::size_t a = 0; a < t.size(); ++a)
      for (std::size_t b = 0; b < t.size(); ++b) next[a] += t[a][b] * v[b];
    norm = 0;
    for (const double x : next) norm = std::max(norm, std::abs(x));
    for (auto& x : next) x /= norm;
    v = next;
  }
  return norm;
}

TEST(Mcrg, MatricesAreTheEnumeratedOnes) {
  const auto model = model_on("ising-square", lattice::Lattice::square(4, 4));
  const List even = {lattice::interaction_from("nearest", 2, "test"),
                     lattice::interaction_from("next-nearest", 2, "test"),
                     lattice::interaction_from("plaquette", 2, "test")};
  const List odd = first(2, lattice::odd_interactions(2));
  const double temperature = 2.6;
  const transformations::BlockMajority corner({.factor = 2, .ties = "corner"});
  const transformations::Decimation decimation({.factor = 2});
  for (const transformations::Transformation* map :
       std::initializer_list<const transformations::Transformation*>{&corner, &decimation}) {
    const auto result =
        mcrg(model, *map,
             {.temperature = temperature, .steps = 1, .even = even, .odd = odd, .samples = 40000, .seed = 3},
             base::silent());
    const auto compare = [&](const List& operators, const std::vector<stats::Estimate>& found,
                             const stats::Estimate& largest) {
      const Matrix t = enumerated(model, temperature, *map, operators);
      for (std::size_t a = 0; a < t.size(); ++a)
        for (std::size_t b = 0; b < t.size(); ++b) {
          const auto& entry = found[a * t.size() + b];
          testing::expect_within(entry.value, entry.error, t[a][b], operators[b].name);
        }
      testing::expect_within(largest.value, largest.error, largest_eigenvalue(t), "eigenvalue");
    };
    compare(even, result.even_matrix.front(), result.even.back().eigenvalue);
    compare(odd, result.odd_matrix.front(), result.odd.back().eigenvalue);
    // The sectors do not mix: the matrix of all operators together is made of two blocks.
    List all = even;
    all.insert(all.end(), odd.begin(), odd.end());
    const Matrix t = enumerated(model, temperature, *map, all);
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = 3; b < 5; ++b) {
        EXPECT_NEAR(t[a][b], 0, 1e-9);
        EXPECT_NEAR(t[b][a], 0, 1e-9);
      }
  }
}

TEST(Mcrg, ErrorsAreHonest) {
  // Pulls of the eigenvalues over 30 seeds against enumeration: chi^2 with 30 degrees (false-alarm rate 10^-5
  // on each side of each).
  const auto model = model_on("ising-square", lattice::Lattice::square(4, 4));
  const List even = first(2, lattice::even_interactions(2));
  const List odd = first(2, lattice::odd_interactions(2));
  const transformations::BlockMajority map({.factor = 2, .ties = "corner"});
  const double exact_even = largest_eigenvalue(enumerated(model, 2.3, map, even));
  const double exact_odd = largest_eigenvalue(enumerated(model, 2.3, map, odd));
  constexpr int n = 30;
  double squares_even = 0;
  double squares_odd = 0;
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    const auto result = mcrg(
        model, map, {.temperature = 2.3, .steps = 1, .even = even, .odd = odd, .samples = 6400, .seed = seed},
        base::silent());
    const auto pull = [](const stats::Estimate& e, double exact) { return (e.value - exact) / e.error; };
    squares_even += std::pow(pull(result.even.back().eigenvalue, exact_even), 2);
    squares_odd += std::pow(pull(result.odd.back().eigenvalue, exact_odd), 2);
  }
  for (const double squares : {squares_even, squares_odd}) {
    EXPECT_LT(squares, testing::chi2_limit(n));
    EXPECT_GT(squares, testing::chi2_lower_limit(n));
  }
}

TEST(Mcrg, SameNumbersForAnyThreadsAndSimdLevel) {
  const McrgOptions options{.temperature = 2.3,
                            .steps = 2,
                            .even = first(3, lattice::even_interactions(2)),
                            .odd = first(2, lattice::odd_interactions(2)),
                            .samples = 1280};
  const auto model = model_on("ising-square", lattice::Lattice::square(16, 16));
  const transformations::BlockMajority map({.factor = 2});
  const auto once = mcrg(model, map, options, base::silent());
  testing::for_any_threads_and_simd_level([&] {
    const auto again = mcrg(model, map, options, base::silent());
    for (std::size_t i = 0; i < once.even.size(); ++i)
      EXPECT_EQ(again.even[i].eigenvalue.value, once.even[i].eigenvalue.value);
    for (std::size_t i = 0; i < once.odd.size(); ++i)
      EXPECT_EQ(again.odd[i].eigenvalue.error, once.odd[i].eigenvalue.error);
  });
}

TEST(Mcrg, AnotherTemperatureIsAnotherStream) {
  // So close that on common words every number would be the same to nine digits.
  McrgOptions options{
      .temperature = 2.3, .steps = 1, .even = first(1, lattice::even_interactions(2)), .samples = 640};
  const auto model = model_on("ising-square", lattice::Lattice::square(8, 8));
  const auto value = [&](const models::Model& of, const transformations::Transformation& map) {
    return mcrg(of.on(of.lattice()), map, options, base::silent()).even.front().eigenvalue.value;
  };
  const transformations::BlockMajority map({.factor = 2});
  const double once = value(*model, map);
  EXPECT_EQ(value(*model, map), once);
  options.temperature = 2.3 + 1e-9;
  EXPECT_GT(std::abs(value(*model, map) - once), 1e-6);
  options.temperature = 2.3;
  const auto strong = model_on("ising-square", model->lattice(), {{"coupling", 1 + 1e-9}});
  EXPECT_GT(std::abs(value(*strong, map) - once), 1e-6);
}

TEST(Mcrg, RefusesWhatHasNoMeaning) {
  const auto square = model_on("ising-square", lattice::Lattice::square(16, 16));
  const transformations::BlockMajority map({.factor = 2});
  const auto message = [&](const std::shared_ptr<const models::Model>& model, const McrgOptions& options) {
    try {
      (void)mcrg(model, map, options, base::silent());
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::input);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const List nearest = first(1, lattice::even_interactions(2));
  const List four = first(4, lattice::even_interactions(2));
  const List field = first(1, lattice::odd_interactions(2));
  const auto contains = [](const std::string& text, const char* part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  contains(message(square, {.temperature = 0, .steps = 1, .even = nearest}), "temperature");
  contains(message(square, {.temperature = 2, .steps = 0, .even = nearest}), "no step");
  contains(message(square, {.temperature = 2, .steps = 4, .even = nearest}), "2x2");
  contains(message(square, {.temperature = 2, .steps = 3, .even = four}), "third joins a site with itself");
  contains(message(square, {.temperature = 2, .steps = 1, .even = field}), "field is odd");
  contains(message(square, {.temperature = 2, .steps = 1, .odd = nearest}), "nearest is even");
  contains(message(square, {.temperature = 2, .steps = 1}), "no operator");
  contains(message(square, {.temperature = 2, .steps = 1, .even = nearest, .samples = 100}), "too few");
  List same = nearest;
  same.push_back(lattice::interaction_from("0,0/3,0", 2, "test"));
  contains(message(square, {.temperature = 2, .steps = 2, .even = same}),
           "on 4x4 sites nearest and 0,0/3,0 are the same sum");
  contains(message(model_on("ising-square", lattice::Lattice::square(16, 16), {{"field", 0.1}}),
                   {.temperature = 2, .steps = 1, .even = nearest}),
           "field");
  contains(message(model_on("ising-square", lattice::Lattice::square(15, 15)),
                   {.temperature = 2, .steps = 1, .even = nearest}),
           "blocks of side 2");
}

TEST(Mcrg, RefusesAMapWhoseStepsDiffer) {
  // A stack whose first layer halves the sides and whose second takes a third of them.
  networks::Stack stack;
  stack.layers = {networks::random_rbm(lattice::Lattice::square(24, 24), 144, 0.3, 1),
                  networks::random_rbm(lattice::Lattice::square(12, 12), 16, 0.3, 2)};
  const transformations::StackUp map(std::move(stack), networks::HiddenMode::sampled);
  const auto square = model_on("ising-square", lattice::Lattice::square(24, 24));
  const McrgOptions options{
      .temperature = 2, .steps = 2, .even = first(1, lattice::even_interactions(2)), .samples = 640};
  const auto said = testing::refusal_of([&] { (void)mcrg(square, map, options, base::silent()); });
  EXPECT_NE(said.find("step 2 leads from 12x12 to 4x4, no lattice of blocks of side 2"), std::string::npos)
      << said;
}

}  // namespace
}  // namespace spinflow::analysis
