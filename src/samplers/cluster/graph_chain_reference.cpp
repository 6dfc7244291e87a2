// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>
#include <vector>

#include "spinflow/samplers/graph_chain.hpp"

namespace spinflow::samplers::reference {

namespace {

class PairByPair final : public GraphChain {
 public:
  PairByPair(std::shared_ptr<const models::Model> model, double inverse_temperature, base::RandomStream words)
      : model_(std::move(model)), inverse_temperature_(inverse_temperature), random_(words) {
    start();
  }

  void start() override {
    spins_.assign(static_cast<std::size_t>(model_->lattice().n_sites()), 1);
    cluster_.assign(spins_.size(), 0);
  }

  void sweep() override {
    std::vector<std::vector<std::size_t>> joined(spins_.size());
    count_ = 0;
    const auto connect = [&](std::size_t i, std::size_t j, std::int64_t n) {
      if (n == 0 || spins_[i] != spins_[j]) return;
      count_ += n;
      joined[i].push_back(j);
      joined[j].push_back(i);
    };
    if (const auto coupling = model_->nearest_neighbour_coupling()) {
      const double occupied = 1 - std::exp(-2 * inverse_temperature_ * *coupling);
      for (const auto& [i, j] : model_->lattice().bonds())
        connect(static_cast<std::size_t>(i), static_cast<std::size_t>(j),
                random_.uniform() < occupied ? 1 : 0);
    } else {
      for (std::size_t i = 0; i < spins_.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
          connect(i, j, poisson(2 * inverse_temperature_ * coupling_of(i, j)));
    }
    std::ptrdiff_t n_clusters = 0;
    cluster_.assign(spins_.size(), -1);
    for (std::size_t root = 0; root < spins_.size(); ++root) {
      if (cluster_[root] >= 0) continue;
      const auto sign = static_cast<std::int8_t>(random_.below(2) == 0 ? 1 : -1);
      std::vector<std::size_t> members = {root};
      cluster_[root] = n_clusters;
      for (std::size_t next = 0; next < members.size(); ++next) {
        spins_[members[next]] = sign;
        for (const auto neighbour : joined[members[next]])
          if (cluster_[neighbour] < 0) {
            cluster_[neighbour] = n_clusters;
            members.push_back(neighbour);
          }
      }
      ++n_clusters;
    }
  }

  [[nodiscard]] GraphMeasurement measured() const override {
    const auto n = static_cast<double>(spins_.size());
    GraphMeasurement result{.count = count_};
    double squares = 0;
    double fourths = 0;
    for (const auto& size : sums({0, 0})) {
      squares += std::pow(size.real(), 2);
      fourths += std::pow(size.real(), 4);
    }
    result.m2 = squares / (n * n);
    result.m4 = (3 * squares * squares - 2 * fourths) / std::pow(n, 4);
    const auto& lattice = model_->lattice();
    for (const auto& sum : sums({2 * std::numbers::pi / lattice.lx(), 0}))
      result.mk2 += std::norm(sum) / (n * n);
    if (lattice.dimension() == 2) {
      for (const auto& sum : sums({0, 2 * std::numbers::pi / lattice.ly()}))
        result.mk2 += std::norm(sum) / (n * n);
      result.mk2 /= 2;
    }
    int sum = 0;
    for (const int spin : spins_) sum += spin;
    result.abs_m = std::abs(sum) / n;
    return result;
  }

  [[nodiscard]] std::span<const std::int8_t> spins() const override { return spins_; }

 private:
  [[nodiscard]] double coupling_of(std::size_t i, std::size_t j) const {
    const auto& lattice = model_->lattice();
    const int dx = static_cast<int>(i) % lattice.lx() - static_cast<int>(j) % lattice.lx();
    const int dy = static_cast<int>(i) / lattice.lx() - static_cast<int>(j) / lattice.lx();
    return model_->couplings_by_displacement()[static_cast<std::size_t>(
        lattice.site((dx + lattice.lx()) % lattice.lx(), (dy + lattice.ly()) % lattice.ly()))];
  }

  // Points of a process of rate 1 up to the mean.
  std::int64_t poisson(double mean) {
    std::int64_t n = 0;
    for (double at = -std::log1p(-random_.uniform()); at < mean; at -= std::log1p(-random_.uniform())) ++n;
    return n;
  }

  // sum_{i in c} exp(i k r_i) of every cluster c.
  [[nodiscard]] std::vector<std::complex<double>> sums(std::pair<double, double> k) const {
    std::vector<std::complex<double>> result(spins_.size());
    for (std::size_t i = 0; i < spins_.size(); ++i) {
      const auto lx = static_cast<std::size_t>(model_->lattice().lx());
      result[static_cast<std::size_t>(cluster_[i])] +=
          std::polar(1.0, k.first * static_cast<double>(i % lx) + k.second * static_cast<double>(i / lx));
    }
    return result;
  }

  std::shared_ptr<const models::Model> model_;
  double inverse_temperature_;
  base::RandomStream random_;
  std::vector<std::int8_t> spins_;
  std::vector<std::ptrdiff_t> cluster_;
  std::int64_t count_ = 0;
};

}  // namespace

std::unique_ptr<GraphChain> graph_chain(std::shared_ptr<const models::Model> model,
                                        double inverse_temperature, base::RandomStream words) {
  return std::make_unique<PairByPair>(std::move(model), inverse_temperature, words);
}

}  // namespace spinflow::samplers::reference
