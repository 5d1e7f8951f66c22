// A layer of a model, with where its operands come from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/onnx/graph.h"
#include "schedules/workload/layer.h"

namespace hwcvp::onnx_import {

// Weights of the file. Integers are used as they are, less their zero point; floating-point numbers are
// quantized.
struct WeightSource {
  const onnx::TensorProto* tensor = nullptr;  // null: not in the file, pseudo-random
  // Elements lie as in a matrix with a column for each output channel; else output channels lie outermost.
  bool channels_last = false;
  int64_t matrices = 1;                      // so many such matrices, one behind another
  std::optional<Quantization> quantization;  // of integers that stand for numbers
  double factor = 1;                         // of floating-point numbers
};

struct BiasSource {
  const onnx::TensorProto* tensor = nullptr;  // null: zero
  std::optional<Quantization> quantization;
  bool accumulator_units = false;  // integers to be added to accumulators as they are
  double factor = 1;
};

struct LayerSource {
  Layer layer;
  std::string operator_name;
  std::string folder;  // that external data is relative to
  std::string where;   // begins messages: file and node
  WeightSource weights;
  BiasSource bias;
  double input_scale = 1;   // numbers for a step of the input's integers
  int64_t input_least = 0;  // what the input's integers, less their zero point, may be
  int64_t input_most = 0;
  // Integers have the file's types and zero points; else they are int8 or int16 less their zero point.
  bool zero_points = false;
  std::optional<double> output_scale;  // as for the input; nothing: chosen so that outputs use their range
  std::vector<double> weight_scales;   // of each output channel, where weights are in the file
  std::vector<std::string> notes;      // what differs from the model, for people
};

}  // namespace hwcvp::onnx_import
