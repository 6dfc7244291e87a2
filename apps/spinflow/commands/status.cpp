// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "command/terminal.hpp"
#include "recipes/seeds.hpp"

namespace spinflow::program {

namespace {

using recipes::StudyStatus;

std::string state_of(const StudyStatus& study) {
  const auto& run = study.run;
  if (!study.begun) return "not begun";
  if (run.finished) return "finished";
  if (run.alone) return "one process at work";
  const auto at_work = std::ranges::count_if(run.under_way, [](const auto& piece) { return !piece.ended; });
  return at_work > 0 ? "at work" : "nobody at work";
}

std::string time_left(const runs::RunStatus& run) {
  if (run.finished) return "-";
  if (std::isnan(run.seconds_left)) return "not known";
  // More than half of what is to come has never been timed: a number would say nothing.
  if (run.untimed > run.pieces / 2) return "not known";
  return (run.untimed > 0 ? "more than " : "about ") + duration_text(run.seconds_left);
}

void add_row(TextTable& table, const StudyStatus& study) {
  const auto& run = study.run;
  table.add({study.folder.string(), study.recipe, study.scale.empty() ? "-" : study.scale,
             fmt::format("{}", study.seed), state_of(study), fmt::format("{}", run.made),
             fmt::format("{}", run.under_way.size()), fmt::format("{}", run.waiting),
             study.begun ? time_left(run) : "-"});
}

std::string status_text(const std::vector<StudyStatus>& studies) {
  TextTable table({"run", "recipe", "scale", "seed", "state", "made", "under way", "waiting", "time left"},
                  3);
  TextTable pieces({"piece", "process", "since"}, 2);
  bool any = false;
  for (const auto& study : studies) {
    add_row(table, study);
    for (const auto& piece : study.run.under_way) {
      any = true;
      pieces.add(
          {studies.size() > 1 ? study.folder.filename().string() + "/" + piece.name : piece.name,
           fmt::format("{}:{}{}", piece.holder.host, piece.holder.pid, piece.ended ? " (has ended)" : ""),
           duration_text(piece.seconds)});
    }
  }
  return table.text() + (any ? "\n" + pieces.text() : std::string());
}

Json study_json(const StudyStatus& study) {
  const auto& run = study.run;
  Json pieces = Json::array();
  for (const auto& piece : run.under_way)
    pieces.push_back({{"name", piece.name},
                      {"host", piece.holder.host},
                      {"pid", piece.holder.pid},
                      {"seconds", piece.seconds},
                      {"ended", piece.ended}});
  return {{"folder", study.folder.string()},
          {"recipe", study.recipe},
          {"scale", study.scale},
          {"seed", study.seed},
          {"state", state_of(study)},
          {"finished", run.finished},
          {"pieces", run.pieces},
          {"made", run.made},
          {"waiting", run.waiting},
          {"under_way", std::move(pieces)},
          {"seconds_left", run.finished ? Json(0) : Json(run.seconds_left)},
          {"untimed", run.untimed}};
}

int run_status(const Invocation& invocation) {
  const auto studies = recipes::status_of(invocation.word("DIR"));
  if (invocation.json()) {
    Json all = Json::array();
    for (const auto& study : studies) all.push_back(study_json(study));
    print_json({{"runs", std::move(all)}});
    return 0;
  }
  print(status_text(studies));
  return 0;
}

}  // namespace

Command status_command() {
  return {.name = "status",
          .help = "how far a run has come: pieces made, under way (and where) and waiting, time left",
          .positionals = {{.name = "DIR",
                           .help = "folder of a run, or of the runs of `run --seeds`; at work, stopped or "
                                   "finished",
                           .completes = Completes::folder}},
          .footer = "Example:\n  spinflow status runs/iso2018-full",
          .run = run_status};
}

}  // namespace spinflow::program
