// Operators of the vector engine as nests of the machine.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/plan/memory_plan.h"
#include "schedules/workload/layer.h"

namespace hwcvp::plan {

// As enum hwc_operation of the job descriptor.
enum class VectorOperation : uint8_t { max = 1, average, sum, add, subtract, multiply, table, copy };
const char* to_string(VectorOperation operation);

// What the engine is told beside the geometry; docs/hwc-programming.md has the arithmetic.
struct VectorSettings {
  VectorOperation operation = VectorOperation::copy;
  int32_t input_zero = 0, second_zero = 0, output_zero = 0;  // input_zero: of a copy, what padding is
  int32_t output_min = -128, output_max = 127;
  bool swapped = false;              // the formula's first operand is the second in the nest
  bool second_from_weights = false;  // one element for each group
  int64_t window_count = 0;          // average: what to divide by; 0: the elements that exist
  std::array<float, 3> scales{};
  float fixed = 0;
  std::vector<uint8_t> table;  // 256 entries, or none
};

// Bytes between neighbours along B, G, C (input) or K (output), Y, X.
using AxisStrides = std::array<int64_t, 5>;

// Those of an operator of the vector engine whose operands are whole tensors, in the operator's order.
VectorSettings vector_settings(const graph::Graph& graph, const graph::Operator& op);

// One nest. The layer has as many groups as there are channels, C counts the operands, K the copies made of
// an element; tensors lie where offsets and strides say.
struct VectorJob {
  Layer layer;
  VectorSettings settings;
  int64_t input_offset = 0, output_offset = 0, second_offset = 0;  // bytes in the arena; second: of `weights`
  AxisStrides input_strides{}, output_strides{};
  int64_t output_block = 0,
          output_block_stride = 0;  // elements of K in a block, bytes from block to block; 0: none
};

// The jobs of an operator of the vector engine, in order; none where it moves nothing. Throws InputError,
// with a line that begins with the operator's name, for what the engine cannot do.
std::vector<VectorJob> vector_jobs(const graph::Graph& graph, const graph::Operator& op,
                                   const MemoryPlan& plan);

}  // namespace hwcvp::plan
