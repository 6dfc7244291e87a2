// SPDX-License-Identifier: Apache-2.0
#include "spinflow/models/model.hpp"
#include "spinflow/studies/critical_point.hpp"

namespace spinflow::studies {

namespace {

constexpr base::Work ferrenberg1988{.key = "ferrenberg1988",
                                    .kind = "article",
                                    .author = "Ferrenberg, Alan M. and Swendsen, Robert H.",
                                    .title = "New Monte Carlo technique for studying phase transitions",
                                    .journal = "Physical Review Letters",
                                    .volume = "61",
                                    .pages = "2635--2638",
                                    .year = 1988,
                                    .doi = "10.1103/PhysRevLett.61.2635"};
constexpr base::Work ferrenberg1989{.key = "ferrenberg1989",
                                    .kind = "article",
                                    .author = "Ferrenberg, Alan M. and Swendsen, Robert H.",
                                    .title = "Optimized Monte Carlo data analysis",
                                    .journal = "Physical Review Letters",
                                    .volume = "63",
                                    .pages = "1195--1198",
                                    .year = 1989,
                                    .doi = "10.1103/PhysRevLett.63.1195"};
constexpr base::Work houdayer2004{
    .key = "houdayer2004",
    .kind = "article",
    .author = "Houdayer, J. and Hartmann, A. K.",
    .title = "Low-temperature behavior of two-dimensional Gaussian Ising spin glasses",
    .journal = "Physical Review B",
    .volume = "70",
    .pages = "014418",
    .year = 2004,
    .doi = "10.1103/PhysRevB.70.014418"};
constexpr base::Work wolff2004{.key = "wolff2004",
                               .kind = "article",
                               .author = "Wolff, Ulli",
                               .title = "Monte Carlo errors with less errors",
                               .journal = "Computer Physics Communications",
                               .volume = "156",
                               .pages = "143--153",
                               .year = 2004,
                               .doi = "10.1016/S0010-4655(03)00467-3",
                               .arxiv = "hep-lat/0306017"};

}  // namespace

std::vector<base::Citation> critical_citations(const std::string& model) {
  std::vector<base::Citation> all = models::registry().find(model).citations;
  for (const base::Citation& citation : critical_citations()) all.push_back(citation);
  return all;
}

std::vector<base::Citation> critical_citations() {
  return {"swendsenwang1987", "fukui2009",  ferrenberg1988, ferrenberg1989,
          "binder1981",       houdayer2004, wolff2004};
}

}  // namespace spinflow::studies
