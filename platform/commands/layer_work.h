// What the commands that work on several layers share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/cli/options.h"
#include "platform/commands/file_uses.h"
#include "platform/commands/objective_options.h"
#include "platform/config/config.h"
#include "platform/graph/graph.h"
#include "platform/onnx/onnx_network.h"
#include "platform/search/network_search.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// What --layer or --network asks for.
struct LayerWork {
  std::vector<Layer> layers;
  std::shared_ptr<const OnnxNetwork> onnx;              // that the layers come from; null for others
  std::shared_ptr<const graph::Graph> graph = nullptr;  // whose convolutions the layers are; null for others
};

// Declares --layer and --network with the options of ONNX files.
void add_layer_options(CommandOptions& options);
// Declares what decides a search, and --threads.
void add_search_options(CommandOptions& options, ObjectiveUse use = ObjectiveUse::simulate);
// Options of a search besides --threads.
const std::vector<std::string>& search_option_names();

// Throws InputError.
LayerWork read_layer_work(const CommandOptions& options);
std::vector<Layer> read_layers(const CommandOptions& options);
// Tells of the files that the work comes from, data beside an ONNX model among them.
void add_reads(const CommandOptions& options, const LayerWork& work, FileUses& uses);
// What the search for these layers is to do; it fits schedules into config.hwc.buffer_bytes. Throws
// InputError.
LayerSearch read_search_options(const CommandOptions& options, const PlatformConfig& config,
                                const std::vector<Layer>& layers, ObjectiveUse use = ObjectiveUse::simulate);
// Threads to use, the main one included.
size_t read_threads(const CommandOptions& options);

// The path of a layer's file in the folder that --output-dir names: "DIR/NAME.SUFFIX", with characters that
// do not belong into a file's name replaced.
std::string output_path(const std::string& folder, const std::string& layer_name, const std::string& suffix);
// Makes the folder where there is none. Throws InputError.
void make_output_folder(const std::string& folder);

}  // namespace hwcvp
