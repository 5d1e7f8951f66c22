// The nodes of each operator.
#pragma once

#include <optional>
#include <string>

#include "platform/graph/graph.h"
#include "platform/onnx_export/model_writer.h"

namespace hwcvp::onnx_export {

// An operator among the values of its graph.
struct Source {
  const graph::Graph& graph;
  const graph::Operator& op;

  const graph::Value& input(size_t i) const { return graph.values.at(op.inputs.at(i)); }
  const graph::Value& output() const { return graph.values.at(op.output); }
  // Throws InputError that names graph and operator.
  [[noreturn]] void refuse(const std::string& problem) const;
};

// The nodes of a convolution or matrix product.
void write_convolution(ModelWriter& writer, const Source& source, const graph::Convolution& convolution);
// The nodes of any operator.
void write_operator(ModelWriter& writer, const Source& source);

// Limits that the output has beside those of its type: what an activation behind the operator leaves.
struct Limits {
  std::optional<int32_t> least, most;
};
inline Limits limits_of(const Layer& layer) { return {layer.output_min, layer.output_max}; }

// Quantizes `real` to the output and limits it. `name` is that of the result, the output's where it is empty.
void write_limited(ModelWriter& writer, const Source& source, const Limits& limits, const std::string& real,
                   const std::string& name = "");
// Whether the limits are tighter than those of the output's type.
bool are_tight(const Source& source, const Limits& limits);
// Limits integers that are quantized already.
void write_limits(ModelWriter& writer, const Source& source, const Limits& limits,
                  const std::string& quantized, const std::string& name = "");

// Attributes of a window.
void set_window(onnx::NodeProto& node, const Layer& layer, bool one_dimensional, bool dilations);

}  // namespace hwcvp::onnx_export
