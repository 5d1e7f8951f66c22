#include "platform/onnx/file/model_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "platform/onnx/file/tensor_elements.h"
#include "platform/onnx/file/text.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

constexpr int64_t kOldestOperators = 7;
constexpr int64_t kNewestOperators = 23;
constexpr const char* kLongDomain = "ai.onnx";

template <typename NodeList>
void shorten_domains(NodeList& list) {
  for (onnx::NodeProto& node : *list.mutable_node()) {
    if (node.domain() == kLongDomain) node.clear_domain();
    for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
      if (attribute.has_g()) shorten_domains(*attribute.mutable_g());
      for (onnx::GraphProto& inner : *attribute.mutable_graphs()) shorten_domains(inner);
    }
  }
}

// Attributes that are sizes, which others are divided by.
bool is_size(const std::string& name) {
  static constexpr const char* kSizes[] = {"blocksize", "dilations", "group", "kernel_shape", "strides"};
  return std::any_of(std::begin(kSizes), std::end(kSizes), [&](const char* size) { return name == size; });
}

class ContentsCheck {
 public:
  explicit ContentsCheck(const ModelFile& file) : file_(file) {}

  void graph(const onnx::GraphProto& graph) {
    for (const onnx::TensorProto& tensor : graph.initializer()) {
      check_tensor(tensor, file_.folder,
                   fmt::format("{}: initializer \"{}\"", file_.path, printable(tensor.name())));
    }
    for (const onnx::SparseTensorProto& sparse : graph.sparse_initializer()) {
      throw InputError(fmt::format("{}: sparse initializer \"{}\": expected dense initializers", file_.path,
                                   printable(sparse.values().name())));
    }
    nodes(graph.node());
  }

  void nodes(const google::protobuf::RepeatedPtrField<onnx::NodeProto>& nodes) {
    for (const onnx::NodeProto& node : nodes) {
      for (const onnx::AttributeProto& attribute : node.attribute()) this->attribute(node, attribute);
    }
  }

 private:
  void attribute(const onnx::NodeProto& node, const onnx::AttributeProto& attribute) {
    const std::string where =
        fmt::format("{}: node \"{}\" ({}): attribute {}", file_.path, printable(node.name()),
                    printable(node.op_type()), printable(attribute.name()));
    if (node.domain().empty() && is_size(attribute.name())) {
      require_size(attribute.has_i() ? attribute.i() : 1, where);
      for (const int64_t value : attribute.ints()) require_size(value, where);
    }
    if (attribute.has_t()) check_tensor(attribute.t(), file_.folder, where);
    for (const onnx::TensorProto& tensor : attribute.tensors()) check_tensor(tensor, file_.folder, where);
    if (attribute.has_g()) graph(attribute.g());
    for (const onnx::GraphProto& inner : attribute.graphs()) graph(inner);
  }

  static void require_size(int64_t value, const std::string& where) {
    if (value < 1 || value > INT32_MAX) {
      throw InputError(fmt::format("{}: expected 1 to {}, found {}", where, INT32_MAX, value));
    }
  }

  const ModelFile& file_;
};

std::set<std::string> initializer_names(const onnx::GraphProto& graph) {
  std::set<std::string> names;
  for (const onnx::TensorProto& tensor : graph.initializer()) names.insert(tensor.name());
  return names;
}

// Sets the open dimensions that have sizes; says which sizes were of use. Some exporters write -1 for open.
void set_dimensions(onnx::ValueInfoProto& value, const DimensionSizes& sizes, std::set<std::string>& used) {
  if (!value.type().has_tensor_type() || !value.type().tensor_type().has_shape()) return;
  onnx::TensorShapeProto& shape = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
  for (int axis = 0; axis < shape.dim_size(); ++axis) {
    onnx::TensorShapeProto::Dimension& dim = *shape.mutable_dim(axis);
    if (dim.has_dim_value() && dim.dim_value() == -1) dim.clear_value();
    if (dim.has_dim_value()) continue;
    auto size = sizes.find(fmt::format("{}[{}]", value.name(), axis));
    if (size == sizes.end() && dim.has_dim_param()) size = sizes.find(dim.dim_param());
    if (size == sizes.end()) continue;
    dim.set_dim_value(size->second);
    used.insert(size->first);
  }
}

std::string dimension_text(const onnx::TensorShapeProto& shape) {
  std::string text;
  for (const auto& dim : shape.dim()) {
    if (!text.empty()) text += " x ";
    text += dim.has_dim_value()       ? std::to_string(dim.dim_value())
            : dim.dim_param().empty() ? "?"
                                      : printable(dim.dim_param());
  }
  return text;
}

void require_fixed(const onnx::ValueInfoProto& input, const std::string& path) {
  if (!input.type().has_tensor_type()) return;  // a sequence or a map, which no layer reads
  const std::string where = fmt::format("{}: input \"{}\"", path, printable(input.name()));
  if (!input.type().tensor_type().has_shape()) {
    throw InputError(where + ": expected fixed dimensions, found no shape");
  }
  const onnx::TensorShapeProto& shape = input.type().tensor_type().shape();
  for (int axis = 0; axis < shape.dim_size(); ++axis) {
    if (shape.dim(axis).has_dim_value()) {
      const int64_t size = shape.dim(axis).dim_value();
      if (size >= 1 && size <= INT32_MAX) continue;
      throw InputError(fmt::format("{}: expected dimensions of 1 to {}, found {}", where, INT32_MAX,
                                   dimension_text(shape)));
    }
    const std::string name = shape.dim(axis).dim_param().empty()
                                 ? fmt::format("{}[{}]", printable(input.name()), axis)
                                 : printable(shape.dim(axis).dim_param());
    throw InputError(fmt::format("{}: expected fixed dimensions, found {}; --onnx-dim {}=SIZE sets one",
                                 where, dimension_text(shape), name));
  }
}

}  // namespace

void check_operator_sets(ModelFile& file) {
  int64_t version = 0;
  for (onnx::OperatorSetIdProto& set : *file.model.mutable_opset_import()) {
    if (set.domain() == kLongDomain) set.clear_domain();
    if (!set.domain().empty()) continue;
    if (version != 0 && version != set.version()) {
      throw InputError(fmt::format("{}: opset_import: expected one version of ai.onnx, found {} and {}",
                                   file.path, version, set.version()));
    }
    version = set.version();
    if (version < kOldestOperators || version > kNewestOperators) {
      throw InputError(fmt::format("{}: opset_import: expected ai.onnx version {} to {}, found {}", file.path,
                                   kOldestOperators, kNewestOperators, version));
    }
  }
  if (version == 0) {
    throw InputError(fmt::format("{}: opset_import: expected ai.onnx version {} to {}, found none", file.path,
                                 kOldestOperators, kNewestOperators));
  }
  shorten_domains(*file.model.mutable_graph());
  for (onnx::FunctionProto& function : *file.model.mutable_functions()) {
    if (function.domain() == kLongDomain) function.clear_domain();
    shorten_domains(function);
  }
}

void check_contents(const ModelFile& file) {
  ContentsCheck check(file);
  check.graph(file.model.graph());
  for (const onnx::FunctionProto& function : file.model.functions()) check.nodes(function.node());
}

void fix_dimensions(ModelFile& file, const DimensionSizes& sizes) {
  onnx::GraphProto& graph = *file.model.mutable_graph();
  std::set<std::string> used;
  for (auto* const values : {graph.mutable_input(), graph.mutable_output(), graph.mutable_value_info()}) {
    for (onnx::ValueInfoProto& value : *values) set_dimensions(value, sizes, used);
  }
  for (const auto& [name, size] : sizes) {
    if (used.count(name) == 0) {
      throw InputError(fmt::format("--onnx-dim: {}: expected the name of an open dimension of {}",
                                   printable(name), file.path));
    }
  }
  const std::set<std::string> initializers = initializer_names(graph);
  for (const onnx::ValueInfoProto& input : graph.input()) {
    if (initializers.count(input.name()) == 0) require_fixed(input, file.path);
  }
}

}  // namespace hwcvp::onnx_import
