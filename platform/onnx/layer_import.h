// Layers of the operators that the accelerator can carry out.
#pragma once

#include <string>

#include "platform/onnx/file/model_file.h"
#include "platform/onnx/graph.h"
#include "platform/onnx/layer_source.h"

namespace hwcvp::onnx_import {

struct ImportContext {
  const ModelFile& file;
  const Graph& graph;
  DataType float_type;  // of floating-point layers
};

// A layer of a Conv, ConvInteger or QLinearConv node; all but its name. Throws InputError, with a line that
// begins with `where`, where it is not a legal convolution of one or two dimensions or its shapes are not
// known.
LayerSource import_convolution(const ImportContext& context, const onnx::NodeProto& node,
                               const std::string& where);

// A layer of a Gemm, MatMul, MatMulInteger, QLinearMatMul or QGemm node: a 1x1 convolution of 1x1 images, a
// batch for each row of the first matrix; where each image has a matrix of its own, a group for each of
// these.
LayerSource import_matrix_product(const ImportContext& context, const onnx::NodeProto& node,
                                  const std::string& where);

// Parts of both.

// The dimensions of an input. Throws InputError where they are not known.
std::vector<int64_t> require_shape(const ImportContext& context, const std::string& value, const char* what,
                                   const std::string& where);

// Set element types and scales of input, output and weights as a node's values have them. `channel_axis` is
// the axis of w that counts output channels.
void set_input(LayerSource& source, const ImportContext& context, const std::string& x);
void set_output(LayerSource& source, const ImportContext& context, const std::string& y);
void set_weights(LayerSource& source, const ImportContext& context, const std::string& w,
                 int64_t channel_axis);

// The same for integers coded as given; a missing scale counts as 1. Note what of the code the machine does
// not do.
void set_input_code(LayerSource& source, const Quantization& code);
void set_output_code(LayerSource& source, const Quantization& code);
void set_weight_code(LayerSource& source, const Quantization& code, int64_t channel_axis);

// Sets where the bias comes from: nothing, or a constant. Notes a bias that the model computes.
void set_bias(LayerSource& source, const ImportContext& context, const std::string& value);

// Throws InputError unless the output's dimensions, where the file or the library tell, are those of the
// layer.
void check_output_shape(const LayerSource& source, const ImportContext& context, const std::string& y,
                        const std::vector<int64_t>& expected);

}  // namespace hwcvp::onnx_import
