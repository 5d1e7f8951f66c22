#include "tests/support/accelerators/layer_driver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

#include "models/hwc/command_check.h"
#include "registers/hwc.h"

namespace hwcvp {

namespace {

using Strides = hwc::PerAxis<int64_t>;

struct MemoryStrides {
  Strides input, weight, output;  // elements
};

MemoryStrides memory_strides(const LayerRun& run) {
  const Layer& l = run.layer;
  const int64_t c = l.extent(Dim::C);
  const int64_t k = l.extent(Dim::K);
  const int64_t fy = l.kernel_shape[0];
  const int64_t fx = l.kernel_shape[1];
  const int64_t out = l.out_height() * l.out_width();
  const int64_t in = l.in_height * l.in_width;
  if (run.channels_last) {
    return {{in * l.in_channels, c, 1, l.in_width * l.in_channels, l.in_channels},
            {k * fy * fx * c, fy * fx * c, 1, fx * c, c},
            {out * l.out_channels, k, 1, l.out_width() * l.out_channels, l.out_channels}};
  }
  return {{in * l.in_channels, c * in, in, l.in_width, 1},
          {k * c * fy * fx, c * fy * fx, fy * fx, fx, 1},
          {out * l.out_channels, k * out, out, l.out_width(), 1}};
}

// Calls visit(place in the dense order, element in memory) for all elements of a tensor of these extents.
template <typename Visit>
void for_each_element(const hwc::PerAxis<int64_t>& extent, const Strides& stride, const Visit& visit) {
  hwc::PerAxis<int64_t> at{};
  for (size_t place = 0;; ++place) {
    int64_t element = 0;
    for (size_t axis = 0; axis < hwc::kAxes; ++axis) element += at[axis] * stride[axis];
    visit(place, static_cast<size_t>(element));
    size_t axis = hwc::kAxes;
    while (axis-- > 0 && ++at[axis] == extent[axis]) at[axis] = 0;
    if (axis >= hwc::kAxes) return;
  }
}

hwc::PerAxis<int64_t> input_extent(const Layer& l) {
  return {l.batch, l.group, l.extent(Dim::C), l.in_height, l.in_width};
}
hwc::PerAxis<int64_t> weight_extent(const Layer& l) {
  return {l.group, l.extent(Dim::K), l.extent(Dim::C), l.kernel_shape[0], l.kernel_shape[1]};
}
hwc::PerAxis<int64_t> output_extent(const Layer& l) {
  return {l.batch, l.group, l.extent(Dim::K), l.out_height(), l.out_width()};
}

void store_tensor(HwcBench& bench, uint64_t address, const std::vector<int32_t>& values, DataType type,
                  const hwc::PerAxis<int64_t>& extent, const Strides& stride) {
  const auto size = static_cast<size_t>(bytes(type));
  std::vector<unsigned char> image(values.size() * size);
  for_each_element(extent, stride, [&](size_t place, size_t element) {
    std::memcpy(&image[element * size], &values[place], size);
  });
  bench.store(address, image.data(), image.size());
}

std::vector<int32_t> fetch_outputs(HwcBench& bench, const LayerRun& run) {
  const DataType type = run.layer.output_type;
  const auto size = static_cast<size_t>(bytes(type));
  const hwc::PerAxis<int64_t> extent = output_extent(run.layer);
  std::vector<int32_t> values(static_cast<size_t>(run.layer.output_elements()));
  std::vector<unsigned char> image(values.size() * size);
  bench.fetch(TensorAddresses().output, image.data(), image.size());
  for_each_element(extent, memory_strides(run).output, [&](size_t place, size_t element) {
    int32_t value = 0;
    std::memcpy(&value, &image[element * size], size);
    values[place] = type == DataType::int8    ? static_cast<int8_t>(value)
                    : type == DataType::uint8 ? static_cast<uint8_t>(value)
                    : type == DataType::int16 ? static_cast<int16_t>(value)
                                              : value;
  });
  return values;
}

// The parts of a box that another does not hold.
std::vector<hwc::Box> minus(const hwc::Box& box, const hwc::Box& held) {
  std::vector<hwc::Box> parts;
  hwc::Box rest = box;
  for (size_t axis = 0; axis < hwc::kAxes; ++axis) {
    const int64_t end = rest.start[axis] + rest.count[axis];
    const int64_t first_common = std::max(rest.start[axis], held.start[axis]);
    const int64_t end_common = std::min(end, held.start[axis] + held.count[axis]);
    if (first_common >= end_common) {
      parts.push_back(rest);
      return parts;
    }
    const auto cut = [&](int64_t first, int64_t last) {
      if (first == last) return;
      hwc::Box part = rest;
      part.start[axis] = first;
      part.count[axis] = last - first;
      parts.push_back(part);
    };
    cut(rest.start[axis], first_common);
    cut(end_common, end);
    rest.start[axis] = first_common;
    rest.count[axis] = end_common - first_common;
  }
  return parts;
}

hwc::Box common(const hwc::Box& a, const hwc::Box& b) {
  hwc::Box both;
  for (size_t axis = 0; axis < hwc::kAxes; ++axis) {
    both.start[axis] = std::max(a.start[axis], b.start[axis]);
    both.count[axis] = std::max<int64_t>(
        0, std::min(a.start[axis] + a.count[axis], b.start[axis] + b.count[axis]) - both.start[axis]);
  }
  return both;
}

bool empty(const hwc::Box& box) {
  return std::find(box.count.begin(), box.count.end(), 0) != box.count.end();
}
bool same(const hwc::Box& a, const hwc::Box& b) { return a.start == b.start && a.count == b.count; }

// Issues the commands of a run.
class Driver {
 public:
  Driver(HwcBench& bench, const LayerRun& run)
      : bench_(bench), run_(run), depth_(bench.read(HWC_FIFO_DEPTH)) {}

  void run() {
    const Layer& layer = run_.layer;
    visits_ = 1;
    for (const Dim dim : {Dim::C, Dim::FY, Dim::FX}) {
      visits_ *= (layer.extent(dim) + run_.tile[index(dim)] - 1) / run_.tile[index(dim)];
    }
    push(Engine::load, HWC_OPCODE_LOAD_PARAMS);
    PerDim<int64_t> position{};
    for (;;) {
      step(tile_at(run_, position));
      size_t i = kDimCount;
      while (i-- > 0) {
        const size_t dim = index(run_.order[i]);
        position[dim] += run_.tile[dim];
        if (position[dim] < layer.extent(run_.order[i])) break;
        position[dim] = 0;
      }
      if (i >= kDimCount) break;
    }
    evict();
    while ((bench_.sleep_until(HWC_STATUS_IDLE_MASK) & (HWC_STATUS_IDLE_MASK | HWC_STATUS_ERROR_MASK)) == 0) {
    }
    EXPECT_EQ(0u, bench_.read(HWC_ERROR)) << "info " << bench_.read(HWC_ERROR_INFO);
  }

 private:
  // What the slots of a tensor hold, and the numbers of the last commands that used them.
  struct Slots {
    std::optional<hwc::Box> box;
    unsigned slot = 0;
    uint32_t loads[2] = {};
    uint32_t computes[2] = {};
    uint32_t stores[2] = {};
  };

  void push(Engine engine, uint32_t command) {
    const size_t e = index(engine);
    const uint32_t done = engine == Engine::load      ? HWC_LOAD_DONE
                          : engine == Engine::compute ? HWC_COMPUTE_DONE
                                                      : HWC_STORE_DONE;
    const uint32_t space = engine == Engine::load      ? HWC_STATUS_LOAD_SPACE_MASK
                           : engine == Engine::compute ? HWC_STATUS_COMPUTE_SPACE_MASK
                                                       : HWC_STATUS_STORE_SPACE_MASK;
    if (issued_[e] - seen_done_[e] >= depth_) {
      seen_done_[e] = bench_.read(done);
      if (issued_[e] - seen_done_[e] >= depth_) {
        const uint32_t status = bench_.sleep_until(space);
        if ((status & HWC_STATUS_ERROR_MASK) != 0) return;
        seen_done_[e] = bench_.read(done);
      }
    }
    bench_.write(HWC_PUSH, command);
    ++issued_[e];
  }

  void wait_for(uint32_t loads, uint32_t computes, uint32_t stores) {
    bench_.write(HWC_WAIT_LOAD, loads);
    bench_.write(HWC_WAIT_COMPUTE, computes);
    bench_.write(HWC_WAIT_STORE, stores);
  }

  void box(const hwc::Box& box) {
    for (uint32_t axis = 0; axis < hwc::kAxes; ++axis) {
      bench_.write(HWC_BOX_START + 4 * axis, static_cast<uint32_t>(box.start[axis]));
      bench_.write(HWC_BOX_COUNT + 4 * axis, static_cast<uint32_t>(box.count[axis]));
    }
  }

  uint32_t slots_field() const {
    return input_.slot << HWC_PUSH_INPUT_SLOT_LSB | weight_.slot << HWC_PUSH_WEIGHT_SLOT_LSB |
           output_.slot << HWC_PUSH_OUTPUT_SLOT_LSB;
  }

  void load(Slots& slots, uint32_t opcode, const hwc::Box& part) {
    wait_for(0, slots.computes[slots.slot], 0);
    box(part);
    push(Engine::load, opcode | slots_field());
    slots.loads[slots.slot] = issued_[index(Engine::load)];
  }

  void turn(Slots& slots, Tensor tensor) {
    if (run_.double_buffer[index(tensor)]) slots.slot = 1 - slots.slot;
  }

  void need_input(const hwc::Box& next) {
    if (input_.box && same(*input_.box, next)) return;
    const std::optional<hwc::Box> held = input_.box;
    turn(input_, Tensor::input);
    input_.box = next;
    if (empty(next)) return;
    if (!held || !run_.sliding || empty(*held)) return load(input_, HWC_OPCODE_LOAD_INPUT, next);
    const hwc::Box kept = common(next, *held);
    if (run_.double_buffer[index(Tensor::input)] && !empty(kept)) load(input_, HWC_OPCODE_KEEP_INPUT, kept);
    for (const hwc::Box& part : minus(next, *held)) load(input_, HWC_OPCODE_LOAD_INPUT, part);
  }

  void need_weight(const hwc::Box& next) {
    if (weight_.box && same(*weight_.box, next)) return;
    turn(weight_, Tensor::weight);
    weight_.box = next;
    load(weight_, HWC_OPCODE_LOAD_WEIGHT, next);
  }

  // Returns whether the accumulators start anew.
  bool need_output(const hwc::Box& next) {
    if (output_.box && same(*output_.box, next)) return false;
    evict();
    turn(output_, Tensor::output);
    output_.box = next;
    if (visited_[next.start] == 0) return true;
    // What was put aside must be in memory, and the slot empty.
    wait_for(0, 0, issued_[index(Engine::store)]);
    box(next);
    push(Engine::load, HWC_OPCODE_LOAD_PSUM | slots_field());
    output_.loads[output_.slot] = issued_[index(Engine::load)];
    return false;
  }

  void evict() {
    if (!output_.box) return;
    const bool complete = visited_[output_.box->start] == visits_;
    wait_for(0, output_.computes[output_.slot], 0);
    box(*output_.box);
    push(Engine::store, (complete ? HWC_OPCODE_STORE_OUTPUT : HWC_OPCODE_STORE_PSUM) | slots_field());
    output_.stores[output_.slot] = issued_[index(Engine::store)];
    output_.box.reset();
  }

  void step(const hwc::Tile& tile) {
    need_input(input_box(run_, tile));
    need_weight(hwc::weight_box(tile));
    const hwc::Box out = hwc::output_box(tile);
    const bool init = need_output(out);
    ++visited_[out.start];
    wait_for(
        std::max({1u, input_.loads[input_.slot], weight_.loads[weight_.slot], output_.loads[output_.slot]}),
        0, output_.stores[output_.slot]);
    for (uint32_t dim = 0; dim < hwc::kTileDims; ++dim) {
      bench_.write(HWC_TILE_START + 4 * dim, static_cast<uint32_t>(tile.start[dim]));
      bench_.write(HWC_TILE_COUNT + 4 * dim, static_cast<uint32_t>(tile.count[dim]));
    }
    push(Engine::compute, HWC_OPCODE_COMPUTE | slots_field() | (init ? HWC_PUSH_INIT_MASK : 0));
    for (Slots* const slots : {&input_, &weight_, &output_}) {
      slots->computes[slots->slot] = issued_[index(Engine::compute)];
    }
  }

  HwcBench& bench_;
  const LayerRun& run_;
  const uint32_t depth_;
  int64_t visits_ = 1;  // of each output box until it is complete
  std::map<hwc::PerAxis<int64_t>, int64_t> visited_;
  Slots input_, weight_, output_;
  std::array<uint32_t, kEngineCount> issued_{};
  std::array<uint32_t, kEngineCount> seen_done_{};
};

void write_axes(HwcBench& bench, uint32_t offset, const hwc::PerAxis<int64_t>& values, int64_t scale = 1) {
  for (uint32_t axis = 0; axis < hwc::kAxes; ++axis) {
    bench.write(offset + 4 * axis, static_cast<uint32_t>(values[axis] * scale));
  }
}

void configure_axis(HwcBench& bench, const InputLines& lines, uint32_t axis) {
  bench.write(HWC_STRIDE_Y + 4 * axis, static_cast<uint32_t>(lines.stride));
  bench.write(HWC_DILATION_Y + 4 * axis, static_cast<uint32_t>(lines.dilation));
  bench.write(HWC_PAD_Y + 4 * axis, static_cast<uint32_t>(lines.pad));
  bench.write(HWC_FIRST_Y + 8 * axis, static_cast<uint32_t>(lines.first));
  bench.write(HWC_END_Y + 8 * axis, static_cast<uint32_t>(lines.end));
}

}  // namespace

void configure_layer(HwcBench& bench, const LayerRun& run) {
  const Layer& layer = run.layer;
  const auto code = [](DataType type) { return type == DataType::uint8 ? 0U : static_cast<uint32_t>(type); };
  bench.write(HWC_TYPES, code(layer.input_type) << HWC_TYPES_INPUT_LSB |
                             code(layer.weight_type) << HWC_TYPES_WEIGHT_LSB |
                             code(layer.output_type) << HWC_TYPES_OUTPUT_LSB |
                             (layer.accumulator_type == DataType::int16 ? HWC_TYPES_ACCUMULATOR_MASK : 0) |
                             (run.relu ? HWC_TYPES_RELU_MASK : 0) |
                             (layer.input_type == DataType::uint8 ? HWC_TYPES_INPUT_UNSIGNED_MASK : 0) |
                             (layer.output_type == DataType::uint8 ? HWC_TYPES_OUTPUT_UNSIGNED_MASK : 0) |
                             (layer.single_precision() ? HWC_TYPES_SINGLE_PRECISION_MASK : 0));
  if (layer.single_precision()) {
    const IntegerLimits limits = layer.output_limits();
    bench.write(HWC_INPUT_ZERO, static_cast<uint32_t>(layer.input_zero_point));
    bench.write(HWC_OUTPUT_ZERO, static_cast<uint32_t>(layer.output_zero_point));
    bench.write(HWC_OUTPUT_MIN, static_cast<uint32_t>(limits.least));
    bench.write(HWC_OUTPUT_MAX, static_cast<uint32_t>(limits.most));
  }
  const TensorAddresses addresses;
  const MemoryStrides strides = memory_strides(run);
  Strides input_strides = strides.input;
  int64_t input_offset = 0;
  for (uint32_t axis = 0; axis < 2; ++axis) {
    const InputLines lines = input_lines(run, axis);
    configure_axis(bench, lines, axis);
    input_offset += lines.memory_first * input_strides[3 + axis];
    input_strides[3 + axis] *= lines.memory_step;
  }
  bench.write(HWC_CHANNELS, static_cast<uint32_t>(layer.extent(Dim::K)));

  const PerTensor<hwc::PerAxis<int64_t>> extents = slot_extents(run);
  const int64_t input_bytes = bytes(layer.input_type);
  bench.write64(HWC_INPUT_BASE_LO, addresses.input + static_cast<uint64_t>(input_offset * input_bytes));
  write_axes(bench, HWC_INPUT_STRIDE, input_strides, input_bytes);
  write_axes(bench, HWC_INPUT_EXTENT, extents[0]);
  bench.write(HWC_INPUT_SLOTS, run.double_buffer[0] ? 2 : 1);
  bench.write64(HWC_WEIGHT_BASE_LO, addresses.weight);
  write_axes(bench, HWC_WEIGHT_STRIDE, strides.weight, bytes(layer.weight_type));
  write_axes(bench, HWC_WEIGHT_EXTENT, extents[1]);
  bench.write(HWC_WEIGHT_SLOTS, run.double_buffer[1] ? 2 : 1);
  bench.write64(HWC_OUTPUT_BASE_LO, addresses.output);
  write_axes(bench, HWC_OUTPUT_STRIDE, strides.output, bytes(layer.output_type));
  write_axes(bench, HWC_OUTPUT_EXTENT, extents[2]);
  bench.write(HWC_OUTPUT_SLOTS, run.double_buffer[2] ? 2 : 1);
  bench.write64(HWC_PSUM_BASE_LO, addresses.psum);
  write_axes(bench, HWC_PSUM_STRIDE, strides.output, bytes(layer.accumulator_type));
  bench.write64(HWC_PARAMS_BASE_LO, addresses.params);
  bench.write(HWC_PARAMS_COUNT, static_cast<uint32_t>(layer.out_channels));
}

std::vector<int32_t> run_layer(HwcBench& bench, const LayerRun& run, const LayerData& data) {
  const Layer& layer = run.layer;
  const TensorAddresses addresses;
  const MemoryStrides strides = memory_strides(run);
  store_tensor(bench, addresses.input, data.input, layer.input_type, input_extent(layer), strides.input);
  store_tensor(bench, addresses.weight, data.weight, layer.weight_type, weight_extent(layer), strides.weight);
  const size_t channels = data.bias.size();
  bench.store(addresses.params, data.bias.data(), 4 * channels);
  if (layer.single_precision()) {
    bench.store(addresses.params + 4 * channels, layer.scales.data(), 4 * channels);
  } else {
    bench.store(addresses.params + 4 * channels, data.multiplier.data(), 4 * channels);
    bench.store(addresses.params + 8 * channels, data.shift.data(), channels);
  }

  bench.write(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
  configure_layer(bench, run);
  Driver(bench, run).run();
  return fetch_outputs(bench, run);
}

}  // namespace hwcvp
