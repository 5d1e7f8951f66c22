// Types, shapes and constants of a graph's values, as far as they can be told before it runs.
#pragma once

#include "platform/onnx/file/model_file.h"
#include "platform/onnx/shapes/node_context.h"

namespace hwcvp::onnx_import {

// Puts what each node makes into value_info: by the rules of its operator, or as the file says where there is
// none. Nodes whose outputs are constants go, and leave initializers; a Reshape or Transpose of constant
// integers behind DequantizeLinear goes before it. Throws InputError where an output's dimensions in the file
// are others, and for attributes of another type than the operator's.
void infer_shapes(ModelFile& file);

// What the file says of a value; dimensions only where all are fixed.
ValueType value_type(const onnx::ValueInfoProto& value);

// Version of the default domain's operator set.
int64_t operator_set_of(const ModelFile& file);

}  // namespace hwcvp::onnx_import
