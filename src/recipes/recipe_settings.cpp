// SPDX-License-Identifier: Apache-2.0
#include "recipes/recipe_settings.hpp"

namespace spinflow::recipes {

void refuse(std::string_view key, std::string_view what, std::string_view mend) {
  throw input_error(key, what, mend);
}

Section::Section(const io::Settings& settings, std::string name) : name_(std::move(name)) {
  const auto found = settings.find(name_);
  values_ = found == settings.end() ? base::Values{} : found->second;
}

base::Value Section::read(base::OptionSpec spec, base::Value kind) {
  spec.fallback = std::move(kind);
  if (!values_) return spec.fallback;
  const auto found = values_->find(spec.name);
  if (found == values_->end())
    refuse(name_ + "." + spec.name, "the setting is missing", "give it a value in the recipe's TOML");
  declared_.push_back(spec);
  return base::checked(spec, found->second, "[" + name_ + "]");
}

void Section::expect_no_others() const {
  for (const auto& [name, value] : *values_)
    if (std::ranges::find(declared_, name, &base::OptionSpec::name) == declared_.end())
      throw base::no_such_option("[" + name_ + "]", name, declared_);
}

}  // namespace spinflow::recipes
