// Checks of a model that the ONNX library leaves to its users, or does not survive.
#pragma once

#include "platform/onnx/model_file.h"

namespace hwcvp::onnx_import {

// Sets the default operator domain everywhere to its short name and checks the version of its operator set,
// which must be 7 to 17; refuses functions that the model itself defines. Throws InputError.
void check_operator_sets(ModelFile& file);

// Checks all tensors of the model, and all attributes that sizes are divided by, subgraphs included. Throws
// InputError.
void check_contents(const ModelFile& file);

// Gives the dimensions that `sizes` names their sizes. Throws InputError for a name that the model does not
// have, and for an input that is not an initializer and has no shape or an open dimension left.
void fix_dimensions(ModelFile& file, const DimensionSizes& sizes);

}  // namespace hwcvp::onnx_import
