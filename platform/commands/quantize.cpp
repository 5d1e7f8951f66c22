#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

#include "platform/calibration/quantize_network.h"
#include "platform/cli/options.h"
#include "platform/cli/values.h"
#include "platform/commands/commands.h"
#include "platform/commands/file_uses.h"
#include "platform/commands/onnx_options.h"
#include "platform/host/exit_status.h"
#include "platform/report/table.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

namespace fs = std::filesystem;

// The .npy files of a folder in the order of their names, or a file itself.
void add_data(std::vector<std::string>& files, const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    files.push_back(path);
    return;
  }
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
    if (entry.path().extension() == ".npy") found.push_back(entry.path().string());
  }
  if (error || found.empty()) {
    throw InputError(fmt::format("--calibrate: {}: expected a folder with .npy files", shown(path)));
  }
  std::sort(found.begin(), found.end());
  files.insert(files.end(), found.begin(), found.end());
}

double parse_percent(const std::string& text) {
  char* end = nullptr;
  const double percent = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(percent > 50 && percent <= 100)) {
    throw InputError(fmt::format("--percent: expected a number above 50, to 100, found \"{}\"", shown(text)));
  }
  return percent;
}

std::string decibel_text(double decibels) {
  return std::isfinite(decibels) ? fmt::format("{:.1f}", decibels) : "exact";
}

void print_report(const QuantizeReport& report, const std::string& path) {
  Table table({{"tensor", Table::Align::left}, {"least"}, {"most"}, {"scale"}, {"zero point"}, {"SNR dB"}});
  for (const QuantizedTensor& tensor : report.tensors) {
    table.add({tensor.name, fmt::format("{:.4g}", tensor.least), fmt::format("{:.4g}", tensor.most),
               fmt::format("{:.4g}", tensor.scale), std::to_string(tensor.zero_point),
               decibel_text(tensor.signal_to_noise)});
  }
  table.print(std::cout);
  for (const std::string& node : report.floating_point) {
    std::cout << "stays in floating point: " << shown(node) << '\n';
  }
  if (report.pseudo_random) {
    std::cout << "note: no data was given, so the ranges are those of pseudo-random inputs between -2 and 2, "
                 "which say\n      little of what the network meets in use; --calibrate takes real inputs\n";
  }
  std::cout << fmt::format("{} tensors quantized with {} inputs, written to {}\n", report.tensors.size(),
                           report.inputs, path);
}

nlohmann::ordered_json to_json(const QuantizeReport& report, const std::string& path) {
  nlohmann::ordered_json tensors = nlohmann::ordered_json::array();
  for (const QuantizedTensor& tensor : report.tensors) {
    nlohmann::ordered_json entry = {{"name", tensor.name},
                                    {"least", tensor.least},
                                    {"most", tensor.most},
                                    {"scale", tensor.scale},
                                    {"zero_point", tensor.zero_point}};
    entry["snr_db"] = std::isfinite(tensor.signal_to_noise) ? nlohmann::ordered_json(tensor.signal_to_noise)
                                                            : nlohmann::ordered_json(nullptr);
    tensors.push_back(entry);
  }
  return {{"onnx", path},
          {"inputs", report.inputs},
          {"pseudo_random", report.pseudo_random},
          {"tensors", tensors},
          {"floating_point", report.floating_point}};
}

}  // namespace

int quantize_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "quantize IN.onnx --output OUT.onnx [OPTIONS]",
      "Quantizes a network in floating point: weights int8 with a scale for each channel,\n"
      "activations uint8 or int8, biases int32. Writes an ONNX file with QuantizeLinear and\n"
      "DequantizeLinear, which any runtime reads. For each tensor the report has its range\n"
      "and the signal-to-noise ratio against the network in floating point.",
      "hwcvp quantize model.onnx --calibrate inputs --output model-int8.onnx");
  options.add_value("output", "OUT.onnx", "the file to write");
  options.add_list("calibrate", "DATA",
                   "a .npy file of the input's type and shape, or a folder of them; pseudo-random inputs "
                   "where none is given");
  options.add_value("percent", "P",
                    "part of a tensor's numbers that its range holds; the rest is cut off on each side "
                    "(default: 100, least to most)");
  options.add_value("types", "TYPE", "activations: uint8 (default) or int8");
  options.add_value("seed", "N", "seed of pseudo-random inputs (default: 1)");
  options.add_value("onnx-dim", "NAME=SIZE,...", "sizes of dimensions that the file leaves open");
  options.add_flag("json", "print one JSON document");
  options.add_positional("model");
  if (!options.parse(arguments)) return kExitDone;
  if (!options.has("model")) throw InputError("quantize: expected an ONNX file");
  options.require("output");
  const std::string path = options.text("model");
  const std::string out = options.text("output");

  QuantizeOptions chosen;
  chosen.dimensions = onnx_dimensions(options);
  if (parse_choice(options.text("types", "uint8"), "--types", {"uint8", "int8"}) == "int8") {
    chosen.activations = DataType::int8;
  }
  chosen.percent = parse_percent(options.text("percent", "100"));
  chosen.seed = options.integer("seed", 0, std::numeric_limits<uint64_t>::max(), chosen.seed);
  for (const std::string& data : options.list("calibrate")) add_data(chosen.data, data);
  FileUses uses;
  uses.reads("the model", path);
  for (const std::string& data : chosen.data) uses.reads("--calibrate", data);
  uses.writes("--output", out);

  const QuantizeReport report = quantize_network(path, out, chosen);
  if (options.has("json")) {
    std::cout << to_json(report, out).dump(2) << '\n';
  } else {
    print_report(report, out);
  }
  return kExitDone;
}

}  // namespace hwcvp
