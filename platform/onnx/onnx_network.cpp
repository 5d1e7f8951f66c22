#include "platform/onnx/onnx_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "platform/onnx/file/attributes.h"
#include "platform/onnx/file/external_data.h"
#include "platform/onnx/file/text.h"
#include "platform/onnx/graph.h"
#include "platform/onnx/layer_import.h"
#include "platform/onnx/operands.h"
#include "platform/onnx/shapes/model_reader.h"
#include "schedules/workload/error.h"

namespace hwcvp {

using namespace onnx_import;  // NOLINT(google-build-using-namespace): the parts of this one class

struct OnnxNetwork::Model {
  ModelFile file;
  std::vector<LayerSource> sources;  // of each layer
};

namespace {

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
  for (const char* const other : names) {
    if (name == other) return true;
  }
  return false;
}

bool channels_last(const onnx::NodeProto& node) {
  return std::any_of(node.attribute().begin(), node.attribute().end(), [](const auto& attribute) {
    return attribute.name() == "channels_last" && attribute.i() != 0;
  });
}

bool is_convolution(const onnx::NodeProto& node) {
  if (node.domain() == "com.microsoft") return node.op_type() == "QLinearConv" && !channels_last(node);
  return node.domain().empty() && is_one_of(node.op_type(), {"Conv", "ConvInteger", "QLinearConv"});
}

bool is_matrix_product(const onnx::NodeProto& node) {
  if (node.domain() == "com.microsoft") return is_one_of(node.op_type(), {"QGemm", "QLinearMatMul"});
  return node.domain().empty() &&
         is_one_of(node.op_type(), {"Gemm", "MatMul", "MatMulInteger", "QLinearMatMul"});
}

void refuse_transposed_convolution(const onnx::NodeProto& node, const std::string& path) {
  if (node.domain().empty() && node.op_type() == "ConvTranspose") {
    throw InputError(fmt::format(
        "{}: node \"{}\" (ConvTranspose): not supported: the accelerator has no transposed convolution", path,
        printable(node.name())));
  }
}

// Inputs that an operator cannot do without.
int required_inputs(const std::string& operator_name) {
  if (operator_name == "QGemm") return 6;
  return is_one_of(operator_name, {"QLinearConv", "QLinearMatMul"}) ? 8 : 2;
}

void require_inputs(const onnx::NodeProto& node, const std::string& where) {
  const int required = required_inputs(node.op_type());
  for (int i = 0; i < required; ++i) {
    if (!has_input(node, i) && !(required == 6 && i == 5)) {
      throw InputError(fmt::format("{}: expected at least {} inputs, found no input {}", where, required, i));
    }
  }
  if (node.output_size() != 1) {
    throw InputError(fmt::format("{}: expected one output, found {}", where, node.output_size()));
  }
}

bool is_layer(const onnx::NodeProto& node) { return is_matrix_product(node) || is_convolution(node); }

// The values that layers read and write as activations.
class Activations {
 public:
  Activations(const Graph& graph, const onnx::GraphProto& nodes) {
    for (const onnx::NodeProto& node : nodes.node()) {
      if (!is_layer(node)) {
        const bool rectifies = node.domain().empty() && node.op_type() == "Relu" && has_input(node, 0);
        if (rectifies && written_.count(node.input(0)) != 0 && graph.quantized_to(node.input(0))) {
          written_.insert(node.output(0));
        }
        continue;
      }
      read_.insert(node.input(0));
      written_.insert(node.output(0));
    }
  }

  // Whether a node only converts to or from the integers that a layer works on.
  bool belongs_to_a_layer(const Graph& graph, const onnx::NodeProto& node) const {
    if (!node.domain().empty() || !has_input(node, 0) || node.output_size() != 1) return false;
    if (node.op_type() == "DequantizeLinear") {
      return read_.count(node.output(0)) != 0 && graph.dequantized_from(node.output(0));
    }
    return node.op_type() == "QuantizeLinear" && written_.count(node.input(0)) != 0 &&
           graph.quantized_to(node.input(0));
  }

 private:
  std::unordered_set<std::string> read_, written_;
};

// Counts of operators that are left out, those of subgraphs apart.
class LeftOut {
 public:
  LeftOut(std::string path, bool only_list) : path_(std::move(path)), only_list_(only_list) {}

  void add(const onnx::NodeProto& node, const char* remark = "") {
    const std::string domain = node.domain().empty() ? "" : node.domain() + ".";
    ++counts_[printable(domain + node.op_type()) + remark];
    for (const onnx::AttributeProto& attribute : node.attribute()) {
      if (attribute.has_g()) add_subgraph(attribute.g());
      for (const onnx::GraphProto& inner : attribute.graphs()) add_subgraph(inner);
    }
  }

  std::vector<OperatorCount> counts() const {
    std::vector<OperatorCount> list;
    for (const auto& [name, count] : counts_) list.push_back({name, count});
    return list;
  }

 private:
  void add_subgraph(const onnx::GraphProto& graph) {
    for (const onnx::NodeProto& node : graph.node()) {
      if (!only_list_) refuse_transposed_convolution(node, path_);
      add(node, " (in a subgraph)");
    }
  }

  std::string path_;
  bool only_list_;
  std::map<std::string, int64_t> counts_;
};

bool is_floating(const Graph& graph, const onnx::NodeProto& node) {
  if (!is_one_of(node.op_type(), {"Conv", "Gemm", "MatMul"})) return false;
  const auto coded = [&](const std::string& value) {
    const int32_t type = graph.elem_type(value);
    const bool floating = type == onnx::TensorProto::FLOAT || type == onnx::TensorProto::DOUBLE ||
                          type == onnx::TensorProto::FLOAT16;
    const Constant* const constant = graph.constant(value);
    return !floating || graph.dequantized_from(value) || (constant != nullptr && constant->quantization);
  };
  return !coded(node.input(0)) || !coded(node.input(1));
}

}  // namespace

OnnxNetwork::OnnxNetwork(const std::string& path, const OnnxOptions& options)
    : model_(std::make_unique<Model>()) {
  try_apart(path, [&] {
    ModelFile tried;
    read_model(path, options.dimensions, tried);
  });
  read_model(path, options.dimensions, model_->file);
  const Graph graph(model_->file);
  const ImportContext context = {model_->file, graph, options.float_type};
  const auto where_of = [&](const onnx::NodeProto& node) {
    return fmt::format("{}: node \"{}\" ({})", path, node.name(), printable(node.op_type()));
  };
  for (const onnx::NodeProto& node : model_->file.model.graph().node()) {
    if (is_layer(node)) require_inputs(node, where_of(node));
  }
  const Activations activations(graph, model_->file.model.graph());
  LeftOut left_out(path, options.only_list);
  for (const onnx::NodeProto& node : model_->file.model.graph().node()) {
    const std::string& name = node.name();
    const std::string where = where_of(node);
    if (!options.only_list) refuse_transposed_convolution(node, path);
    if (!is_layer(node)) {
      if (graph.absorbed(node) || activations.belongs_to_a_layer(graph, node)) continue;
      left_out.add(node);
      continue;
    }
    LayerSource source;
    try {
      source = is_convolution(node) ? import_convolution(context, node, where)
                                    : import_matrix_product(context, node, where);
    } catch (const InputError& error) {
      if (!options.only_list) throw;
      left_out.add(node, " (refused)");
      notes_.push_back({name, std::string(error.what()).substr(where.size() + 2)});
      continue;
    }
    source.layer.name = name;
    has_floating_point_ = has_floating_point_ || is_floating(graph, node);
    for (const std::string& note : source.notes) notes_.push_back({name, note});
    layers_.push_back(source.layer);
    model_->sources.push_back(std::move(source));
  }
  not_simulated_ = left_out.counts();
  if (layers_.empty() && !options.only_list) {
    std::string others;
    for (const OperatorCount& count : not_simulated_) {
      others += fmt::format("{}{} {}", others.empty() ? " but " : ", ", count.count, count.name);
    }
    throw InputError(
        fmt::format("{}: expected a Conv, Gemm or MatMul node, or one of their quantized forms, "
                    "found none{}",
                    path, others));
  }
}

OnnxNetwork::~OnnxNetwork() = default;

std::vector<std::string> OnnxNetwork::external_files() const {
  return onnx_import::external_files(model_->file.model.graph(), model_->file.folder);
}

LayerTensors OnnxNetwork::tensors(size_t layer, uint64_t seed) const {
  return make_operands(model_->sources.at(layer), seed);
}

}  // namespace hwcvp
