#include "tests/sw/job_case.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace hwcvp {

namespace {

uint32_t narrow(int64_t value) { return static_cast<uint32_t>(value); }

uint32_t type_code(DataType type) { return static_cast<uint32_t>(type); }

// One bit at a time, as the standard writes it.
uint32_t crc32(const uint8_t* data, size_t bytes) {
  uint32_t remainder = ~0u;
  for (size_t i = 0; i < bytes; ++i) {
    remainder ^= data[i];
    for (int bit = 0; bit < 8; ++bit) remainder = (remainder >> 1) ^ (remainder & 1 ? 0xedb88320u : 0);
  }
  return ~remainder;
}

int32_t random_element(std::mt19937_64& random, uint32_t bytes) {
  const auto value = static_cast<int32_t>(random());
  return bytes == 1 ? static_cast<int8_t>(value) : bytes == 2 ? static_cast<int16_t>(value) : value;
}

}  // namespace

void seal(hwc_job& job) {
  const size_t covered = offsetof(hwc_job, crc32) + sizeof job.crc32;
  const size_t size = job.size_bytes == HWC_JOB_SHORT_BYTES ? HWC_JOB_SHORT_BYTES : sizeof job;
  job.crc32 = crc32(reinterpret_cast<const uint8_t*>(&job) + covered, size - covered);
}

hwc_job make_job(const Layer& layer, const Schedule& schedule, bool relu) {
  hwc_job job{};
  job.magic = HWC_JOB_MAGIC;
  job.size_bytes = sizeof job;
  job.relu = relu ? 1 : 0;
  job.batch = narrow(layer.batch);
  job.in_channels = narrow(layer.in_channels);
  job.in_height = narrow(layer.in_height);
  job.in_width = narrow(layer.in_width);
  job.out_channels = narrow(layer.out_channels);
  for (size_t i = 0; i < 2; ++i) {
    job.kernel_shape[i] = narrow(layer.kernel_shape[i]);
    job.strides[i] = narrow(layer.strides[i]);
    job.dilations[i] = narrow(layer.dilations[i]);
  }
  for (size_t i = 0; i < 4; ++i) job.pads[i] = narrow(layer.pads[i]);
  job.group = narrow(layer.group);
  job.input_type = type_code(layer.input_type);
  job.weight_type = type_code(layer.weight_type);
  job.output_type = type_code(layer.output_type);
  job.accumulator_type = type_code(layer.accumulator_type);
  job.loop_count = narrow(static_cast<int64_t>(schedule.loops.size()));
  for (size_t i = 0; i < schedule.loops.size(); ++i) {
    job.loops[i] = {narrow(static_cast<int64_t>(index(schedule.loops[i].dim))),
                    narrow(schedule.loops[i].tile)};
  }
  for (size_t i = 0; i < kTensorCount; ++i) {
    job.buffer_level[i] = narrow(schedule.buffer_level[i]);
    job.double_buffer[i] = schedule.double_buffer[i] ? 1 : 0;
  }
  job.output_min = std::numeric_limits<int32_t>::min();
  job.output_max = std::numeric_limits<int32_t>::max();
  job.input_sliding = schedule.input_reuse == InputReuse::sliding ? 1 : 0;
  seal(job);
  return job;
}

std::vector<int32_t> JobCase::draw(TestMemory& memory, std::mt19937_64& random, int64_t elements,
                                   uint32_t bytes, uint64_t& address) const {
  std::vector<int32_t> values(static_cast<size_t>(elements));
  address = memory.allocate(values.size() * bytes);
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = random_element(random, bytes);
    memory.write(address + i * bytes, bytes, values[i]);
  }
  return values;
}

void JobCase::draw_params(TestMemory& memory, std::mt19937_64& random) {
  const auto channels = static_cast<size_t>(layer_.out_channels);
  job_.params = memory.allocate(channels * 9);
  uint64_t at = job_.params;
  const auto place = [&](std::vector<int32_t>& values, uint32_t bytes, auto&& next) {
    for (size_t i = 0; i < channels; ++i, at += bytes) {
      values.push_back(next());
      memory.write(at, bytes, values.back());
    }
  };
  place(bias_, 4, [&] { return static_cast<int32_t>(random()) >> 12; });
  place(multiplier_, 4, [&] { return static_cast<int32_t>(random() & 0x7fffffff); });
  place(shift_, 1,
        [&] { return static_cast<int32_t>(random() % 8 == 0 ? random() % 63 : 34 + random() % 12); });
}

JobCase::JobCase(const Layer& layer, const Schedule& schedule, uint64_t hwc, TestMemory& memory,
                 std::mt19937_64& random)
    : layer_(layer), job_(make_job(layer, schedule, random() % 2 == 0)) {
  job_.hwc = hwc;
  input_ = draw(memory, random, layer.input_elements(), narrow(bytes(layer.input_type)), job_.input);
  weight_ = draw(memory, random, layer.weight_elements(), narrow(bytes(layer.weight_type)), job_.weight);
  draw_params(memory, random);
  const auto outputs = static_cast<size_t>(layer.output_elements());
  job_.output = memory.allocate(outputs * static_cast<size_t>(bytes(layer.output_type)));
  job_.psum = memory.allocate(outputs * static_cast<size_t>(bytes(layer.accumulator_type)));
  seal(job_);
  address_ = memory.allocate(sizeof job_);
  memory.copy_in(address_, &job_, sizeof job_);
}

std::vector<int32_t> JobCase::output(const TestMemory& memory) const {
  std::vector<int32_t> values(static_cast<size_t>(layer_.output_elements()));
  const uint32_t size = narrow(bytes(layer_.output_type));
  for (size_t i = 0; i < values.size(); ++i) values[i] = memory.read(job_.output + i * size, size);
  return values;
}

int64_t JobCase::accumulate(int64_t b, int64_t m, int64_t oy, int64_t ox) const {
  const int64_t channels = layer_.in_channels / layer_.group;
  const int64_t first_channel = m / (layer_.out_channels / layer_.group) * channels;
  int64_t sum = bias_[static_cast<size_t>(m)];
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t fy = 0; fy < layer_.kernel_shape[0]; ++fy) {
      for (int64_t fx = 0; fx < layer_.kernel_shape[1]; ++fx) {
        const int64_t y = oy * layer_.strides[0] + fy * layer_.dilations[0] - layer_.pads[0];
        const int64_t x = ox * layer_.strides[1] + fx * layer_.dilations[1] - layer_.pads[1];
        if (y < 0 || y >= layer_.in_height || x < 0 || x >= layer_.in_width) continue;
        const int64_t in =
            ((b * layer_.in_channels + first_channel + c) * layer_.in_height + y) * layer_.in_width + x;
        const int64_t w = ((m * channels + c) * layer_.kernel_shape[0] + fy) * layer_.kernel_shape[1] + fx;
        sum += static_cast<int64_t>(input_[static_cast<size_t>(in)]) * weight_[static_cast<size_t>(w)];
      }
    }
  }
  return sum;
}

int32_t JobCase::requantize(int64_t accumulator, size_t channel) const {
  const int64_t acc = layer_.accumulator_type == DataType::int16 ? static_cast<int16_t>(accumulator)
                                                                 : static_cast<int32_t>(accumulator);
  if (layer_.output_type == DataType::int32) return static_cast<int32_t>(acc);
  const int64_t product = acc * multiplier_[channel];
  const int32_t shift = shift_[channel];
  const int64_t rounded = shift == 0 ? product : (product + (int64_t{1} << (shift - 1))) >> shift;
  const int64_t most = layer_.output_type == DataType::int8 ? 127 : 32767;
  return static_cast<int32_t>(std::min(std::max(rounded, job_.relu != 0 ? 0 : -most - 1), most));
}

std::vector<int32_t> JobCase::expected_output() const {
  std::vector<int32_t> values;
  for (int64_t b = 0; b < layer_.batch; ++b) {
    for (int64_t m = 0; m < layer_.out_channels; ++m) {
      for (int64_t oy = 0; oy < layer_.out_height(); ++oy) {
        for (int64_t ox = 0; ox < layer_.out_width(); ++ox) {
          values.push_back(requantize(accumulate(b, m, oy, ox), static_cast<size_t>(m)));
        }
      }
    }
  }
  return values;
}

}  // namespace hwcvp
