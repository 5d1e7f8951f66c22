#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "platform/cli/options.h"
#include "platform/cli/values.h"
#include "platform/commands/commands.h"
#include "platform/commands/file_uses.h"
#include "platform/commands/platform_options.h"
#include "platform/config/config.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/machine/report_handler.h"
#include "platform/trace/binary_reader.h"
#include "platform/trace/trace_replay.h"
#include "platform/trace/trace_report.h"
#include "platform/trace/trace_writer.h"
#include "schedules/workload/closest_name.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

const char* const kRecord = "hwcvp run --network alexnet --buffer 64KiB --trace alexnet.hwctrace\n";

std::string positional(const CommandOptions& options, const char* name) {
  if (!options.has(name)) throw InputError(fmt::format("{}: expected, but not given", name));
  return options.text(name);
}

void check_convertible(TraceFormat format, const std::string& path) {
  if (format == TraceFormat::vcd) {
    throw InputError(path + ": expected a format of transactions, found .vcd, which holds signals");
  }
}

int convert(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "trace convert IN.hwctrace OUT [--from TIME] [--to TIME]",
      "Writes the transactions of a binary trace in the format that the suffix of OUT names: .csv,\n"
      ".dramsim3.trace, .ramulator2.trace, .stl, .perfetto-trace, or .hwctrace again.",
      std::string(kRecord) + "hwcvp trace convert alexnet.hwctrace alexnet.csv --from 10us --to 2.5ms");
  options.add_positional("IN");
  options.add_positional("OUT");
  options.add_value("from", "TIME",
                    "only transactions that start at this simulated time or later, such as 2.5us");
  options.add_value("to", "TIME", "only transactions that start before this simulated time");
  if (!options.parse(arguments)) return kExitDone;
  const std::string in = positional(options, "IN");
  const std::string out = positional(options, "OUT");
  const uint64_t from = options.has("from") ? parse_picoseconds(options.text("from"), "--from") : 0;
  const uint64_t to =
      options.has("to") ? parse_picoseconds(options.text("to"), "--to") : BinaryReader::kForever;
  if (from >= to) throw InputError("--to: expected a time after --from");
  const TraceFormat format = trace_format(out, "OUT");
  check_convertible(format, out);
  FileUses uses;
  uses.reads("IN", in);
  uses.writes("OUT", out);

  catch_interrupts();
  try {
    BinaryReader reader(in);
    OutputFile file(out);
    const auto writer = make_trace_writer(format, reader.header(), file);
    uint32_t current = 0;
    reader.visit(
        [&](const TraceRecord& record, uint32_t layer) {
          for (; current < layer; ++current) writer->begin_layer(reader.layers()[current]);
          writer->write(record);
          check_interrupt();
        },
        from, to);
    writer->finish();
    file.commit();
  } catch (const Interrupted&) {
    exit_interrupted();
  }
  return kExitDone;
}

int info(const std::vector<std::string>& arguments) {
  CommandOptions options("trace info FILE.hwctrace [--json]",
                         "Counts the transactions and bytes of a binary trace by socket, tensor and layer.",
                         std::string(kRecord) + "hwcvp trace info alexnet.hwctrace");
  options.add_positional("FILE");
  options.add_flag("json", "print one JSON document");
  if (!options.parse(arguments)) return kExitDone;
  BinaryReader reader(positional(options, "FILE"));
  TraceSummary summary(reader.layers().size(), reader.header().sockets.size());
  reader.visit([&summary](const TraceRecord& record, uint32_t layer) { summary.add(record, layer); });
  if (options.has("json")) {
    std::cout << to_json(reader, summary).dump(2) << '\n';
  } else {
    print_trace(std::cout, reader, summary);
  }
  return kExitDone;
}

// Only the simple DRAM takes part in a replay.
PlatformConfig read_replay_platform(const CommandOptions& options) {
  for (const std::string& path : set_paths(options)) {
    if (path != "dram.latency_ns" && path != "dram.bandwidth_gb_per_s" && path != "dram.outstanding") {
      throw InputError(
          fmt::format("--set: {}: expected dram.latency_ns, dram.bandwidth_gb_per_s or "
                      "dram.outstanding, as a replay has nothing but the DRAM",
                      path));
    }
  }
  PlatformConfig config = read_platform_options(options);
  if (!config.dram.timing.simple()) {
    throw InputError(fmt::format("{}: dram.timing: expected \"simple\" for a replay, found \"{}\"",
                                 options.text("platform"), config.dram.timing.name()));
  }
  return config;
}

int replay(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "trace replay FILE.hwctrace [--platform FILE] [--set PATH=VALUE]... [--json]",
      "Sends the transactions of a binary trace through the DRAM model at the times at which they were\n"
      "recorded, and compares what a monitor at the DRAM sees with the trace.",
      std::string(kRecord) + "hwcvp trace replay alexnet.hwctrace");
  options.add_positional("FILE");
  add_platform_options(options, "platform file (JSON) with the DRAM's latency and bandwidth");
  options.add_flag("json", "print one JSON document");
  if (!options.parse(arguments)) return kExitDone;
  install_report_handler(false);
  const PlatformConfig config = read_replay_platform(options);
  BinaryReader reader(positional(options, "FILE"));
  Dram::Properties properties;
  properties.latency = sc_core::sc_time(config.dram.latency_ns, sc_core::SC_NS);
  properties.bytes_per_second = config.dram.bandwidth_gb_per_s * 1e9;
  properties.queue_depth = static_cast<unsigned>(config.dram.outstanding);
  const ReplayResult result = replay_trace(reader, properties);
  if (options.has("json")) {
    std::cout << to_json(result).dump(2) << '\n';
  } else {
    print_replay(std::cout, result);
  }
  return result.differing == 0 ? kExitDone : kExitDisagreed;
}

void print_help() {
  std::cout << "Usage: hwcvp trace ACTION FILE [OPTIONS]\n\n"
               "Works on binary traces (.hwctrace), which `hwcvp run --trace` writes.\n\nActions:\n";
  for (const TraceAction& action : trace_actions()) {
    std::cout << fmt::format("  {:<10} {}\n", action.name, action.summary);
  }
  std::cout << "\nExample:\n  " << kRecord << "  hwcvp trace info alexnet.hwctrace\n";
}

}  // namespace

const std::vector<TraceAction>& trace_actions() {
  static const std::vector<TraceAction> actions = {
      {"convert", "write the transactions in another format, all of them or a range of time", convert},
      {"info", "count transactions and bytes by socket, tensor and layer", info},
      {"replay", "send the transactions through the DRAM model again", replay},
  };
  return actions;
}

int trace_command(const std::vector<std::string>& arguments) {
  const std::string which = arguments.empty() ? "" : arguments[0];
  const std::vector<std::string> rest(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
  if (which == "--help" || which == "-h") {
    print_help();
    return kExitDone;
  }
  std::vector<std::string> names;
  for (const TraceAction& action : trace_actions()) {
    if (which == action.name) return action.run(rest);
    names.emplace_back(action.name);
  }
  throw InputError(fmt::format("trace: expected one of {}, found \"{}\"{}", fmt::join(names, ", "),
                               shown(which), did_you_mean(which, names)));
}

}  // namespace hwcvp
