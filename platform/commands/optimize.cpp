#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "platform/cli/options.h"
#include "platform/commands/answer_options.h"
#include "platform/commands/commands.h"
#include "platform/commands/file_uses.h"
#include "platform/commands/layer_work.h"
#include "platform/commands/layout_options.h"
#include "platform/commands/network_work.h"
#include "platform/commands/objective_options.h"
#include "platform/commands/platform_options.h"
#include "platform/commands/provenance.h"
#include "platform/commands/report_option.h"
#include "platform/commands/stacks.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/prediction/platform_timing.h"
#include "platform/report/bus_table.h"
#include "platform/report/format.h"
#include "platform/report/front_report.h"
#include "platform/report/latency_report.h"
#include "platform/report/onnx_report.h"
#include "platform/report/schedule_text.h"
#include "platform/report/table.h"
#include "platform/report/traffic_table.h"
#include "schedules/files/output_file.h"
#include "schedules/json/json.h"
#include "schedules/latency/latency_model.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/sweep/network_front.h"
#include "schedules/traffic/bounds.h"
#include "schedules/traffic/nest_text.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

constexpr ObjectiveUse kShowUse = ObjectiveUse::show;
constexpr size_t kMostFrontPoints = 64;  // of all layers

struct LayerResult {
  Layer layer;
  OptimizerResult found;
  int64_t compulsory = 0;
  int64_t published = 0;
  TensorLayouts layouts;
  std::optional<BusTraffic> bus;
};

// What the results are about, besides bytes.
struct Shown {
  bool cost = false;    // prices are not all one
  bool cycles = false;  // the objective is about cycles
  bool bus = false;     // the objective is bus bytes
  bool front = false;   // the objective is bytes and cycles at once
  bool layout = false;  // layouts were asked for, or are part of the objective
  std::string caveat;   // of the cycles
};

ordered_json to_json(const LayerResult& result, const Shown& shown) {
  ordered_json object = {
      {"name", result.layer.name},
      {"layer", to_json(result.layer)},
      {"schedule", to_json(result.found.schedule)},
      {"traffic", to_json(result.found.prediction.traffic)},
      {"buffer", to_json(result.found.prediction.buffer)},
      {"lower_bound",
       {{"compulsory", result.compulsory},
        {"published", result.published},
        {"proven", result.found.proven_bound}}},
      {"cost", {{"total", result.found.cost}, {"proven", result.found.proven_cost}}},
      {"optimal", result.found.optimal},
      {"proof", result.found.optimal ? ordered_json(to_string(result.found.proof)) : ordered_json()},
      {"evaluated", result.found.evaluated},
      {"seconds", result.found.seconds}};
  if (shown.layout) {
    object["layout"] = to_json(result.layouts);
    add_bus_traffic(object, result.bus);
  }
  if (shown.bus) object["bus_lower_bound"] = result.found.proven_bound;
  if (shown.cycles) {
    object["latency"] = {{"cycles", result.found.latency.cycles},
                         {"compute_cycles", result.found.latency.compute_cycles},
                         {"transfer_cycles", result.found.latency.transfer_cycles},
                         {"lower_bound", result.found.latency_bound}};
  }
  if (shown.front) object["front"] = front_json(result.found.front);
  return object;
}

std::string gap_text(int64_t found, int64_t bound) {
  if (bound == 0) return "no bound";
  return fmt::format("at most {:.1f} % off",
                     100 * (static_cast<double>(found) / static_cast<double>(bound) - 1));
}

// The published bound counts for the gap, but settles nothing.
std::string gap_text(const LayerResult& result, const Shown& shown) {
  const OptimizerResult& found = result.found;
  if (found.optimal) return "optimal";
  if (shown.cycles && !shown.front) return gap_text(found.latency.cycles, found.latency_bound);
  if (shown.bus) return gap_text(found.bus.bus_bytes, found.proven_bound);
  if (shown.cost) return gap_text(found.cost, found.proven_cost);
  return gap_text(found.prediction.traffic.total(), std::max(found.proven_bound, result.published));
}

// Sums over the layers; optimal where each one is.
LayerResult total_of(const std::vector<LayerResult>& results) {
  LayerResult total;
  total.layer.name = "total";
  total.found.optimal = true;
  for (const LayerResult& result : results) {
    const OptimizerResult& found = result.found;
    OptimizerResult& sum = total.found;
    sum.prediction.traffic += found.prediction.traffic;
    total.compulsory += result.compulsory;
    total.published += result.published;
    sum.proven_bound += found.proven_bound;
    sum.cost += found.cost;
    sum.proven_cost += found.proven_cost;
    sum.latency.cycles += found.latency.cycles;
    sum.latency_bound += found.latency_bound;
    sum.bus.bus_bytes += found.bus.bus_bytes;
    sum.bus.bursts += found.bus.bursts;
    sum.evaluated += found.evaluated;
    sum.seconds += found.seconds;
    sum.optimal = sum.optimal && found.optimal;
  }
  return total;
}

void print_nests(std::ostream& out, const std::vector<LayerResult>& results, const Shown& shown) {
  for (const LayerResult& result : results) {
    out << "Layer " << hwcvp::shown(result.layer.name) << '\n'
        << to_text(result.found.schedule, result.layer) << '\n';
    print_prediction(out, result.found.prediction);
    if (shown.layout) {
      out << "\nlayout " << summary_text(result.layouts) << '\n';
      print_bus_traffic(out, result.found.prediction.traffic, result.bus);
    }
    out << '\n';
  }
}

void print_summary(std::ostream& out, const std::vector<LayerResult>& results, const Shown& shown) {
  std::vector<Table::Column> columns = {
      {"layer", Table::Align::left}, {"buffer bytes"}, {"traffic bytes"}, {"compulsory"},
      {"published bound"},           {"proven bound"}};
  const auto add_columns = [&](std::initializer_list<const char*> titles) {
    for (const char* title : titles) columns.push_back({title, Table::Align::right});
  };
  if (shown.cost) add_columns({"cost", "proven cost"});
  if (shown.cycles) add_columns({"cycles", "bound, cycles"});
  if (shown.bus) add_columns({"bus bytes", "bursts"});
  columns.push_back({"proof", Table::Align::left});
  add_columns({"evaluated", "time"});
  Table table(columns);
  const auto add = [&](const LayerResult& result, const Traffic& traffic, const std::string& buffer,
                       const std::string& proof) {
    const OptimizerResult& found = result.found;
    std::vector<std::string> row = {result.layer.name,         buffer,
                                    grouped(traffic.total()),  grouped(result.compulsory),
                                    grouped(result.published), grouped(found.proven_bound)};
    if (shown.cost) row.insert(row.end(), {grouped(found.cost), grouped(found.proven_cost)});
    if (shown.cycles) row.insert(row.end(), {grouped(found.latency.cycles), grouped(found.latency_bound)});
    if (shown.bus) row.insert(row.end(), {grouped(found.bus.bus_bytes), grouped(found.bus.bursts)});
    row.insert(row.end(), {proof, grouped(found.evaluated), duration_text(found.seconds)});
    table.add(row);
  };
  for (const LayerResult& result : results) {
    add(result, result.found.prediction.traffic, grouped(result.found.prediction.buffer.total()),
        gap_text(result, shown));
  }
  if (results.size() > 1) {
    table.add_rule();
    const LayerResult total = total_of(results);
    add(total, total.found.prediction.traffic, "", "");
  }
  table.print(out);
}

// Bytes and cycles of all layers together.
struct WholeFront {
  std::vector<NetworkFrontPoint> points;
  FrontBounds bounds;
};

WholeFront add_fronts(const std::vector<LayerResult>& results) {
  WholeFront whole;
  std::vector<const std::vector<FrontPoint>*> fronts;
  for (const LayerResult& result : results) {
    fronts.push_back(&result.found.front);
    whole.bounds.bytes += result.found.proven_bound;
    whole.bounds.cost += result.found.proven_cost;
    whole.bounds.cycles += result.found.latency_bound;
  }
  whole.points = add_fronts(fronts, kMostFrontPoints);
  return whole;
}

// Of schedules that were searched for bytes.
std::string slowness_of(const std::vector<LayerResult>& results, const MachineTiming& timing) {
  constexpr int64_t kAny = std::numeric_limits<int64_t>::max() - 1;
  int64_t cycles = 0;
  int64_t bound = 0;
  for (const LayerResult& result : results) {
    const Schedule& schedule = result.found.schedule;
    const Traffic& traffic = result.found.prediction.traffic;
    const auto known = cycles_within(kAny, result.layer, schedule, traffic, timing);
    cycles += known ? *known : least_cycles(result.layer, schedule, traffic, timing);
    bound += latency_bound(result.layer, timing);
  }
  return slowness_note(cycles, bound);
}

// What weighs in the short table and what is least: a name with its unit, the value and its bound.
struct Least {
  const char* title;
  const char* bound_title;
  int64_t value;
  int64_t bound;
};
Least least_of(const LayerResult& result, const Shown& shown) {
  const OptimizerResult& found = result.found;
  if (shown.cycles && !shown.front)
    return {"cycles", "bound, cycles", found.latency.cycles, found.latency_bound};
  if (shown.bus) return {"bus bytes", "bound, bus bytes", found.bus.bus_bytes, found.proven_bound};
  if (shown.cost) return {"cost", "bound, cost", found.cost, found.proven_cost};
  return {"proven bound", "", found.proven_bound, 0};
}

RankedTable short_table(const std::vector<LayerResult>& results, const Shown& shown) {
  const Least least = least_of(results.front(), shown);
  const bool more = *least.bound_title != '\0';
  std::vector<Table::Column> columns = {
      {"layer", Table::Align::left}, {"buffer bytes"}, {"traffic bytes"}, {least.title}};
  if (more) columns.push_back({least.bound_title});
  columns.push_back({"proof", Table::Align::left});
  columns.push_back({"time"});
  RankedTable table("layers", columns);
  const auto cells = [&](const LayerResult& result, const std::string& buffer) {
    const Least values = least_of(result, shown);
    std::vector<std::string> row = {result.layer.name, buffer,
                                    grouped(result.found.prediction.traffic.total()),
                                    grouped(more ? values.value : result.found.proven_bound)};
    if (more) row.push_back(grouped(values.bound));
    row.push_back(gap_text(result, shown));
    row.push_back(duration_text(result.found.seconds));
    return row;
  };
  for (const LayerResult& result : results) {
    table.add(static_cast<double>(result.found.prediction.traffic.total()),
              cells(result, grouped(result.found.prediction.buffer.total())));
  }
  if (results.size() > 1) table.set_total(cells(total_of(results), ""));
  return table;
}

std::string verdict(const std::vector<LayerResult>& results, const Shown& shown, bool interrupted) {
  if (interrupted) {
    return fmt::format("INTERRUPTED after {} (exit status {}).", count_text(results.size(), "layer"),
                       kExitInterrupted);
  }
  const auto proven = static_cast<size_t>(std::count_if(
      results.begin(), results.end(), [](const LayerResult& result) { return result.found.optimal; }));
  const LayerResult total = total_of(results);
  const std::string all = fmt::format("{} bytes in all", grouped(total.found.prediction.traffic.total()));
  const std::string cycles =
      shown.cycles ? fmt::format(" and {} cycles", grouped(total.found.latency.cycles)) : "";
  if (proven == results.size()) {
    return fmt::format("Optimal: {} proven, {}{}.", count_text(proven, "layer"), all, cycles);
  }
  return fmt::format("Found: {} of {} proven optimal, {}{}, {}.", proven, count_text(results.size(), "layer"),
                     all, cycles, gap_text(total, shown));
}

void print_results(const CommandOptions& options, const std::vector<LayerResult>& results, const Shown& shown,
                   const LayerWork& work, const std::optional<NetworkPrediction>& network,
                   const PlatformConfig& config, bool interrupted) {
  const OnnxNetwork* onnx = work.onnx.get();
  const WholeFront front = shown.front ? add_fronts(results) : WholeFront();
  if (options.has("json") || options.has("report")) {
    ordered_json layers = ordered_json::array();
    for (const LayerResult& result : results) layers.push_back(to_json(result, shown));
    ordered_json document = {{"layers", layers}};
    if (shown.front) document["front"] = front_json(front.points, front.bounds);
    if (shown.cycles) document["caveats"] = caveats_json(shown.caveat);
    if (onnx != nullptr) add_onnx(document, *onnx);
    if (network) add_network(document, *work.graph, *network);
    add_provenance(document, options, config);
    write_report(options, document);
    if (options.has("json")) std::cout << document.dump(2) << '\n';
  }
  if (options.has("json")) return;
  Answer answer;
  answer.subject = subject(options, count_text(work.layers.size(), "layer"), config);
  answer.verdict = verdict(results, shown, interrupted);
  if (!results.empty()) {
    answer.table = short_table(results, shown);
    if (results.size() == 1) {
      answer.notes.push_back(fmt::format("Schedule: {}.", summary_text(results[0].found.schedule)));
    }
    answer.sections = {{"nests", [&](std::ostream& out) { print_nests(out, results, shown); }},
                       {"proofs", [&](std::ostream& out) { print_summary(out, results, shown); }}};
  }
  if (!front.points.empty()) {
    answer.notes.push_back(front_note(front.points));
    answer.sections.push_back(
        {"front", [&](std::ostream& out) { print_front(out, front.points, front.bounds, shown.cost); }});
  }
  if (shown.cycles && !shown.caveat.empty()) {
    answer.notes.push_back(fmt::format("Predicted cycles: {}.", shown.caveat));
  }
  if (!shown.cycles && !shown.bus) {
    const std::string slowness = slowness_of(results, machine_timing(config));
    if (!slowness.empty()) answer.notes.push_back(slowness);
  }
  if (onnx != nullptr) {
    answer.sections.push_back({"onnx", [onnx](std::ostream& out) { print_onnx(out, *onnx); }});
  }
  if (network) {
    answer.notes.push_back(network_note(*network));
    answer.sections.push_back(
        {"network", [&](std::ostream& out) { print_network(out, *work.graph, *network); }});
  }
  print_answer(std::cout, options, answer);
}

std::optional<NetworkPrediction> predict_network(const std::vector<LayerResult>& results,
                                                 const LayerWork& work, const PlatformConfig& config) {
  if (!work.graph || results.size() != work.layers.size()) return std::nullopt;
  std::vector<Schedule> schedules;
  schedules.reserve(results.size());
  for (const LayerResult& result : results) schedules.push_back(result.found.schedule);
  return predict_network(*work.graph, schedules, config);
}

// Throws InputError where a file would be written over one that is read.
void check_files(const CommandOptions& options, const PlatformConfig& config, const LayerWork& work) {
  FileUses uses;
  add_reads(options, work, uses);
  uses.reads(options, {"platform", "constraints", "cache"});
  uses.reads("the DRAM", config.dram.timing.name());
  for (const Layer& layer : work.layers) {
    for (const char* suffix : {"layer.json", "schedule.json"}) {
      uses.writes("--output-dir", output_path(options.text("output-dir"), layer.name, suffix));
    }
  }
  add_report_file(options, uses);
}

void write_results(const std::vector<LayerResult>& results, const std::string& folder) {
  for (const LayerResult& result : results) {
    const std::string& name = result.layer.name;
    write_file(output_path(folder, name, "layer.json"), to_json(result.layer).dump(2) + "\n");
    write_file(output_path(folder, name, "schedule.json"), to_json(result.found.schedule).dump(2) + "\n");
  }
}

}  // namespace

int optimize_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "optimize (--layer FILE | [--network] NAME-or-FILE.onnx) --buffer SIZE [OPTIONS]",
      "Finds for each layer the schedule with the least memory traffic, the fewest estimated cycles, the\n"
      "least traffic at nearly the fewest cycles, or the fewest bus bytes, whose buffers fit into SIZE, "
      "with\n"
      "the bound that the search has proven.",
      "hwcvp optimize --network alexnet --buffer 64KiB");
  add_layer_options(options);
  add_operator_options(options);
  options.add_value("buffer", "SIZE",
                    "buffer memory for input, weights and accumulators together, such as 64KiB");
  add_search_options(options, kShowUse);
  add_platform_options(options,
                       "platform file (JSON) with the machine whose cycles --objective latency and balanced "
                       "estimate, and whose "
                       "bursts and bus bytes --layout and --objective bus-bytes count");
  add_layout_option(options);
  options.add_value("output-dir", "DIR",
                    "write LAYER.layer.json and LAYER.schedule.json there, for predict and run");
  add_report_option(options);
  add_answer_options(options, {"nests", "proofs", "front", "onnx", "network", "stacks"});
  add_stacks_option(options);
  if (!options.parse(arguments)) return kExitDone;
  options.require("buffer");
  check_answer_options(options);
  if (options.has("stacks")) return optimize_stacks(options);

  for (const char* option : {"platform", "set"}) {
    if (options.has(option) && !objective_is_of_machine(options, kShowUse) && !options.has("layout") &&
        !all_operators(options)) {
      throw InputError(fmt::format("--{}: expected --objective {}, --layout or --operators all with it",
                                   option, objectives_of_machine(kShowUse)));
    }
  }
  PlatformConfig config = read_platform_options(options);
  config.hwc.buffer_bytes = options.size("buffer", 0);
  const LayerWork work = read_network_work(options);
  const std::vector<Layer>& layers = work.layers;
  const LayerSearch search = read_search_options(options, config, layers, kShowUse);
  const ObjectiveFields fields = search.options.objective->fields();
  const Shown shown{!search.options.constraints.prices.all_one(),
                    fields.latency,
                    fields.bus,
                    fields.front,
                    options.has("layout") || fields.bus,
                    latency_caveat(machine_timing(config))};
  const LayoutCandidates layouts = read_layouts(options, config);
  for (const Layer& layer : layers) predict_bus_traffic(layer, {}, first_of(layouts), config);  // may refuse
  check_report(options, work, config);
  if (options.has("output-dir")) {
    check_files(options, config, work);
    make_output_folder(options.text("output-dir"));
  }

  std::vector<LayerResult> results;
  catch_interrupts();
  WorkerPool pool(read_threads(options));
  bool interrupted = false;
  try {
    optimize_layers(layers, search, pool, [&](size_t i, const OptimizerResult& found) {
      results.push_back({layers[i],
                         found,
                         compulsory_bytes(layers[i]),
                         published_bound_bytes(layers[i], search.options.buffer_bytes),
                         {},
                         {}});
      if (!shown.layout) return;
      LayerResult& result = results.back();
      result.layouts = choose_layouts(result.layer, found.schedule, layouts, config);
      result.bus = predict_bus_traffic_soon(result.layer, found.schedule, result.layouts, config);
      if (!shown.cycles) return;
      result.found.latency = estimate_latency(result.layer, found.schedule, found.prediction.traffic,
                                              machine_timing(config, result.layouts));
    });
  } catch (const Interrupted&) {
    interrupted = true;
  }
  if (options.has("output-dir")) write_results(results, options.text("output-dir"));
  const std::optional<NetworkPrediction> network =
      interrupted ? std::nullopt : predict_network(results, work, config);
  print_results(options, results, shown, work, network, config, interrupted);
  if (interrupted) exit_interrupted();
  return kExitDone;
}

}  // namespace hwcvp
