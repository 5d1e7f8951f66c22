#include "common/convolution.h"

#include <cstddef>
#include <cstring>
#include <random>
#include <stdexcept>

extern "C" {
#include "sw/crc32.h"
}

namespace example {

using hwcvp::DataType;
using hwcvp::Dim;
using hwcvp::Layer;
using hwcvp::Schedule;
using hwcvp::Tensor;

namespace {

Placement place(const Layer& layer, uint64_t base) {
  Placement placement{};
  uint64_t next = base;
  const auto take = [&next](int64_t bytes) {
    const uint64_t address = next;
    next += (static_cast<uint64_t>(bytes) + 63) / 64 * 64;
    return address;
  };
  placement.input = take(layer.input_elements());
  placement.weight = take(layer.weight_elements());
  placement.output = take(4 * layer.output_elements());
  placement.psum = take(4 * layer.output_elements());
  placement.params = take(layer.params_bytes());
  placement.end = next;
  return placement;
}

// The CRC of all that follows the field crc32.
uint32_t crc32_of(const hwc_job& job) {
  constexpr size_t kFirst = offsetof(hwc_job, crc32) + sizeof job.crc32;
  uint32_t remainder = CRC32_INITIAL;
  for (size_t at = kFirst; at < job.size_bytes; at += 4) {
    uint32_t word = 0;
    std::memcpy(&word, reinterpret_cast<const char*>(&job) + at, sizeof word);
    remainder = crc32_add_word(remainder, word);
  }
  return crc32_finish(remainder);
}

template <size_t N>
void copy(const std::array<int64_t, N>& from, uint32_t (&to)[N]) {
  for (size_t i = 0; i < N; ++i) to[i] = static_cast<uint32_t>(from[i]);
}

void fill_schedule(hwc_job& job, const Schedule& schedule) {
  job.loop_count = static_cast<uint32_t>(schedule.loops.size());
  for (size_t i = 0; i < schedule.loops.size(); ++i) {
    const hwcvp::Loop& loop = schedule.loops[i];
    job.loops[i] = {static_cast<uint32_t>(index(loop.dim)), static_cast<uint32_t>(loop.tile)};
  }
  for (const Tensor tensor : hwcvp::kTensors) {
    job.buffer_level[index(tensor)] = static_cast<uint32_t>(schedule.level(tensor));
    job.double_buffer[index(tensor)] = schedule.double_buffer[index(tensor)] ? 1 : 0;
  }
  job.input_sliding = schedule.input_reuse == hwcvp::InputReuse::sliding ? 1 : 0;
}

}  // namespace

Convolution::Convolution(const Layer& layer, uint64_t base, uint32_t seed)
    : layer_(layer), placement_(place(layer, base)) {
  layer_.validate("example layer");
  if (layer.input_type != DataType::int8 || layer.weight_type != DataType::int8 ||
      layer.output_type != DataType::int32) {
    throw std::invalid_argument("layer types: expected int8 inputs and weights, and int32 outputs");
  }
  std::mt19937 random(seed);
  const auto fill = [&random](auto& values, int64_t count) {
    values.resize(static_cast<size_t>(count));
    using Value = typename std::decay_t<decltype(values)>::value_type;
    for (Value& value : values) value = static_cast<Value>(random());
  };
  fill(input_, layer.input_elements());
  fill(weight_, layer.weight_elements());
  fill(bias_, layer.out_channels);
}

int32_t Convolution::output_at(int64_t b, int64_t m, int64_t y, int64_t x) const {
  const int64_t channels = layer_.extent(Dim::C);  // of a group
  const int64_t first = m / layer_.extent(Dim::K) * channels;
  const auto [rows, columns] = layer_.kernel_shape;
  auto sum = static_cast<uint32_t>(bias_[static_cast<size_t>(m)]);  // wraps
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t fy = 0; fy < rows; ++fy) {
      const int64_t iy = y * layer_.strides[0] + fy * layer_.dilations[0] - layer_.pads[0];
      if (iy < 0 || iy >= layer_.in_height) continue;
      for (int64_t fx = 0; fx < columns; ++fx) {
        const int64_t ix = x * layer_.strides[1] + fx * layer_.dilations[1] - layer_.pads[1];
        if (ix < 0 || ix >= layer_.in_width) continue;
        const auto in = ((b * layer_.in_channels + first + c) * layer_.in_height + iy) * layer_.in_width + ix;
        const auto weight = ((m * channels + c) * rows + fy) * columns + fx;
        sum += static_cast<uint32_t>(input_[static_cast<size_t>(in)] * weight_[static_cast<size_t>(weight)]);
      }
    }
  }
  return static_cast<int32_t>(sum);
}

std::vector<int32_t> Convolution::expected() const {
  std::vector<int32_t> outputs;
  for (int64_t b = 0; b < layer_.batch; ++b) {
    for (int64_t m = 0; m < layer_.out_channels; ++m) {
      for (int64_t y = 0; y < layer_.out_height(); ++y) {
        for (int64_t x = 0; x < layer_.out_width(); ++x) outputs.push_back(output_at(b, m, y, x));
      }
    }
  }
  return outputs;
}

hwc_job Convolution::job(const Schedule& schedule, uint64_t registers) const {
  hwc_job job{};
  job.magic = HWC_JOB_MAGIC;
  job.size_bytes = HWC_JOB_SHORT_BYTES;
  job.batch = static_cast<uint32_t>(layer_.batch);
  job.in_channels = static_cast<uint32_t>(layer_.in_channels);
  job.in_height = static_cast<uint32_t>(layer_.in_height);
  job.in_width = static_cast<uint32_t>(layer_.in_width);
  job.out_channels = static_cast<uint32_t>(layer_.out_channels);
  copy(layer_.kernel_shape, job.kernel_shape);
  copy(layer_.strides, job.strides);
  copy(layer_.dilations, job.dilations);
  copy(layer_.pads, job.pads);
  job.group = static_cast<uint32_t>(layer_.group);
  job.input_type = HWC_INT8;
  job.weight_type = HWC_INT8;
  job.output_type = HWC_INT32;
  job.accumulator_type = layer_.accumulator_type == DataType::int16 ? HWC_INT16 : HWC_INT32;
  fill_schedule(job, schedule);
  job.hwc = registers;
  job.input = placement_.input;
  job.weight = placement_.weight;
  job.output = placement_.output;
  job.psum = placement_.psum;
  job.params = placement_.params;
  job.crc32 = crc32_of(job);
  return job;
}

Layer square_layer(const std::string& name, int64_t in_channels, int64_t size, int64_t out_channels) {
  Layer layer;
  layer.name = name;
  layer.in_channels = in_channels;
  layer.in_height = layer.in_width = size;
  layer.out_channels = out_channels;
  layer.kernel_shape = {3, 3};
  layer.pads = {1, 1, 1, 1};
  layer.output_type = DataType::int32;
  return layer;
}

}  // namespace example
