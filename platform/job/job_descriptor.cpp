#include "platform/job/job_descriptor.h"

#include <zlib.h>

#include <cstddef>
#include <limits>

namespace hwcvp {

static_assert(Schedule::kMaxLoops == HWC_JOB_MAX_LOOPS);
static_assert(kDimCount == HWC_DIMS && kTensorCount == HWC_TENSORS);
static_assert(TensorLayout::kMostBlock == HWC_JOB_MAX_BLOCK);
static_assert(index(Dim::FX) == HWC_FX && index(Tensor::output) == HWC_OUTPUT);

namespace {

constexpr uint32_t job_type(DataType type) {
  switch (type) {
    case DataType::int8:
      return HWC_INT8;
    case DataType::uint8:
      return HWC_UINT8;
    case DataType::int16:
      return HWC_INT16;
    default:
      return HWC_INT32;
  }
}

uint32_t job_layout(const TensorLayout& layout) {
  if (layout.order == TensorLayout::Order::nchwc) return static_cast<uint32_t>(layout.block);
  return layout.order == TensorLayout::Order::nhwc ? HWC_NHWC : HWC_NCHW;
}

template <size_t N>
void copy(const std::array<int64_t, N>& from, uint32_t (&to)[N]) {
  for (size_t i = 0; i < N; ++i) to[i] = static_cast<uint32_t>(from[i]);
}

void fill_layer(hwc_job& job, const Layer& layer) {
  job.batch = static_cast<uint32_t>(layer.batch);
  job.in_channels = static_cast<uint32_t>(layer.in_channels);
  job.in_height = static_cast<uint32_t>(layer.in_height);
  job.in_width = static_cast<uint32_t>(layer.in_width);
  job.out_channels = static_cast<uint32_t>(layer.out_channels);
  copy(layer.kernel_shape, job.kernel_shape);
  copy(layer.strides, job.strides);
  copy(layer.dilations, job.dilations);
  copy(layer.pads, job.pads);
  job.group = static_cast<uint32_t>(layer.group);
  job.input_type = job_type(layer.input_type);
  job.weight_type = job_type(layer.weight_type);
  job.output_type = job_type(layer.output_type);
  job.accumulator_type = job_type(layer.accumulator_type);
  job.input_zero = layer.input_zero_point;
  job.output_min = std::numeric_limits<int32_t>::min();
  job.output_max = std::numeric_limits<int32_t>::max();
  if (!layer.single_precision()) return;
  job.requantization = HWC_SINGLE_PRECISION;
  job.output_zero = layer.output_zero_point;
  job.output_min = layer.output_limits().least;
  job.output_max = layer.output_limits().most;
}

void fill_schedule(hwc_job& job, const Schedule& schedule) {
  job.loop_count = static_cast<uint32_t>(schedule.loops.size());
  for (size_t i = 0; i < schedule.loops.size(); ++i) {
    job.loops[i] = {static_cast<uint32_t>(index(schedule.loops[i].dim)),
                    static_cast<uint32_t>(schedule.loops[i].tile)};
  }
  for (const Tensor tensor : kTensors) {
    job.buffer_level[index(tensor)] = static_cast<uint32_t>(schedule.level(tensor));
    job.double_buffer[index(tensor)] = schedule.double_buffer[index(tensor)] ? 1 : 0;
  }
  job.input_sliding = schedule.input_reuse == InputReuse::sliding ? 1 : 0;
}

}  // namespace

hwc_job make_job(const Layer& layer, const Schedule& schedule, bool relu, const TensorPlacement& placement,
                 const TensorLayouts& layouts) {
  hwc_job job{};
  job.magic = HWC_JOB_MAGIC;
  // Short where nothing behind that is other than it would be taken for.
  const bool plain = !layer.single_precision() && layer.input_zero_point == 0;
  job.size_bytes = plain ? HWC_JOB_SHORT_BYTES : sizeof(hwc_job);
  job.relu = relu ? 1 : 0;
  fill_layer(job, layer);
  fill_schedule(job, schedule);
  for (const Tensor tensor : kTensors) job.layout[index(tensor)] = job_layout(layouts[index(tensor)]);
  job.hwc = memory_map::kHwcBase;
  job.input = placement.input.base;
  job.weight = placement.weight.base;
  job.output = placement.output.base;
  job.psum = placement.psum.base;
  job.params = placement.params.base;
  job.crc32 = job_crc32(job);
  return job;
}

uint32_t job_crc32(const hwc_job& job) {
  constexpr size_t kFirst = offsetof(hwc_job, crc32) + sizeof(job.crc32);
  const auto* const first = reinterpret_cast<const Bytef*>(&job) + kFirst;
  return static_cast<uint32_t>(::crc32(0, first, static_cast<uInt>(job.size_bytes - kFirst)));
}

}  // namespace hwcvp
