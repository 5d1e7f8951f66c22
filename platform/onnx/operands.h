// The operands of a layer, made of what the model file holds. docs/onnx.md has the formulas.
#pragma once

#include <cstdint>
#include <string>

#include "platform/onnx/layer_source.h"
#include "platform/tensor/layer_tensors.h"

namespace hwcvp::onnx_import {

// The one element of a tensor. Throws InputError, with a line that begins with `where`, for another number of
// elements.
double scalar(const onnx::TensorProto& tensor, const std::string& folder, const std::string& where);
// The one element, which must be a scale: finite and above 0.
double scale_scalar(const onnx::TensorProto& tensor, const std::string& folder, const std::string& where);

// Fills in the scales of weights that are in the file. Throws InputError where its numbers cannot be used:
// weights that do not fit, numbers that are not finite, constants of the wrong size, factors that the
// accelerator cannot multiply by.
void prepare_operands(LayerSource& source);

// The operands of a prepared layer: weights and bias of the file, inputs pseudo-random from the seed. Throws
// InputError where a file beside the model has changed, and for the numbers of a layer whose weights are not
// in the file.
LayerTensors make_operands(const LayerSource& source, uint64_t seed);

}  // namespace hwcvp::onnx_import
