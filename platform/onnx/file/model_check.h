// Checks of a model before its operators are looked at.
#pragma once

#include "platform/onnx/file/model_file.h"

namespace hwcvp::onnx_import {

// Sets the default operator domain everywhere to its short name and checks the version of its operator set,
// which must be 7 to 23; others may have any. Throws InputError.
void check_operator_sets(ModelFile& file);

// Checks all tensors of the model, and all attributes that sizes are divided by, subgraphs and functions
// included. Throws InputError.
void check_contents(const ModelFile& file);

// Gives the dimensions that `sizes` names their sizes; those of -1 count as open. Throws InputError for a
// name that the model does not have, and for an input that is not an initializer and has no shape or an open
// dimension left.
void fix_dimensions(ModelFile& file, const DimensionSizes& sizes);

}  // namespace hwcvp::onnx_import
