#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "platform/cli/options.h"
#include "platform/commands/answer_options.h"
#include "platform/commands/commands.h"
#include "platform/commands/layer_work.h"
#include "platform/commands/layout_options.h"
#include "platform/commands/provenance.h"
#include "platform/commands/report_option.h"
#include "platform/commands/simulation/recordings.h"
#include "platform/commands/simulation/run_options.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/host/seconds_since.h"
#include "platform/job/observe_dram.h"
#include "platform/machine/machine_fault.h"
#include "platform/machine/report_handler.h"
#include "platform/prediction/platform_timing.h"
#include "platform/report/bandwidth_record.h"
#include "platform/report/format.h"
#include "platform/report/latency_report.h"
#include "platform/report/onnx_report.h"
#include "platform/report/progress.h"
#include "platform/report/run_report.h"
#include "platform/report/traffic_table.h"
#include "platform/study/divergence_warnings.h"
#include "platform/study/network_run.h"
#include "platform/tensor/npy.h"
#include "schedules/files/output_file.h"
#include "schedules/json/json.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/traffic/nest_text.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

// Fills in the layers with their schedules: the one given, or the best ones. Where an interrupt ends the
// search, throws Interrupted with the best schedules so far in `jobs`, of the layers that have one.
void make_jobs(const CommandOptions& options, const LayerWork& work, const PlatformConfig& config,
               std::vector<LayerJob>& jobs) {
  const LayoutCandidates layouts = read_layouts(options, config);
  for (const Layer& layer : work.layers) {
    if (options.has("relu")) check_relu(layer);
    check_channels(layer, config.hwc);
    place_tensors(layer, first_of(layouts), config);
    LayerJob& job = jobs.emplace_back();
    job.layer = layer;
    // The files of a layer are read before time goes into the search.
    if (options.has("layer") && !options.has("timing-only")) {
      auto tensors = std::make_shared<LayerTensors>(read_tensors(options, layer));
      job.make_tensors = [tensors] { return std::move(*tensors); };
    } else if (work.onnx) {
      job.make_tensors = [&options, onnx = work.onnx, number = jobs.size() - 1] {
        return onnx->tensors(number, read_seed(options));
      };
    } else {
      job.make_tensors = [&options, layer] { return read_tensors(options, layer); };
    }
  }
  const auto set_schedule = [&jobs](size_t i, const Schedule& schedule) {
    jobs[i].schedule = schedule;
    jobs[i].predicted = predict_exact(jobs[i].layer, schedule);
  };
  if (options.has("schedule")) {
    set_schedule(0, read_schedule(options.text("schedule"), jobs[0].layer));
  } else {
    std::vector<Layer> layers;
    layers.reserve(jobs.size());
    for (const LayerJob& job : jobs) layers.push_back(job.layer);
    WorkerPool pool(read_threads(options));
    size_t found = 0;  // in the layers' order
    try {
      optimize_layers(layers, read_search_options(options, config, layers), pool,
                      [&](size_t i, const OptimizerResult& result) {
                        set_schedule(i, result.schedule);
                        found = i + 1;
                      });
    } catch (const Interrupted&) {
      jobs.resize(found);
      throw;
    }
  }
  for (LayerJob& job : jobs) {
    check_fits(job.layer, job.schedule, config.hwc);
    job.layouts = choose_layouts(job.layer, job.schedule, layouts, config);
    place_tensors(job.layer, *job.layouts, config);
  }
}

void write_files(const CommandOptions& options, const LayerReport& report, const HostTensor* output) {
  if (options.has("output")) write_npy(options.text("output"), *output);
  if (!options.has("output-dir")) return;
  const std::string folder = options.text("output-dir");
  if (output != nullptr) write_npy(output_path(folder, report.layer.name, "output.npy"), *output);
  const std::string schedule = schedule_file(options, report.layer);
  if (!schedule.empty()) write_file(schedule, to_json(report.schedule).dump(2) + "\n");
}

// Simulates all jobs; ends early, with what is there, at an interrupt. `debugger` may be null.
RunReport simulate(const CommandOptions& options, const PlatformConfig& config, const SocFiles& files,
                   GdbServer* debugger, const Recordings& recordings, const std::vector<LayerJob>& jobs,
                   BandwidthRecord& bandwidth) {
  WorkerPool pool(read_threads(options) - 1);  // checks outputs; the simulation has the main thread
  Progress progress("simulating", jobs.size());
  size_t number = 0;
  NetworkRun run(config, files, options.has("relu"), pool,
                 recordings.soc_options(options.has("timing-only")));
  NetworkRun::Listener listener;
  listener.on_begin = [&](const LayerJob& job) {
    progress.begin(++number, job.layer.name, job.predicted.traffic.total());
    recordings.begin(job.layer.name, place_tensors(job.layer, *job.layouts, config));
  };
  listener.on_progress = [&](int64_t tensor_bytes) {
    check_interrupt();
    recordings.check();
    progress.update(tensor_bytes);
  };
  listener.on_simulated = [&](const LayerReport& report, const HostTensor* output) {
    report_divergences(report.layer.name, report.divergences);
    if (recordings.bandwidth) {
      recordings.bandwidth->write(report.layer.name, report.observed.seconds,
                                  report.bandwidth.predicted_bytes_per_second,
                                  run.machine().runner().bandwidth());
    }
    if (options.has("report")) {
      bandwidth.add(report.layer.name, report.observed.seconds, report.bandwidth.predicted_bytes_per_second,
                    run.machine().runner().bandwidth());
    }
    const hwc_status& status = report.observed.status;
    spdlog::debug("layer {}: {} load, {} compute and {} store commands, {} sleeps, {} B of control traffic",
                  report.layer.name, status.load_commands, status.compute_commands, status.store_commands,
                  status.sleeps, report.observed.control_read_bytes + report.observed.control_write_bytes);
    write_files(options, report, output);
    progress.end(fmt::format("{} moved in {} cycles, {}", bytes_text(report.observed.traffic.total()),
                             grouped(report.observed.cycles), duration_text(report.wall_seconds)));
  };
  recordings.attach(run.soc());
  log_firmware(options, run.soc().mailbox);
  if (debugger != nullptr) attach(*debugger, run.soc());
  RunReport report;
  try {
    for (const LayerJob& job : jobs) run.run(job, listener);
    if (debugger != nullptr) run.machine().runner().settle();
    recordings.finish();
  } catch (const Interrupted&) {
    report.complete = false;
    recordings.leave_partial();
  } catch (const MachineFault&) {
    recordings.leave_partial();
    throw;
  }
  report.layers = run.finish();
  report.injected_faults = run.soc().injected_faults();
  if (!report.injected_faults.empty()) {
    spdlog::warn("injected fault: {}", fmt::format("{}", fmt::join(report.injected_faults, "; ")));
  }
  report.latency_caveat = latency_caveat(machine_timing(config));
  if (run.soc().timed_dram() != nullptr) report.dram = observe(*run.soc().timed_dram());
  return report;
}

// Of schedules that were searched for bytes.
std::string slowness_of(const CommandOptions& options, const PlatformConfig& config,
                        const RunReport& report) {
  if (options.has("schedule") || options.text("objective", "traffic") != "traffic") return "";
  int64_t cycles = 0;
  int64_t bound = 0;
  for (const LayerReport& layer : report.layers) {
    cycles += layer.observed.cycles;
    bound += latency_bound(layer.layer, machine_timing(config, layer.layouts));
  }
  return slowness_note(cycles, bound);
}

// After an interrupt: the layers that were not run to their end, with their schedules and what is predicted.
nlohmann::ordered_json not_run_json(const std::vector<LayerJob>& jobs, size_t first) {
  auto layers = nlohmann::ordered_json::array();
  for (size_t i = first; i < jobs.size(); ++i) {
    layers.push_back({{"name", jobs[i].layer.name},
                      {"layer", to_json(jobs[i].layer)},
                      {"schedule", to_json(jobs[i].schedule)},
                      {"buffer", to_json(jobs[i].predicted.buffer)},
                      {"predicted", {{"traffic", to_json(jobs[i].predicted.traffic)}}}});
  }
  return layers;
}

// The same for people.
void print_not_run(std::ostream& out, const std::vector<LayerJob>& jobs, size_t first) {
  for (size_t i = first; i < jobs.size(); ++i) {
    out << (i > first ? "\n" : "") << "Layer " << hwcvp::shown(jobs[i].layer.name) << ", not run\n"
        << to_text(jobs[i].schedule, jobs[i].layer) << '\n';
    print_prediction(out, jobs[i].predicted);
  }
}

void print(const CommandOptions& options, const LayerWork& work, const PlatformConfig& config,
           const RunReport& report, const std::vector<LayerJob>& jobs, const BandwidthRecord& bandwidth) {
  nlohmann::ordered_json json = to_json(report);
  if (work.onnx) add_onnx(json, *work.onnx);
  if (!report.complete) json["not_run"] = not_run_json(jobs, report.layers.size());
  add_provenance(json, options, config, read_seed(options));
  write_report(options, json, {{"bandwidth", bandwidth.json()}});
  const std::string document = json.dump(2) + "\n";
  if (options.has("output-dir")) write_file(options.text("output-dir") + "/report.json", document);
  if (options.has("json")) {
    std::cout << document;
    return;
  }
  Answer answer = hwcvp::answer(report);
  answer.subject = subject(options, count_text(work.layers.size(), "layer"), config);
  const std::string slowness = slowness_of(options, config, report);
  if (report.complete && !slowness.empty()) answer.notes.push_back(slowness);
  if (work.onnx) {
    answer.sections.push_back({"onnx", [&work](std::ostream& out) { print_onnx(out, *work.onnx); }});
  }
  if (!report.complete) {
    if (jobs.size() > report.layers.size()) {
      answer.notes.push_back(fmt::format("{} with a schedule did not run: --details not_run.",
                                         count_text(jobs.size() - report.layers.size(), "layer")));
    }
    answer.sections.push_back(
        {"not_run", [&](std::ostream& out) { print_not_run(out, jobs, report.layers.size()); }});
  }
  print_answer(std::cout, options, answer);
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  const auto start = std::chrono::steady_clock::now();
  CommandOptions options(
      "run (--layer FILE [--schedule FILE] | [--network] NAME-or-FILE.onnx) [OPTIONS]",
      "Simulates layers on the full system: the bytes that bus monitors observe are set against the\n"
      "predicted ones, and every output element against a reference convolution.",
      "hwcvp run --network alexnet --buffer 64KiB");
  add_run_options(options);
  if (!options.parse(arguments)) return kExitDone;
  check_run_options(options);

  install_report_handler(options.has("verbose"));
  const PlatformConfig config = read_run_platform(options);
  const SocFiles files = soc_files(config);
  const LayerWork work = read_layer_work(options);
  check_files(options, config, files, work);
  check_report(options);
  const std::unique_ptr<GdbServer> debugger = make_debugger(options, config);
  if (options.has("output-dir")) make_output_folder(options.text("output-dir"));

  catch_interrupts();
  RunReport report;
  std::vector<LayerJob> jobs;
  BandwidthRecord bandwidth;
  try {
    const Recordings recordings(options, config);
    make_jobs(options, work, config, jobs);
    report = simulate(options, config, files, debugger.get(), recordings, jobs, bandwidth);
  } catch (const Interrupted&) {
    report.complete = false;
  }
  report.wall_seconds = seconds_since(start);
  print(options, work, config, report, jobs, bandwidth);
  if (!report.complete) exit_interrupted();
  const int status = report.agreed() ? kExitDone : kExitDisagreed;
  if (debugger) debugger->exited(status);
  return status;
}

}  // namespace hwcvp
