// SPDX-License-Identifier: Apache-2.0
// RBMs of other programs. tests/data/foreign/make_rbms.py wrote the files of rbms with rbms itself.
#include "spinflow/networks/rbm_exchange.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>

#include "io/array_output.hpp"
#include "io/io_testing.hpp"
#include "networks/rbm_units.hpp"
#include "networks/small_rbm.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "testing/testing.hpp"

namespace spinflow::networks {
namespace {

using testing::bytes_of;
using testing::expect_error;

const std::filesystem::path foreign = SPINFLOW_TEST_DATA "/foreign";

/// A small network of another program, by its definition: E = -h W v - b v - c h.
struct Reference {
  std::size_t n_visible;
  std::size_t n_hidden;
  std::vector<double> weights;  // (n_hidden, n_visible)
  std::vector<double> visible_bias;
  std::vector<double> hidden_bias;
  UnitValues visible = UnitValues::binary;
  UnitValues hidden = UnitValues::binary;
};

double value_of(unsigned bits, std::size_t i, UnitValues units) {
  const bool up = ((bits >> i) & 1u) != 0;
  return up ? 1 : units == UnitValues::spin ? -1 : 0;
}

/// -F(v) of every state, by the sum over all h.
std::vector<double> minus_free_energies(const Reference& net) {
  std::vector<double> result;
  for (unsigned v = 0; v < 1u << net.n_visible; ++v) {
    double sum = 0;
    for (unsigned h = 0; h < 1u << net.n_hidden; ++h) {
      double minus_energy = 0;
      for (std::size_t i = 0; i < net.n_visible; ++i)
        minus_energy += net.visible_bias[i] * value_of(v, i, net.visible);
      for (std::size_t a = 0; a < net.n_hidden; ++a) {
        minus_energy += net.hidden_bias[a] * value_of(h, a, net.hidden);
        for (std::size_t i = 0; i < net.n_visible; ++i)
          minus_energy +=
              net.weights[a * net.n_visible + i] * value_of(h, a, net.hidden) * value_of(v, i, net.visible);
      }
      sum += std::exp(minus_energy);
    }
    result.push_back(std::log(sum));
  }
  return result;
}

/// ln P(v) from -F(v).
std::vector<double> log_probabilities(std::vector<double> minus_free) {
  double sum = 0;
  for (const double f : minus_free) sum += std::exp(f);
  for (double& f : minus_free) f -= std::log(sum);
  return minus_free;
}

void expect_same_distribution(const Rbm& rbm, const std::vector<double>& minus_free) {
  auto own = free_energy(rbm, all_rows(rbm.n_visible()));
  for (double& f : own) f = -f;
  const auto got = log_probabilities(own);
  const auto expected = log_probabilities(minus_free);
  ASSERT_EQ(got.size(), expected.size());
  // Weights are rounded to float32.
  for (std::size_t v = 0; v < got.size(); ++v) EXPECT_NEAR(got[v], expected[v], 5e-6) << v;
}

Reference some_reference(std::size_t n_visible, std::size_t n_hidden) {
  Reference net{n_visible, n_hidden, {}, {}, {}};
  base::RandomStream stream(5, "test.reference");
  for (std::size_t i = 0; i < n_visible * n_hidden; ++i) net.weights.push_back(2 * stream.uniform() - 1);
  for (std::size_t i = 0; i < n_visible; ++i) net.visible_bias.push_back(stream.uniform() - 0.5);
  for (std::size_t a = 0; a < n_hidden; ++a) net.hidden_bias.push_back(stream.uniform() - 0.5);
  return net;
}

class RbmExchange : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path at(const std::string& name) const { return folder_.path() / name; }
  struct Given {
    std::string name;
    std::vector<double> values;
    std::vector<std::size_t> shape;
  };
  std::filesystem::path npz(const std::vector<Given>& given) const {
    std::vector<io::ArrayOutput> arrays;
    for (const auto& one : given) arrays.push_back(io::array_output<double>(one.name, one.values, one.shape));
    io::write_npz(at("net.npz"), arrays, io::Existing::replaced);
    return at("net.npz");
  }
  void refused(const std::filesystem::path& path, const std::string& part,
               const RbmOrigin& origin = {}) const {
    expect_error(Fault::input, path.string(), part, [&] { (void)import_rbm(path, origin); });
  }
  testing::TemporaryFolder folder_;
};

TEST_F(RbmExchange, FileOfRbmsHasTheProbabilitiesThatRbmsComputes) {
  std::ifstream text(foreign / "rbms-energies.txt");
  std::vector<double> minus_free;
  for (double f = 0; text >> f;) minus_free.push_back(-f);
  ASSERT_EQ(minus_free.size(), 64u);
  const auto imported = import_rbm(foreign / "rbms.h5", {.size = "3x2"});
  EXPECT_EQ(imported.program, "rbms, update 10");
  EXPECT_EQ(imported.rbm.visible, lattice::Lattice::square(3, 2));
  EXPECT_EQ(imported.rbm.n_hidden, 4u);
  expect_same_distribution(imported.rbm, minus_free);
  EXPECT_EQ(import_rbm(foreign / "rbms.h5").rbm.visible, lattice::Lattice::chain(6));
  EXPECT_NE(import_rbm(foreign / "rbms.h5", {.update = 9}).rbm.weights, imported.rbm.weights);
  refused(foreign / "rbms.h5", "its updates are 1, 9, 10", {.update = 2});
  refused(foreign / "rbms.h5", "a lattice of 3x3 has 9", {.size = "3x3"});
  refused(foreign / "rbms.h5", "its units are 0 and 1", {.units = UnitValues::spin});
  refused(foreign / "rbms-potts.h5", "Potts");
  EXPECT_TRUE(is_foreign_rbm(foreign / "rbms.h5"));
  EXPECT_FALSE(is_foreign_rbm(foreign / "rbms-energies.txt"));
  EXPECT_FALSE(is_foreign_rbm(foreign / "missing.h5"));
}

TEST_F(RbmExchange, FilesOfTheFirstVersionsOfRbmsHaveNoGroupOfParameters) {
  const Reference net = some_reference(5, 2);
  const auto write = [&](const char* type) {
    std::vector<double> turned(10);
    for (std::size_t a = 0; a < 2; ++a)
      for (std::size_t i = 0; i < 5; ++i) turned[i * 2 + a] = net.weights[a * 5 + i];
    io::Hdf5Writer file(at("first.h5"));
    if (*type != '\0') file.text("model_type", type);
    file.dataset("update_3/weight_matrix", std::span<const double>(turned), {5, 2});
    file.dataset("update_3/vbias", net.visible_bias);
    file.dataset("update_3/hbias", net.hidden_bias);
    file.group("update_x");
    file.commit();
    return at("first.h5");
  };
  expect_same_distribution(import_rbm(write("")).rbm, minus_free_energies(net));
  expect_same_distribution(import_rbm(write("BBRBM")).rbm, minus_free_energies(net));
  refused(write("GaussianRBM"), "its model_type is 'GaussianRBM'");
}

/// As save_rbm of RestrictedBoltzmannMachines.jl writes it: axes in the opposite order of Julia's.
void write_julia(const std::filesystem::path& path, const Reference& net, const std::string& visible,
                 const std::string& hidden, std::vector<std::size_t> visible_shape) {
  io::Hdf5Writer file(path);
  file.text("rbm_hdf5_file_format_version", "1.0.0");
  file.text("rbm_type", "RBM");
  file.text("visible_type", visible);
  file.text("hidden_type", hidden);
  auto shape = visible_shape;
  shape.insert(shape.begin(), net.n_hidden);
  file.dataset("weights", std::span<const double>(net.weights), shape);
  visible_shape.push_back(1);
  file.dataset("visible_par", std::span<const double>(net.visible_bias), visible_shape);
  file.dataset("hidden_par", std::span<const double>(net.hidden_bias), {net.n_hidden, 1});
  file.commit();
}

TEST_F(RbmExchange, JuliaFileOfSpinAndBinaryLayers) {
  Reference net = some_reference(6, 3);
  for (const auto visible : {UnitValues::spin, UnitValues::binary})
    for (const auto hidden : {UnitValues::spin, UnitValues::binary}) {
      net.visible = visible;
      net.hidden = hidden;
      const auto name = [](UnitValues units) { return units == UnitValues::spin ? "Spin" : "Binary"; };
      write_julia(at("j.h5"), net, name(visible), name(hidden), {2, 3});
      const auto imported = import_rbm(at("j.h5"), {.boundary = lattice::Boundary::open});
      EXPECT_EQ(imported.rbm.visible, lattice::Lattice::square(3, 2, lattice::Boundary::open));
      EXPECT_EQ(imported.visible_units, visible);
      EXPECT_EQ(imported.hidden_units, hidden);
      expect_same_distribution(imported.rbm, minus_free_energies(net));
    }
  write_julia(at("g.h5"), net, "Binary", "Gaussian", {6});
  refused(at("g.h5"), "its hidden units are of type Gaussian");
  write_julia(at("p.h5"), net, "Potts", "Binary", {6});
  refused(at("p.h5"), "its visible units are of type Potts");
  EXPECT_TRUE(is_foreign_rbm(at("p.h5")));
}

TEST_F(RbmExchange, ArraysByTheNamesOfOtherPrograms) {
  const Reference net = some_reference(5, 3);
  const auto expected = minus_free_energies(net);
  std::vector<double> transposed(15);
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t i = 0; i < 5; ++i) transposed[i * 3 + a] = net.weights[a * 5 + i];
  const auto read = [&](const std::string& w, const std::vector<double>& weights,
                        const std::vector<std::size_t>& shape, const std::string& v, const std::string& h) {
    const auto imported =
        import_rbm(npz({{v, net.visible_bias, {5}}, {w, weights, shape}, {h, net.hidden_bias, {1, 3}}}));
    expect_same_distribution(imported.rbm, expected);
    return imported.program;
  };
  EXPECT_EQ(read("components_", net.weights, {3, 5}, "intercept_visible_", "intercept_hidden_"),
            "scikit-learn");
  EXPECT_EQ(read("weights", net.weights, {3, 5}, "visible_bias", "hidden_bias"), "QuCumber");
  EXPECT_EQ(read("weight_matrix", transposed, {5, 3}, "vbias", "hbias"), "rbms");
  EXPECT_EQ(read("W", transposed, {5, 3}, "v_bias", "h_bias"), "arrays");
  EXPECT_EQ(read("W", net.weights, {3, 5}, "b_v", "b_h"), "arrays");
  refused(npz({{"W", net.weights, {3, 5}}, {"v_bias", net.visible_bias, {5}}}),
          "it has no bias of the hidden units");
  refused(npz({{"x", net.weights, {3, 5}}}), "it has no matrix of weights");
  refused(npz({{"W", net.weights, {3, 5}}, {"weight", net.weights, {3, 5}}}), "both 'W' and 'weight'");
  refused(
      npz({{"W", net.weights, {3, 5}}, {"v_bias", net.visible_bias, {5}}, {"h_bias", net.visible_bias, {5}}}),
      "its weights have shape (3, 5)");
  refused(
      npz({{"W", net.weights, {15}}, {"v_bias", net.visible_bias, {5}}, {"h_bias", net.hidden_bias, {3}}}),
      "its weights have shape (15)");
  refused(npz({{"W", net.weights, {3, 5}}, {"v_bias", transposed, {5, 3}}, {"h_bias", net.hidden_bias, {3}}}),
          "a bias has one number");
}

TEST_F(RbmExchange, SquareWeightsNeedAWordUnlessTheNamesTell) {
  const Reference net = some_reference(3, 3);
  const auto file = [&](const char* w, const char* v, const char* h) {
    return npz({{w, net.weights, {3, 3}}, {v, net.visible_bias, {3}}, {h, net.hidden_bias, {3}}});
  };
  expect_same_distribution(import_rbm(file("components_", "intercept_visible_", "intercept_hidden_")).rbm,
                           minus_free_energies(net));
  const auto unnamed = file("W", "v_bias", "h_bias");
  refused(unnamed, "--rows hidden or --rows visible");
  expect_same_distribution(import_rbm(unnamed, {.rows = WeightRows::hidden}).rbm, minus_free_energies(net));
  Reference turned = net;
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t i = 0; i < 3; ++i) turned.weights[a * 3 + i] = net.weights[i * 3 + a];
  expect_same_distribution(import_rbm(unnamed, {.rows = WeightRows::visible}).rbm,
                           minus_free_energies(turned));
  Reference spins = net;
  spins.visible = spins.hidden = UnitValues::spin;
  expect_same_distribution(import_rbm(unnamed, {.units = UnitValues::spin, .rows = WeightRows::hidden}).rbm,
                           minus_free_energies(spins));
}

TEST_F(RbmExchange, RefusesParametersThatNoNetworkHas) {
  const Reference net = some_reference(4, 2);
  const auto with = [&](double weight, double bias) {
    auto weights = net.weights;
    auto biases = net.visible_bias;
    weights[3] = weight;
    biases[1] = bias;
    return npz({{"W", weights, {2, 4}}, {"v_bias", biases, {4}}, {"h_bias", net.hidden_bias, {2}}});
  };
  refused(with(std::nan(""), 0), "its weights hold numbers that are not finite");
  refused(with(1, std::numeric_limits<double>::infinity()), "its biases hold numbers that are not finite");
  refused(with(2e6, 0), "beyond the largest weight");
  write_rbm(random_rbm(lattice::Lattice::chain(4), 2, 0.1, 1), at("own.h5"));
  refused(at("own.h5"), "give it to the other commands as it is");
  EXPECT_FALSE(is_foreign_rbm(at("own.h5")));
  refused(with(1, 0), "it has no update 3", {.update = 3});
  testing::put_bytes(at("a.txt"), "1 2\n");
  refused(at("a.txt"), "it holds no arrays by name");
}

TEST_F(RbmExchange, RoundTripsGiveTheSameBits) {
  const Rbm rbm = rbm_with_biases(lattice::Lattice::square(4, 3), 5, 0.7);
  const auto same = [&](const std::string& name, const ImportedRbm& back) {
    EXPECT_EQ(back.rbm.weights, rbm.weights) << name;
    EXPECT_EQ(back.rbm.visible_bias, rbm.visible_bias) << name;
    EXPECT_EQ(back.rbm.hidden_bias, rbm.hidden_bias) << name;
    EXPECT_EQ(back.rbm.visible, rbm.visible) << name;
  };
  for (const std::string name : {"r.npz", "r.safetensors"})
    for (const auto units : {UnitValues::spin, UnitValues::binary}) {
      export_rbm(rbm, at(name), {}, units);
      const std::string once = bytes_of(at(name));
      export_rbm(rbm, at(name), {}, units);
      EXPECT_EQ(bytes_of(at(name)), once);
      const auto back = import_rbm(at(name));
      EXPECT_EQ(back.program, "spinflow");
      EXPECT_EQ(back.visible_units, units);
      same(name, back);
    }
  export_rbm(rbm, at("r.h5"));
  const std::string once = bytes_of(at("r.h5"));
  export_rbm(rbm, at("r.hdf5"), "rbms", UnitValues::binary);
  EXPECT_EQ(bytes_of(at("r.hdf5")), once);
  same("r.h5", import_rbm(at("r.h5"), {.size = "4x3"}));
  for (const auto& [name, part] : {std::pair{"r.csv", "let it end with .npz"}, std::pair{"r", "let it end"}})
    expect_error(Fault::input, at(name).string(), part, [&] { export_rbm(rbm, at(name)); });
  expect_error(Fault::input, at("r.h5").string(), "no units -1 and 1",
               [&] { export_rbm(rbm, at("r.h5"), "rbms", UnitValues::spin); });
}

TEST_F(RbmExchange, BinaryUnitsHaveTheSameDistribution) {
  const Rbm rbm = rbm_with_biases(lattice::Lattice::chain(5), 3, 0.7);
  RbmNumbers numbers{.n_visible = 5,
                     .n_hidden = 3,
                     .weights = {rbm.weights.begin(), rbm.weights.end()},
                     .visible_bias = {rbm.visible_bias.begin(), rbm.visible_bias.end()},
                     .hidden_bias = {rbm.hidden_bias.begin(), rbm.hidden_bias.end()}};
  to_binary(numbers);
  expect_same_distribution(
      rbm, minus_free_energies({5, 3, numbers.weights, numbers.visible_bias, numbers.hidden_bias}));
}

}  // namespace
}  // namespace spinflow::networks
