#include "platform/onnx/model_file.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>
#include <unordered_map>
#include <vector>

#include "platform/onnx/isolated.h"
#include "platform/onnx/model_check.h"
#include "platform/onnx/text.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

// The newest file format that the library's checker accepts; later ones changed nothing that the operator
// sets here could use.
constexpr int64_t kNewestFormat = onnx::Version::IR_VERSION;

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

// The checker wants a shape of every output, which the format does not.
void give_outputs_shapes(onnx::GraphProto& graph) {
  for (onnx::ValueInfoProto& output : *graph.mutable_output()) {
    if (output.type().has_tensor_type()) output.mutable_type()->mutable_tensor_type()->mutable_shape();
  }
}

void check_graph(ModelFile& file) {
  onnx::checker::CheckerContext context;
  context.set_ir_version(static_cast<int>(std::min<int64_t>(file.model.ir_version(), kNewestFormat)));
  std::unordered_map<std::string, int> versions;
  for (const onnx::OperatorSetIdProto& set : file.model.opset_import()) {
    versions[set.domain()] = static_cast<int>(set.version());
  }
  context.set_opset_imports(versions);
  context.set_model_dir(file.folder);
  const google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> outputs = file.model.graph().output();
  give_outputs_shapes(*file.model.mutable_graph());
  onnx::checker::check_graph(file.model.graph(), context, onnx::checker::LexicalScopeContext());
  *file.model.mutable_graph()->mutable_output() = outputs;
}

// Checks the graph and infers the types of its values; a graph of nothing else comes back.
std::string infer_types(ModelFile& file) {
  check_graph(file);
  onnx::shape_inference::InferShapes(file.model, onnx::OpSchemaRegistry::Instance(),
                                     onnx::ShapeInferenceOptions(false, 0, true));
  onnx::GraphProto types;
  *types.mutable_value_info() = file.model.graph().value_info();
  *types.mutable_output() = file.model.graph().output();
  return types.SerializeAsString();
}

}  // namespace

void read_model_file(const std::string& path, const DimensionSizes& sizes, ModelFile& file) {
  file.path = path;
  file.folder = std::filesystem::path(path).parent_path().string();
  if (file.folder.empty()) file.folder = ".";
  parse(file);
  check_operator_sets(file);
  check_contents(file);
  fix_dimensions(file, sizes);
  // The library throws exceptions of several types, with texts of several lines, and there are files on which
  // its shape inference crashes.
  constexpr size_t kMessageBytes = 500;
  onnx::GraphProto types;
  try {
    types.ParseFromString(run_isolated([&file] { return infer_types(file); }));
  } catch (const std::system_error&) {
    throw;  // no process could be made
  } catch (const std::runtime_error& error) {
    throw InputError(fmt::format("{}: not a valid model: {}", path, printable(error.what(), kMessageBytes)));
  }
  file.model.mutable_graph()->mutable_value_info()->Swap(types.mutable_value_info());
  file.model.mutable_graph()->mutable_output()->Swap(types.mutable_output());
}

}  // namespace hwcvp::onnx_import
