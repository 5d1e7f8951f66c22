#include "platform/onnx/file/model_file.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/stubs/logging.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>

#include "platform/onnx/file/functions.h"
#include "platform/onnx/file/model_check.h"
#include "platform/onnx/file/node_names.h"
#include "platform/onnx/file/node_order.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

void parse(ModelFile& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file.path, error)) {
    throw InputError(fmt::format("{}: expected an ONNX file, found a folder", file.path));
  }
  std::ifstream stream(file.path, std::ios::binary);
  if (!stream) throw InputError(fmt::format("{}: cannot be opened", file.path));
  const google::protobuf::LogSilencer quiet;  // its complaints would go to standard error
  google::protobuf::io::IstreamInputStream input(&stream);
  google::protobuf::io::CodedInputStream coded(&input);
  coded.SetTotalBytesLimit(std::numeric_limits<int>::max());
  const bool parsed = file.model.ParseFromCodedStream(&coded) && coded.ConsumedEntireMessage();
  if (!parsed || !file.model.has_graph() || !file.model.has_ir_version()) {
    throw InputError(
        fmt::format("{}: expected an ONNX model, found a file that is none, or not whole", file.path));
  }
}

void name_nodes(onnx::GraphProto& graph) {
  NodeNames names(graph);
  int position = 0;
  for (onnx::NodeProto& node : *graph.mutable_node()) node.set_name(names.name(node, position++));
}

}  // namespace

void parse_model_file(const std::string& path, const DimensionSizes& sizes, ModelFile& file) {
  file.path = path;
  file.folder = std::filesystem::path(path).parent_path().string();
  if (file.folder.empty()) file.folder = ".";
  parse(file);
  check_operator_sets(file);
  check_contents(file);
  inline_functions(file);
  fix_dimensions(file, sizes);
  name_nodes(*file.model.mutable_graph());
  sort_nodes(file);
}

}  // namespace hwcvp::onnx_import
