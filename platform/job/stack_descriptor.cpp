#include "platform/job/stack_descriptor.h"

#include <zlib.h>

#include <cstring>
#include <limits>

#include "platform/placement/memory_map.h"
#include "platform/stack/map_graph.h"
#include "schedules/stack/stack.h"
#include "sw/job.h"
#include "sw/stack_job.h"

namespace hwcvp {

namespace {

using plan::StackJob;
using stack::LineMap;

uint32_t word(int64_t value) { return static_cast<uint32_t>(value); }

uint32_t bits(float number) {
  uint32_t word = 0;
  std::memcpy(&word, &number, sizeof word);
  return word;
}

hwc_stack_tensor tensor_of(const graph::Graph& graph, const StackJob& job, size_t t) {
  const stack::StackTensor& member = job.stack.tensors[t];
  const stack::Tensor& from = job.stack.tensor(t);
  hwc_stack_tensor tensor{};
  tensor.channels = word(from.channels);
  for (size_t axis = 0; axis < stack::kAxisCount; ++axis) tensor.lines[axis] = word(from.lines[axis]);
  const graph::Value& value = graph.values[job.mapped->values[member.tensor]];
  tensor.type = value.type == DataType::uint8 ? HWC_UINT8 : HWC_INT8;
  const bool last = member.maker == job.stack.last();
  tensor.stored = member.written && !last ? 1 : 0;
  tensor.address = job.tensors[t].base;
  const int64_t plane = from.lines[0] * from.lines[1];
  tensor.stride[0] = word(from.channels * plane);
  tensor.stride[1] = word(plane);
  tensor.stride[2] = word(from.lines[1]);
  tensor.stride[3] = 1;
  return tensor;
}

void fill_axis(hwc_stack_operator& op, size_t axis, const LineMap& map, int64_t input_lines) {
  // All lines are one window.
  const bool all = map.kind == LineMap::Kind::all;
  op.kernel[axis] = word(all ? input_lines : map.kernel);
  op.stride[axis] = word(all ? 1 : map.stride);
  op.dilation[axis] = word(all ? 1 : map.dilation);
  op.pad[axis] = word(all ? 0 : map.pad);
}

void fill_convolution(hwc_stack_operator& op, const Layer& layer, const stack::OperatorSchedule& chosen) {
  op.operation = HWC_CONVOLUTION;
  op.group = word(layer.group);
  op.resident = chosen.resident ? HWC_STACK_RESIDENT : HWC_STACK_STREAMED;
  op.tile[0] = word(chosen.portion.groups);
  op.tile[1] = word(chosen.portion.out_channels);
  op.tile[2] = word(chosen.portion.in_channels);
  op.input_zero = layer.input_zero_point;
  op.output_min = std::numeric_limits<int32_t>::min();
  op.output_max = std::numeric_limits<int32_t>::max();
  if (!layer.single_precision()) return;
  op.requantization = HWC_SINGLE_PRECISION;
  op.output_zero = layer.output_zero_point;
  op.output_min = layer.output_limits().least;
  op.output_max = layer.output_limits().most;
}

void fill_vector(hwc_stack_operator& op, const plan::VectorSettings& settings) {
  op.operation = static_cast<uint32_t>(settings.operation);
  op.group = 1;
  op.input_zero = settings.input_zero;
  op.second_zero = settings.second_zero;
  op.output_zero = settings.output_zero;
  op.output_min = settings.output_min;
  op.output_max = settings.output_max;
  op.window_count = word(settings.window_count);
  for (size_t i = 0; i < settings.scales.size(); ++i) op.scale[i] = bits(settings.scales[i]);
  op.fixed = bits(settings.fixed);
}

// Those of the stack that an operator reads, in its own order; the same one may come more than once.
std::vector<uint32_t> inputs_of(const stack::Stack& stack, size_t i) {
  std::vector<uint32_t> inputs;
  for (const size_t tensor : stack.op(i).inputs) {
    uint32_t t = 0;
    while (stack.tensors[t].tensor != tensor) ++t;
    inputs.push_back(t);
  }
  return inputs;
}

hwc_stack_operator operator_of(const graph::Graph& graph, const StackJob& job, size_t i) {
  const StackJob::Member& member = job.members[i];
  const stack::OperatorSchedule& chosen = job.schedule.operators[i];
  hwc_stack_operator op{};
  op.output = word(static_cast<int64_t>(job.stack.operators[i].output));
  const stack::Tensor& input = job.stack.tensor(job.stack.operators[i].inputs.front());
  for (size_t axis = 0; axis < stack::kAxisCount; ++axis)
    fill_axis(op, axis, job.stack.op(i).maps[axis], input.lines[axis]);
  if (i != job.stack.last()) op.piece = word(chosen.piece);
  if (const auto* product = std::get_if<graph::Convolution>(&graph.operators[member.op].action)) {
    fill_convolution(op, product->layer, chosen);
  } else {
    fill_vector(op, member.settings);
  }
  op.weight = member.weight.base;
  op.params = member.params.base;
  return op;
}

template <typename Record>
void append(std::vector<uint8_t>& image, const Record& record) {
  const size_t at = image.size();
  image.resize(at + sizeof record);
  std::memcpy(image.data() + at, &record, sizeof record);
}

}  // namespace

std::vector<uint8_t> make_stack_descriptor(const graph::Graph& graph, const StackJob& job) {
  std::vector<uint32_t> inputs;
  std::vector<hwc_stack_operator> operators;
  for (size_t i = 0; i < job.members.size(); ++i) {
    hwc_stack_operator op = operator_of(graph, job, i);
    const std::vector<uint32_t> own = inputs_of(job.stack, i);
    op.first_input = word(static_cast<int64_t>(inputs.size()));
    op.input_count = word(static_cast<int64_t>(own.size()));
    inputs.insert(inputs.end(), own.begin(), own.end());
    operators.push_back(op);
  }
  hwc_stack head{};
  head.magic = HWC_STACK_MAGIC;
  head.batch = word(job.stack.network->batch);
  head.tensor_count = word(static_cast<int64_t>(job.stack.tensors.size()));
  head.operator_count = word(static_cast<int64_t>(operators.size()));
  head.input_count = word(static_cast<int64_t>(inputs.size()));
  head.outer_axis = job.schedule.outer == stack::Axis::rows ? HWC_STACK_ROWS : HWC_STACK_COLUMNS;
  head.outer_tile = word(job.schedule.outer_tile);
  head.inner_tile = word(job.schedule.inner_tile);
  head.hwc = memory_map::kHwcBase;
  std::vector<uint8_t> image;
  append(image, head);
  for (size_t t = 0; t < job.stack.tensors.size(); ++t) append(image, tensor_of(graph, job, t));
  for (const hwc_stack_operator& op : operators) append(image, op);
  for (const uint32_t input : inputs) append(image, input);
  head.size_bytes = word(static_cast<int64_t>(image.size()));
  std::memcpy(image.data(), &head, sizeof head);
  constexpr size_t kFirst = offsetof(hwc_stack, crc32) + sizeof(head.crc32);
  head.crc32 =
      static_cast<uint32_t>(::crc32(0, image.data() + kFirst, static_cast<uInt>(image.size() - kFirst)));
  std::memcpy(image.data(), &head, sizeof head);
  return image;
}

}  // namespace hwcvp
