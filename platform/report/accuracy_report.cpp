#include "platform/report/accuracy_report.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "platform/host/exit_status.h"
#include "platform/report/format.h"
#include "platform/report/schedule_text.h"
#include "platform/report/table.h"
#include "schedules/json/json.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

std::string signed_percent_text(double percent) {
  return std::isfinite(percent) ? fmt::format("{:+.2f} %", percent == 0 ? 0.0 : percent) : "all of it";
}

std::string error_text(const TrafficError& error) {
  if (error.bytes == 0) return "0";
  return fmt::format("{}{} ({})", error.bytes > 0 ? "+" : "", grouped(error.bytes),
                     signed_percent_text(error.percent));
}

std::string mean_text(const std::optional<double>& percent) {
  return percent ? fmt::format("{:.2f} %", *percent) : "-";
}

std::string worst_text(const AccuracySummary& summary) {
  return summary.worst_bytes == 0 ? "0" : signed_percent_text(summary.worst_percent);
}

double ratio(int64_t bytes, int64_t ours) { return static_cast<double>(bytes) / static_cast<double>(ours); }

std::string ratio_text(int64_t bytes, int64_t ours) { return fmt::format("{:.3f}", ratio(bytes, ours)); }

const char* owner_text(const AccuracyRow& row, const std::string& model) {
  if (!row.own) return "optimizer";
  return model == "exact" ? "earlier model" : "own choice";
}

void print_summary(std::ostream& out, const AccuracyReport& report) {
  Table table({{"model", Table::Align::left},
               {"expressed"},
               {"refused"},
               {"mean error: own"},
               {"optimizer's"},
               {"worst error"},
               {"at layer", Table::Align::left},
               {"chosen"},
               {"observed bytes"},
               {"optimizer's"},
               {"ratio"},
               {"ratio, lines kept"}});
  for (const ModelAccuracy& model : report.models) {
    const AccuracySummary summary = summarize(report, model);
    const bool any = summary.expressed > 0;
    std::vector<std::string> cells = {model.model,
                                      std::to_string(summary.expressed),
                                      std::to_string(summary.refused),
                                      mean_text(summary.mean_percent_own),
                                      mean_text(summary.mean_percent_optimizer),
                                      any ? worst_text(summary) : "-",
                                      summary.worst_layer};
    const ChoiceTotals totals = total_choices(report, model);
    if (totals.layers > 0) {
      cells.insert(cells.end(),
                   {fmt::format("{} of {}", totals.layers, report.layers.size()), grouped(totals.observed),
                    grouped(totals.ours), ratio_text(totals.observed, totals.ours),
                    ratio_text(totals.sliding, totals.ours)});
    }
    table.add(std::move(cells));
  }
  table.print(out);
}

void print_errors(std::ostream& out, const AccuracyReport& report) {
  Table table({{"model", Table::Align::left},
               {"layer", Table::Align::left},
               {"schedule of", Table::Align::left},
               {"observed bytes"},
               {"error: input"},
               {"weight"},
               {"output, partial sums"},
               {"total bytes"}});
  for (const ModelAccuracy& model : report.models) {
    for (const AccuracyRow& row : model.rows) {
      if (!row.predicted) continue;
      const Traffic& observed = report.observed(row.run);
      const TrafficErrors errors = traffic_errors(row.predicted->traffic, observed);
      table.add({model.model, report.layers[row.layer].name, owner_text(row, model.model),
                 grouped(observed.total()), error_text(errors.input), error_text(errors.weight),
                 error_text(errors.output), error_text(errors.total)});
    }
    table.add_rule();
  }
  table.print(out);
}

void print_choices(std::ostream& out, const AccuracyReport& report) {
  Table table({{"model", Table::Align::left},
               {"layer", Table::Align::left},
               {"its favourite"},
               {"predicted bytes"},
               {"observed bytes"},
               {"lines kept"},
               {"optimizer's"},
               {"ratio"},
               {"ratio, lines kept"},
               {"schedule", Table::Align::left}});
  for (const ModelAccuracy& model : report.models) {
    if (model.choices.empty()) continue;
    for (const ChoiceRow& row : model.choices) {
      if (!row.chosen.choice) continue;
      const ModelChoice& choice = *row.chosen.choice;
      const int64_t observed = report.observed(row.run).total();
      const int64_t sliding = report.observed(row.sliding_run).total();
      const int64_t ours = report.observed(report.ours[row.layer]).total();
      table.add({model.model, report.layers[row.layer].name, grouped(choice.favourite_bytes),
                 grouped(choice.predicted_bytes), grouped(observed), grouped(sliding), grouped(ours),
                 ratio_text(observed, ours), ratio_text(sliding, ours), summary_text(choice.schedule)});
    }
    const ChoiceTotals totals = total_choices(report, model);
    if (totals.layers > 0) {
      table.add({model.model, "total", "", grouped(totals.predicted), grouped(totals.observed),
                 grouped(totals.sliding), grouped(totals.ours), ratio_text(totals.observed, totals.ours),
                 ratio_text(totals.sliding, totals.ours)});
    }
    table.add_rule();
  }
  table.print(out);
}

void print_refusals(std::ostream& out, const AccuracyReport& report) {
  Table table({{"layer", Table::Align::left}, {"not expressed, and why", Table::Align::left}});
  for (const ModelAccuracy& model : report.models) {
    for (const AccuracyRow& row : model.rows) {
      if (!row.predicted) table.add({report.layers[row.layer].name, row.refusal});
    }
    for (const ChoiceRow& row : model.choices) {
      if (!row.chosen.choice) {
        table.add({report.layers[row.layer].name, "no choice: " + row.chosen.refusal});
      }
    }
  }
  table.print(out);
}

RankedTable short_table(const AccuracyReport& report) {
  RankedTable table("models", {{"model", Table::Align::left},
                               {"expressed"},
                               {"error: own"},
                               {"optimizer's"},
                               {"worst"},
                               {"chosen"},
                               {"observed bytes"},
                               {"ratio"}});
  for (const ModelAccuracy& model : report.models) {
    const AccuracySummary summary = summarize(report, model);
    std::vector<std::string> cells = {
        model.model, fmt::format("{} of {}", summary.expressed, summary.expressed + summary.refused),
        mean_text(summary.mean_percent_own), mean_text(summary.mean_percent_optimizer),
        summary.expressed > 0 ? worst_text(summary) : "-"};
    const ChoiceTotals totals = total_choices(report, model);
    if (totals.layers > 0) {
      cells.insert(cells.end(), {fmt::format("{} of {}", totals.layers, report.layers.size()),
                                 grouped(totals.observed), ratio_text(totals.observed, totals.ours)});
    }
    table.add(1, std::move(cells));
  }
  return table;
}

std::string verdict(const AccuracyReport& report) {
  std::string first;
  size_t bad = 0;
  for (const LayerReport& run : report.runs) {
    if (run.agreed()) continue;
    ++bad;
    if (!first.empty()) continue;
    first = fmt::format("{}: {} bytes, expected {}", hwcvp::shown(run.layer.name),
                        grouped(run.observed.traffic.total()), grouped(run.predicted.traffic.total()));
  }
  if (bad > 0) {
    return fmt::format("DISAGREED: {} of {}, first {} (exit status {}).", bad,
                       count_text(report.runs.size(), "schedule"), first, kExitDisagreed);
  }
  return fmt::format("Agreed: the exact model predicts every byte of {}, every output is right.",
                     count_text(report.runs.size(), "schedule"));
}

ordered_json to_json(const TrafficError& error) {
  ordered_json json = {{"bytes", error.bytes}};
  json["percent"] = std::isfinite(error.percent) ? ordered_json(error.percent) : ordered_json(nullptr);
  return json;
}

ordered_json mean_json(const std::optional<double>& percent) {
  return percent && std::isfinite(*percent) ? ordered_json(*percent) : ordered_json(nullptr);
}

ordered_json row_json(const AccuracyReport& report, const AccuracyRow& row) {
  ordered_json json = {{"layer", report.layers[row.layer].name},
                       {"schedule_of", row.own ? "model" : "optimizer"},
                       {"schedule", to_json(report.runs[row.run].schedule)}};
  if (!row.predicted) {
    json["refused"] = row.refusal;
    return json;
  }
  const Traffic& observed = report.observed(row.run);
  const TrafficErrors errors = traffic_errors(row.predicted->traffic, observed);
  json["predicted"] = to_json(row.predicted->traffic);
  json["observed"] = to_json(observed);
  json["error"] = {{"input", to_json(errors.input)},
                   {"weight", to_json(errors.weight)},
                   {"output", to_json(errors.output)},
                   {"total", to_json(errors.total)}};
  return json;
}

ordered_json choice_json(const AccuracyReport& report, const ChoiceRow& row) {
  ordered_json json = {{"layer", report.layers[row.layer].name}};
  if (!row.chosen.choice) {
    json["refused"] = row.chosen.refusal;
    return json;
  }
  const int64_t observed = report.observed(row.run).total();
  const int64_t sliding = report.observed(row.sliding_run).total();
  const int64_t ours = report.observed(report.ours[row.layer]).total();
  json["schedule"] = to_json(row.chosen.choice->schedule);
  json["favourite"] = row.chosen.choice->favourite_bytes;
  json["predicted"] = row.chosen.choice->predicted_bytes;
  json["observed"] = observed;
  json["lines_kept"] = sliding;
  json["optimizer"] = ours;
  json["ratio"] = ratio(observed, ours);
  json["ratio_lines_kept"] = ratio(sliding, ours);
  return json;
}

ordered_json model_json(const AccuracyReport& report, const ModelAccuracy& model) {
  const AccuracySummary summary = summarize(report, model);
  ordered_json json = {{"model", model.model},
                       {"expressed", summary.expressed},
                       {"refused", summary.refused},
                       {"mean_error_percent", mean_json(summary.mean_percent)},
                       {"mean_error_percent_own", mean_json(summary.mean_percent_own)},
                       {"mean_error_percent_optimizer", mean_json(summary.mean_percent_optimizer)},
                       {"worst_error_percent", nullptr},
                       {"worst_error_bytes", nullptr}};
  if (summary.expressed > 0) {
    json["worst_error_percent"] = summary.worst_percent;
    json["worst_error_bytes"] = summary.worst_bytes;
  }
  json["rows"] = ordered_json::array();
  for (const AccuracyRow& row : model.rows) json["rows"].push_back(row_json(report, row));
  if (model.choices.empty()) return json;
  json["choices"] = ordered_json::array();
  for (const ChoiceRow& row : model.choices) json["choices"].push_back(choice_json(report, row));
  const ChoiceTotals totals = total_choices(report, model);
  json["choice_totals"] = {{"layers", totals.layers},
                           {"predicted", totals.predicted},
                           {"observed", totals.observed},
                           {"lines_kept", totals.sliding},
                           {"optimizer", totals.ours}};
  return json;
}

}  // namespace

std::vector<std::string> accuracy_section_names() { return {"models", "errors", "choices", "refusals"}; }

Answer answer(const AccuracyReport& report) {
  Answer answer;
  answer.table = short_table(report);
  answer.notes = {
      "Errors are means of magnitudes over layers; a ratio above 1 is what a model's own choices move "
      "more than the optimizer's."};
  answer.sections = {
      {"models", [&report](std::ostream& out) { print_summary(out, report); }},
      {"errors", [&report](std::ostream& out) { print_errors(out, report); }},
      {"choices", [&report](std::ostream& out) { print_choices(out, report); }},
      {"refusals", [&report](std::ostream& out) { print_refusals(out, report); }},
  };
  answer.verdict = verdict(report);
  return answer;
}

ordered_json to_json(const AccuracyReport& report) {
  ordered_json models = ordered_json::array();
  for (const ModelAccuracy& model : report.models) models.push_back(model_json(report, model));
  return {{"buffer_bytes", report.buffer_bytes},
          {"layers", report.layers.size()},
          {"simulated", report.runs.size()},
          {"agreed", report.agreed()},
          {"models", models}};
}

}  // namespace hwcvp
