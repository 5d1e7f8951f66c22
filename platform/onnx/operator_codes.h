// Element types and codes of operators that have them as inputs: QLinearConv, MatMulInteger, ...
#pragma once

#include "platform/onnx/layer_import.h"

namespace hwcvp::onnx_import {

// Where an operator has its inputs; -1: it has none such.
struct OperatorInputs {
  int x, w, bias, x_scale, x_zero_point, w_scale, w_zero_point, y_scale, y_zero_point;
};

// Sets types and codes of input, weights and output as the operator's own inputs say; outputs are
// accumulators where it has no scale of them. `channel_axis` is the axis of the weights that counts output
// channels.
void set_operator_codes(LayerSource& source, const ImportContext& context, const onnx::NodeProto& node,
                        const OperatorInputs& inputs, int64_t channel_axis);

// Where a prepared layer is requantized by multiplier and shift, notes how that differs.
void note_rounding(LayerSource& source);

}  // namespace hwcvp::onnx_import
