// SPDX-License-Identifier: Apache-2.0
// Trains an RBM by the library, once for every line on standard input, and prints the seconds: wall clock and
// processor time. What benchmarks/compare/python.py holds the same training from Python against.
//
// usage: spinflow_train_rbm ENSEMBLE HIDDEN BATCH EPOCHS THREADS

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>

#include "spinflow/base/parallel.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"

int main(int n_words, char** words) {
  using namespace spinflow;
  if (n_words != 6) {
    std::cerr << "usage: " << words[0] << " ENSEMBLE HIDDEN BATCH EPOCHS THREADS\n";
    return 2;
  }
  base::set_threads(std::atoi(words[5]));
  const auto data = ensemble::read(words[1]);
  const trainers::RbmTrainingOptions options{
      .hidden = std::atoi(words[2]), .batch_size = std::atoi(words[3]), .epochs = std::atof(words[4])};
  for (std::string line; std::getline(std::cin, line);) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t clock = std::clock();
    const auto training = trainers::train_rbm(data, options, 1);
    const double processor = static_cast<double>(std::clock() - clock) / CLOCKS_PER_SEC;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::cout << seconds << " " << processor << " " << training.rbm.weights[0] << std::endl;
  }
  return 0;
}
