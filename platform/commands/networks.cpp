#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "platform/cli/options.h"
#include "platform/commands/commands.h"
#include "platform/commands/network_export.h"
#include "platform/commands/onnx_options.h"
#include "platform/host/exit_status.h"
#include "platform/networks/builtin_graph.h"
#include "platform/report/format.h"
#include "platform/report/onnx_report.h"
#include "platform/report/table.h"
#include "platform/stack/map_graph.h"
#include "schedules/json/json.h"
#include "schedules/json/network_json.h"
#include "schedules/networks/network.h"
#include "schedules/stack/stack_json.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

int64_t total_macs(const Network& network) {
  int64_t total = 0;
  for (const Layer& layer : network.layers) total += layer.macs();
  return total;
}

void print_names(bool as_json) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  Table table({{"network", Table::Align::left}, {"layers"}, {"MMAC"}, {"description", Table::Align::left}});
  for (const std::string& name : network_names()) {
    const Network network = builtin_network(name);
    list.push_back({{"name", name},
                    {"description", network.description},
                    {"layers", network.layers.size()},
                    {"macs", total_macs(network)}});
    table.add({name, std::to_string(network.layers.size()),
               fmt::format("{:.1f}", static_cast<double>(total_macs(network)) / 1e6), network.description});
  }
  if (as_json) {
    std::cout << nlohmann::ordered_json{{"networks", list}}.dump(2) << '\n';
  } else {
    table.print(std::cout);
  }
}

std::string pair_text(const std::array<int64_t, 2>& values) {
  return values[0] == values[1] ? std::to_string(values[0]) : fmt::format("{}x{}", values[0], values[1]);
}

std::string pads_text(const std::array<int64_t, 4>& pads) {
  const bool uniform = pads[0] == pads[1] && pads[0] == pads[2] && pads[0] == pads[3];
  return uniform ? std::to_string(pads[0]) : fmt::format("{},{},{},{}", pads[0], pads[1], pads[2], pads[3]);
}

void print_layers(const Network& network) {
  Table table({{"layer", Table::Align::left},
               {"input"},
               {"output"},
               {"kernel"},
               {"stride"},
               {"pads"},
               {"group"},
               {"types", Table::Align::left},
               {"MMAC"},
               {"input"},
               {"weights"},
               {"output"}});
  for (const Layer& layer : network.layers) {
    table.add({layer.name, fmt::format("{}x{}x{}", layer.in_channels, layer.in_height, layer.in_width),
               fmt::format("{}x{}x{}", layer.out_channels, layer.out_height(), layer.out_width()),
               fmt::format("{}x{}", layer.kernel_shape[0], layer.kernel_shape[1]), pair_text(layer.strides),
               pads_text(layer.pads), std::to_string(layer.group),
               fmt::format("{} {} {}", to_string(layer.input_type), to_string(layer.weight_type),
                           to_string(layer.output_type)),
               fmt::format("{:.1f}", static_cast<double>(layer.macs()) / 1e6),
               bytes_text(layer.input_elements() * bytes(layer.input_type)),
               bytes_text(layer.weight_elements() * bytes(layer.weight_type)),
               bytes_text(layer.output_elements() * bytes(layer.output_type))});
  }
  table.print(std::cout);
}

// As stacks see it.
nlohmann::ordered_json graph_json(const graph::Graph& graph) {
  return stack::to_json(map_graph(graph).network);
}

}  // namespace

int networks_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "networks [NAME-or-FILE.onnx] [OPTIONS]",
      "Lists the built-in networks, or the layers of the one named or of an ONNX file.\n"
      "Shapes are channels x rows x columns; sizes are those of whole tensors in memory.\n"
      "Of a file, also the operators of the whole network, where each would run (engine) and why\n"
      "it cannot (missing).",
      "hwcvp networks alexnet");
  add_onnx_options(options);
  options.add_flag("passes", "print the nodes of an ONNX file as read and after each pass");
  add_export_options(options);
  options.add_flag("json", "print one JSON document");
  options.add_positional("name");
  if (!options.parse(arguments)) return kExitDone;
  for (const char* option : {"seed", "batch"}) options.require_with(option, "onnx");
  if (options.has("onnx") && !options.has("name")) {
    throw InputError("--onnx: expected the name of a built-in network with it");
  }

  if (!options.has("name")) {
    forbid_onnx_options(options);
    if (options.has("passes")) throw InputError("--passes: expected an ONNX file with it");
    print_names(options.has("json"));
    return kExitDone;
  }
  const std::string name = options.text("name");
  if (options.has("passes")) {
    if (!is_onnx_file(name) || options.has("json")) {
      throw InputError("--passes: expected an ONNX file, and no --json, with it");
    }
    read_whole_network(options, name, &std::cout);
    return kExitDone;
  }
  if (options.has("onnx")) {
    export_network(options, name);
    return kExitDone;
  }
  Network network;
  std::shared_ptr<const OnnxNetwork> onnx;
  if (is_onnx_file(name)) {
    onnx = read_onnx_network(options, name, true);
    network = {name, "", onnx->layers()};
  } else {
    forbid_onnx_options(options);
    network = is_json_file(name) ? read_network(name) : builtin_network(name);
  }
  if (options.has("json")) {
    nlohmann::json layers = nlohmann::json::array();
    for (const Layer& layer : network.layers) layers.push_back(to_json(layer));
    nlohmann::ordered_json document = {{"name", network.name}, {"layers", layers}};
    if (onnx) {
      add_onnx(document, *onnx);
      const NetworkImport import = read_whole_network(options, name);
      add_operators(document, import);
      if (import.complete) document["graph"] = graph_json(import.graph);
    } else if (!is_json_file(name)) {
      document["graph"] = graph_json(builtin_graph(name));
    }
    std::cout << document.dump(2) << '\n';
  } else {
    if (!network.layers.empty()) print_layers(network);
    if (onnx) {
      print_onnx(std::cout, *onnx);
      print_operators(std::cout, read_whole_network(options, name));
    }
  }
  return kExitDone;
}

}  // namespace hwcvp
