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
#include <unordered_map>
#include <vector>

#include "platform/onnx/model_check.h"
#include "platform/onnx/text.h"
#include "schedules/error.h"

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

// The checker wants a shape of every output, which the format does not. Gives those without one the shape of
// a scalar while it runs.
class OutputShapes {
 public:
  explicit OutputShapes(onnx::GraphProto& graph) {
    for (onnx::ValueInfoProto& output : *graph.mutable_output()) {
      if (!output.type().has_tensor_type() || output.type().tensor_type().has_shape()) continue;
      output.mutable_type()->mutable_tensor_type()->mutable_shape();
      outputs_.push_back(&output);
    }
  }
  ~OutputShapes() {
    for (onnx::ValueInfoProto* const output : outputs_) {
      output->mutable_type()->mutable_tensor_type()->clear_shape();
    }
  }
  OutputShapes(const OutputShapes&) = delete;
  OutputShapes& operator=(const OutputShapes&) = delete;

 private:
  std::vector<onnx::ValueInfoProto*> outputs_;
};

void check_graph(ModelFile& file) {
  onnx::checker::CheckerContext context;
  context.set_ir_version(static_cast<int>(std::min<int64_t>(file.model.ir_version(), kNewestFormat)));
  std::unordered_map<std::string, int> versions;
  for (const onnx::OperatorSetIdProto& set : file.model.opset_import()) {
    versions[set.domain()] = static_cast<int>(set.version());
  }
  context.set_opset_imports(versions);
  context.set_model_dir(file.folder);
  const OutputShapes shapes(*file.model.mutable_graph());
  onnx::checker::check_graph(file.model.graph(), context, onnx::checker::LexicalScopeContext());
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
  // The library throws exceptions of several types, with texts of several lines.
  constexpr size_t kMessageBytes = 500;
  try {
    check_graph(file);
    onnx::shape_inference::InferShapes(file.model, onnx::OpSchemaRegistry::Instance(),
                                       onnx::ShapeInferenceOptions(false, 0, true));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw InputError(fmt::format("{}: not a valid model: {}", path, printable(error.what(), kMessageBytes)));
  }
}

}  // namespace hwcvp::onnx_import
