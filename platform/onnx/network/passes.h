// The passes that bring a list of nodes to operators of the machine, each in a file of its own.
#pragma once

#include <vector>

#include "platform/onnx/network/node_list.h"

namespace hwcvp::onnx_import {

// Takes out Identity, Dropout and casts to the type that is there.
void remove_identities(NodeList& list);
// Folds batch normalization, and products and sums with a number or one for each channel, into the constant
// weights of the floating-point convolution before. As double precision, rounded once.
void fold_into_convolutions(NodeList& list);
// Pad with what counts as zero becomes padding of the convolution that alone reads it.
void merge_pads(NodeList& list);
// Operators that only change places take the integers and leave DequantizeLinear behind them.
void move_dequantize(NodeList& list);
// Operators between DequantizeLinear and QuantizeLinear become those of integers, with Relu and Clip as
// limits; functions of one number become tables.
void merge_quantization(NodeList& list);
// Operators of integers that are functions of one element become tables; tables one after another become one.
void make_tables(NodeList& list);
// Tables that only limit become limits of the operator before, where nothing else reads that.
void merge_limits(NodeList& list);

struct Pass {
  const char* name;
  void (*run)(NodeList& list);
};

// In the order in which they run.
const std::vector<Pass>& passes();

}  // namespace hwcvp::onnx_import
