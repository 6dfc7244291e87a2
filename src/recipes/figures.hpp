// SPDX-License-Identifier: Apache-2.0
// What the figures of recipes use.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <ranges>

#include "recipes/figure_texts.hpp"
#include "recipes/frame.hpp"
#include "spinflow/results/series_by.hpp"

namespace spinflow::recipes {

using results::CategoryFigure;
using results::counted;
using results::HeatMap;
using results::ImageGrid;
using results::LineFigure;
using results::Mark;
using results::none;
using results::Point;
using results::point_at;
using results::Series;
using results::series_by;
using results::series_over;
using results::SeriesLook;

}  // namespace spinflow::recipes
