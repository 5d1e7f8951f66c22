#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "platform/commands/answer_options.h"
#include "platform/commands/commands.h"
#include "platform/commands/file_uses.h"
#include "platform/commands/graph_options.h"
#include "platform/commands/layer_work.h"
#include "platform/commands/network_work.h"
#include "platform/commands/platform_options.h"
#include "platform/commands/provenance.h"
#include "platform/commands/report_option.h"
#include "platform/commands/simulation/recordings.h"
#include "platform/commands/simulation/run_options.h"
#include "platform/commands/stacks.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/host/seconds_since.h"
#include "platform/machine/machine_fault.h"
#include "platform/machine/report_handler.h"
#include "platform/plan/network_plan.h"
#include "platform/report/bandwidth_record.h"
#include "platform/report/format.h"
#include "platform/report/inference_table.h"
#include "platform/report/progress.h"
#include "platform/search/network_search.h"
#include "platform/stack/map_graph.h"
#include "platform/stack/search/stack_plan.h"
#include "platform/study/inference.h"
#include "platform/tensor/npy.h"
#include "schedules/files/output_file.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

void add_options(CommandOptions& options) {
  add_graph_options(options);
  add_input_options(options);
  options.add_value("labels", "FILE", "names of the classes, a line each");
  add_machine_options(options);
  add_search_options(options);
  add_stacks_option(options);
  options.add_value("seed", "N",
                    "seed of pseudo-random inputs, and of a built-in network's weights (default: 1)");
  options.add_flag("timing-only", "move no data: the same transactions and times, and no output");
  options.add_value("output-dir", "DIR", "write every tensor as TENSOR.npy, and report.json, there");
  add_recording_options(options);
  add_report_option(options);
  add_answer_options(options, inference_section_names());
  options.add_flag("verbose", "log files, and what the machine reports");
}

// The best schedules of the convolutions, in their order. Throws Interrupted.
std::vector<Schedule> find_schedules(const CommandOptions& options, const PlatformConfig& config,
                                     const graph::Graph& graph) {
  const std::vector<Layer> layers = convolution_layers(graph);
  for (const Layer& layer : layers) check_channels(layer, config.hwc);
  std::vector<Schedule> schedules(layers.size());
  WorkerPool pool(read_threads(options));
  optimize_layers(layers, read_search_options(options, config, layers), pool,
                  [&](size_t i, const OptimizerResult& result) { schedules[i] = result.schedule; });
  for (size_t i = 0; i < layers.size(); ++i) check_fits(layers[i], schedules[i], config.hwc);
  return schedules;
}

// Throws InputError where --stacks comes with what a search for stacks does not do.
void check_stacks(const CommandOptions& options) {
  options.forbid_with("stacks", {"constraints", "double-buffer", "objective"});
}

// The network cut into stacks that the machine can run, planned. Throws InputError, and Interrupted.
plan::NetworkPlan plan_stacked(const CommandOptions& options, const PlatformConfig& config,
                               const graph::Graph& graph) {
  auto mapped = std::make_shared<MappedGraph>(map_graph(graph));
  for (size_t i = 0; i < mapped->operators.size(); ++i) {
    if (!plan::runs_in_stacks(graph.operators[mapped->operators[i]]))
      mapped->network.operators[i].stackable = false;
  }
  StackPlanOptions search;
  const std::vector<Layer> layers = convolution_layers(graph);
  for (const Layer& layer : layers) check_channels(layer, config.hwc);
  search.search = read_search_options(options, config, layers);
  search.tails = false;  // the firmware has none
  WorkerPool pool(read_threads(options));
  const StackPlan found = plan_stacks(graph, *mapped, search, pool);
  check_interrupt();
  plan::NetworkStacks stacks;
  stacks.mapped = mapped;
  std::vector<Schedule> schedules(graph.operators.size());
  for (const PlannedStack& planned : found.stacks) {
    if (planned.schedule) {
      stacks.schedules.push_back(*planned.schedule);
    } else if (planned.candidate->nest) {
      check_fits(*planned.candidate->layer, *planned.candidate->nest, config.hwc);
      schedules[mapped->operators[planned.first]] = *planned.candidate->nest;
    }
  }
  return plan::plan_network(graph, schedules, config, stacks);
}

// The files of --output-dir for the outputs of operators.
std::string tensor_path(const CommandOptions& options, const graph::Graph& graph, graph::ValueIndex value) {
  return output_path(options.text("output-dir"), graph.values[value].name, "npy");
}

void check_inference_files(const CommandOptions& options, const graph::Graph& graph,
                           const PlatformConfig& config, const SocFiles& files) {
  FileUses uses;
  uses.reads(options, {"network", "image", "labels", "platform", "constraints", "cache", "output-dir"});
  for (const std::string& input : options.list("input"))
    uses.reads("--input", input.substr(input.find('=') + 1));
  uses.reads("the DRAM", config.dram.timing.name());
  if (!files.firmware_image.empty()) uses.reads("the firmware", files.firmware_image);
  add_recording_files(options, uses);
  add_report_file(options, uses);
  if (!options.has("output-dir")) return;
  uses.writes("--output-dir", options.text("output-dir") + "/report.json");
  for (const graph::Operator& op : graph.operators)
    uses.writes("--output-dir", tensor_path(options, graph, op.output));
}

// In bytes a second; 0 where the time of the job is not predicted.
double predicted_bandwidth(const plan::NetworkJob& job, double clock_mhz) {
  const double seconds = static_cast<double>(job.predicted_cycles) / (clock_mhz * 1e6);
  return seconds > 0 ? static_cast<double>(job.predicted.traffic.total()) / seconds : 0;
}

// `debugger` may be null. Throws Interrupted.
InferenceReport simulate(const CommandOptions& options, const PlatformConfig& config, const SocFiles& files,
                         GdbServer* debugger, const Recordings& recordings, const graph::Graph& graph,
                         const plan::NetworkPlan& plan, const std::vector<HostTensor>& inputs,
                         BandwidthRecord& bandwidth) {
  Inference inference(config, files, recordings.soc_options(options.has("timing-only")));
  std::vector<bool> seen(graph.operators.size(), false);
  size_t steps = 0;
  for (const plan::NetworkJob& job : plan.jobs) {
    if (!seen[job.op]) ++steps;
    seen[job.op] = true;
  }
  Progress progress("simulating", steps);
  size_t number = 0;
  Inference::Listener listener;
  listener.on_begin = [&](size_t op) { progress.begin(++number, graph.operators[op].name); };
  listener.on_progress = [&](int64_t bytes_moved) {
    check_interrupt();
    recordings.check();
    progress.update(bytes_moved);
  };
  const auto name_of = [&](size_t job) { return graph.operators[plan.jobs[job].op].name; };
  listener.on_job_begin = [&](size_t job) { recordings.begin(name_of(job), plan.jobs[job].placement); };
  listener.on_job_end = [&](size_t job, const JobObservation& observed) {
    const double predicted = predicted_bandwidth(plan.jobs[job], config.hwc.clock_mhz);
    const BandwidthSeries& series = inference.runner().bandwidth();
    if (recordings.bandwidth) recordings.bandwidth->write(name_of(job), observed.seconds, predicted, series);
    if (options.has("report")) bandwidth.add(name_of(job), observed.seconds, predicted, series);
  };
  listener.on_end = [&](size_t, int64_t bytes_moved, int64_t cycles) {
    progress.end(fmt::format("{} moved in {} cycles", bytes_text(bytes_moved), grouped(cycles)));
  };
  if (options.has("output-dir")) {
    listener.on_output = [&](size_t op, const HostTensor& output) {
      write_npy(tensor_path(options, graph, graph.operators[op].output), output);
    };
  }
  // The simulation has the main thread, what checks it one of its own.
  WorkerPool pool(read_threads(options) - 1);
  recordings.attach(inference.soc());
  log_firmware(options, inference.soc().mailbox);
  if (debugger != nullptr) attach(*debugger, inference.soc());
  InferenceReport report;
  try {
    report = inference.run(graph, plan, inputs, pool, listener);
    if (debugger != nullptr) inference.runner().settle();
    recordings.finish();
  } catch (const Interrupted&) {
    recordings.leave_partial();
    throw;
  } catch (const MachineFault&) {
    recordings.leave_partial();
    throw;
  }
  for (const std::string& fault : inference.soc().injected_faults())
    spdlog::warn("injected fault: {}", fault);
  return report;
}

void print(const CommandOptions& options, const PlatformConfig& config, const InferenceResult& result,
           const BandwidthRecord& bandwidth) {
  nlohmann::ordered_json json = to_json(result);
  add_provenance(json, options, config, read_seed(options));
  write_report(options, json, {{"bandwidth", bandwidth.json()}});
  const std::string document = json.dump(2) + "\n";
  if (options.has("output-dir")) write_file(options.text("output-dir") + "/report.json", document);
  if (options.has("json")) {
    std::cout << document;
    return;
  }
  Answer answer = hwcvp::answer(result);
  answer.subject = subject(options, count_text(result.graph.operators.size(), "operator"), config);
  print_answer(std::cout, options, answer);
}

}  // namespace

int infer_command(const std::vector<std::string>& arguments) {
  const auto start = std::chrono::steady_clock::now();
  CommandOptions options(
      "infer [--network] NAME-or-FILE.onnx [OPTIONS]",
      "Runs a whole quantized network on the simulated machine: a tensor in, a class out. The bytes\n"
      "of every operator are set against the predicted ones, and every tensor against a reference.",
      "hwcvp infer --network mobilenetv2 --buffer 64KiB");
  add_options(options);
  if (!options.parse(arguments)) return kExitDone;
  options.require("network");
  options.forbid_with("timing-only", {"input", "image"});
  check_answer_options(options);
  check_stacks(options);
  check_recording_options(options);

  install_report_handler(options.has("verbose"));
  const PlatformConfig config = read_run_platform(options);
  const uint64_t seed = read_seed(options);
  const graph::Graph graph = read_graph(options, seed);
  const SocFiles files = soc_files(config);
  check_inference_files(options, graph, config, files);
  check_report(options);
  const std::unique_ptr<GdbServer> debugger = make_debugger(options, config);
  std::vector<std::string> labels;
  if (options.has("labels")) labels = read_labels(options.text("labels"));
  std::vector<HostTensor> inputs;
  if (!options.has("timing-only")) inputs = read_inputs(options, graph, seed);
  if (options.has("output-dir")) make_output_folder(options.text("output-dir"));

  catch_interrupts();
  plan::NetworkPlan plan;
  InferenceReport report;
  BandwidthRecord bandwidth;
  try {
    const Recordings recordings(options, config);
    plan =
        options.has("stacks")
            ? plan_stacked(options, config, graph)
            : plan::plan_network(graph, by_operator(graph, find_schedules(options, config, graph)), config);
    report = simulate(options, config, files, debugger.get(), recordings, graph, plan, inputs, bandwidth);
  } catch (const Interrupted&) {
    exit_interrupted();
  }
  report.wall_seconds = seconds_since(start);
  print(options, config,
        {graph, plan, report, std::move(labels), config.hwc.clock_mhz, config.hwc.buffer_bytes}, bandwidth);
  const int status = report.agreed() ? kExitDone : kExitDisagreed;
  if (debugger) debugger->exited(status);
  return status;
}

}  // namespace hwcvp
