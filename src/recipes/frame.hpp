// SPDX-License-Identifier: Apache-2.0
// What recipes use of the floors below: the folder of their run, and how claims are judged.
#pragma once

#include "recipes/criteria.hpp"
#include "recipes/trial.hpp"
#include "runs/kept_network.hpp"
#include "runs/run_folder.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "studies/judging.hpp"

namespace spinflow::recipes {

using base::Listening;

using runs::first_rows;
using runs::first_rows_at;
using runs::flows_from_each;
using runs::joined;
using runs::kept_dense;
using runs::kept_rbm;
using runs::kept_stack;
using runs::RunContext;
using runs::RunFolder;
using runs::sampled;
using runs::square;

using studies::above;
using studies::answers;
using studies::Check;
using studies::common_seeds;
using studies::farthest;
using studies::finite_seeds;
using studies::interval;
using studies::list;
using studies::minus;
using studies::one_sided_interval;
using studies::over_seeds;
using studies::paired;
using studies::Question;
using studies::scaled;
using studies::shown;
using studies::Status;
using studies::text;
using studies::verdict_if;
using studies::verdict_of;
using studies::within;
using studies::words_of;

}  // namespace spinflow::recipes
