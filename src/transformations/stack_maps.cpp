// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/stack_maps.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/networks/identity.hpp"

namespace spinflow::transformations {

namespace {

std::string text_of(const lattice::Lattice& lattice) {
  return fmt::format("{} ({})", lattice.text(), lattice::to_string(lattice.boundary()));
}

bool without_biases(const networks::Stack& stack) {
  const auto zero = [](float b) { return b == 0; };
  return std::ranges::all_of(stack.layers, [&](const networks::Rbm& rbm) {
    return std::ranges::all_of(rbm.visible_bias, zero) && std::ranges::all_of(rbm.hidden_bias, zero);
  });
}

/// The layer that begins at `input`.
std::size_t layer_at(const networks::Stack& stack, const lattice::Lattice& input) {
  const auto found = std::ranges::find(stack.layers, input, &networks::Rbm::visible);
  if (found != stack.layers.end()) return static_cast<std::size_t>(found - stack.layers.begin());
  std::vector<std::string> known;
  for (const auto& rbm : stack.layers) known.push_back(text_of(rbm.visible));
  throw input_error("stack-up",
                    fmt::format("no layer of the stack begins at a lattice of {}", text_of(input)),
                    fmt::format("its layers begin at {}", fmt::join(known, ", ")));
}

}  // namespace

StackUp::StackUp(networks::Stack stack, networks::HiddenMode mode) : stack_(std::move(stack)), mode_(mode) {}

std::string StackUp::identity() const {
  return fmt::format("stack-up {} {}", mode_ == networks::HiddenMode::sampled ? "sampled" : "sign",
                     networks::identity(stack_));
}

lattice::Lattice StackUp::output_lattice(const lattice::Lattice& input) const {
  return stack_.lattice(layer_at(stack_, input) + 1);
}

ensemble::Ensemble StackUp::apply(const ensemble::Ensemble& input, std::uint64_t seed) const {
  const std::size_t layer = layer_at(stack_, input.lattice);
  return mapped(input, networks::up(stack_, input.spins, layer, layer + 1, mode_, seed),
                stack_.lattice(layer + 1));
}

bool StackUp::commutes_with_flip() const {
  // The sign of a field of exactly 0 is +1 for both v and -v.
  return mode_ == networks::HiddenMode::sampled && without_biases(stack_);
}

StackReconstruct::StackReconstruct(networks::Stack stack, std::int64_t top_steps, base::Observer& observer)
    : stack_(std::move(stack)), top_steps_(top_steps), observer_(observer) {
  if (top_steps_ < 0)
    throw input_error("stack-reconstruct", fmt::format("{} top steps cannot be made", top_steps_),
                      "give 0 or more");
}

std::string StackReconstruct::identity() const {
  return fmt::format("stack-reconstruct {} {}", top_steps_, networks::identity(stack_));
}

lattice::Lattice StackReconstruct::output_lattice(const lattice::Lattice& input) const {
  const auto own = stack_.lattice(0);
  if (input == own) return own;
  throw input_error("stack-reconstruct",
                    fmt::format("the stack was trained on a lattice of {}, the configurations live on {}",
                                text_of(own), text_of(input)),
                    "use configurations of the stack's lattice");
}

ensemble::Ensemble StackReconstruct::apply(const ensemble::Ensemble& input, std::uint64_t seed) const {
  const auto lattice = output_lattice(input.lattice);
  const std::size_t top = stack_.layers.size();
  const networks::Rbm& rbm = stack_.layers.back();
  auto h = networks::up(stack_, input.spins, 0, top, networks::HiddenMode::sampled, seed);
  for (std::int64_t step = 0; step < top_steps_; ++step) {
    const std::uint64_t now =
        base::derived_seed(seed, "stack-reconstruct.top", static_cast<std::uint64_t>(step));
    h = networks::sample_hidden(rbm, networks::sample_visible(rbm, h, now), now);
    observer_.advance(0);
  }
  return mapped(input, networks::down(stack_, h, top, 0, seed), lattice);
}

bool StackReconstruct::commutes_with_flip() const { return without_biases(stack_); }

}  // namespace spinflow::transformations
