#include "tests/support/stack/stack_case.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "schedules/stack/stack.h"
#include "schedules/stack/stack_json.h"
#include "sw/crc32.h"
#include "sw/job.h"
#include "tests/support/accelerators/vector_case.h"
#include "tests/support/stack/random_network.h"

namespace hwcvp {

namespace {

using stack::Axis;
using stack::LineMap;
using stack::Network;
using stack::Operator;
using stack::Schedule;
using stack::Stack;

constexpr uint8_t kUntouched = 0xa5;
constexpr uint64_t kGap = 0x40;  // between windows, so that what strays is seen

uint32_t narrow(int64_t value) { return static_cast<uint32_t>(value); }

uint32_t operation_of(const std::string& type, bool averages) {
  if (type == "conv" || type == "fully_connected") return HWC_CONVOLUTION;
  if (type == "pool" || type == "global_pool") return averages ? HWC_AVERAGE : HWC_MAX;
  if (type == "add") return HWC_ADD;
  if (type == "table") return HWC_TABLE;
  return HWC_COPY;
}

class Maker {
 public:
  Maker(Network network, const Schedule& schedule, const StackPlace& place, std::mt19937_64& random)
      : network_(std::move(network)),
        schedule_(schedule),
        place_(place),
        random_(random),
        next_(place.base),
        batch_(network_.batch) {}

  StackCase run() {
    draw_types();
    case_.cost = stack::predict(network_, schedule_);
    case_.text = to_json(network_, schedule_).dump();
    values_.resize(stack_.tensors.size());
    for (size_t t = 0; t < stack_.tensors.size(); ++t) add_tensor(t);
    for (size_t i = 0; i < stack_.operators.size(); ++i) add_operator(i);
    for (size_t t = 0; t < stack_.tensors.size(); ++t) place_tensor(t);
    finish_head();
    return std::move(case_);
  }

 private:
  int64_t draw(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random_() % static_cast<uint64_t>(most - least + 1));
  }
  bool one_in(int64_t count) { return draw(1, count) == 1; }

  // Additions and concatenations want one type of all that they join.
  void draw_types() {
    std::vector<size_t> kin(network_.tensors.size());
    for (size_t t = 0; t < kin.size(); ++t) kin[t] = t;
    const auto join = [&kin](size_t a, size_t b) {
      const size_t from = kin[a];
      const size_t to = kin[b];
      for (size_t& of : kin) {
        if (of == from) of = to;
      }
    };
    for (const Operator& op : network_.operators) {
      for (const size_t t : op.inputs) {
        if (op.inputs.size() > 1) join(t, op.inputs[0]);
        if (op.type == "concat" || op.type == "resize") join(t, op.output);
      }
    }
    std::vector<bool> is_unsigned(kin.size());
    for (size_t t = 0; t < kin.size(); ++t) is_unsigned[t] = one_in(2);
    for (size_t t = 0; t < kin.size(); ++t) unsigned_.push_back(is_unsigned[kin[t]]);

    for (stack::Tensor& tensor : network_.tensors) tensor.element_bytes = 1;
    for (Operator& op : network_.operators) {
      single_precision_.push_back(unsigned_[op.output] || one_in(2));
      if (!op.product) continue;
      op.product->weight_bytes = 1;
      op.product->accumulator_bytes = 4;
      op.product->params_bytes = network_.tensors[op.output].channels * (single_precision_.back() ? 8 : 9);
    }
    stack_ = stack::make_stack(network_, schedule_.first, schedule_.last());
  }

  int32_t draw_zero(size_t t) {
    if (one_in(3)) return 0;
    return static_cast<int32_t>(is_unsigned(t) ? draw(0, 255) : draw(-128, 127));
  }
  bool is_unsigned(size_t t) const { return unsigned_[stack_.tensors[t].tensor]; }
  uint32_t type(size_t t) const { return is_unsigned(t) ? HWC_UINT8 : HWC_INT8; }
  int32_t number(size_t t, size_t element) const {
    const uint8_t byte = values_[t][element];
    return is_unsigned(t) ? int32_t{byte} : int32_t{static_cast<int8_t>(byte)};
  }
  bool in_memory(size_t t) const { return !stack_.tensors[t].maker || stack_.tensors[t].written; }

  void add_tensor(size_t t) {
    const stack::Tensor& tensor = stack_.tensor(t);
    hwc_stack_tensor made{};
    made.channels = narrow(tensor.channels);
    made.lines[0] = narrow(tensor.lines[0]);
    made.lines[1] = narrow(tensor.lines[1]);
    made.type = type(t);
    const bool is_last = stack_.tensors[t].maker == stack_.last();
    made.stored = stack_.tensors[t].written && stack_.tensors[t].maker && !is_last ? 1 : 0;
    if (in_memory(t)) draw_layout(made);
    case_.tensors.push_back(made);
    if (stack_.tensors[t].maker) return;
    values_[t].resize(static_cast<size_t>(batch_ * tensor.channels * tensor.lines[0] * tensor.lines[1]));
    for (uint8_t& byte : values_[t]) byte = static_cast<uint8_t>(random_());
  }

  // Dense or with gaps, channels, rows or columns innermost.
  void draw_layout(hwc_stack_tensor& tensor) {
    const std::array<uint32_t, 4> extent = {narrow(batch_), tensor.channels, tensor.lines[0],
                                            tensor.lines[1]};
    static constexpr std::array<std::array<size_t, 4>, 3> kOrders = {
        {{3, 2, 1, 0}, {1, 3, 2, 0}, {2, 3, 1, 0}}};
    const auto gap = one_in(2) ? 0 : narrow(draw(0, 5));
    uint32_t bytes = 1;
    for (const size_t axis : kOrders.at(static_cast<size_t>(draw(0, 2)))) {
      tensor.stride[axis] = bytes;
      bytes = bytes * extent.at(axis) + gap;
    }
  }

  // The window, at the next free place; contents are `kUntouched` at first.
  StackWindow& add_window(const std::string& name, uint64_t bytes) {
    StackWindow window;
    window.name = name;
    window.address = next_;
    window.before.assign(bytes, kUntouched);
    next_ += bytes + kGap + random_() % 16;
    case_.windows.push_back(std::move(window));
    return case_.windows.back();
  }
  uint64_t add_constants(const std::string& name, std::vector<uint8_t> bytes, int64_t read) {
    StackWindow& window = add_window(name, bytes.size());
    window.before = window.after = std::move(bytes);
    window.read = read;
    return window.address;
  }

  void place_tensor(size_t t) {
    if (!in_memory(t)) return;
    hwc_stack_tensor& tensor = case_.tensors[t];
    const uint64_t last =
        uint64_t{narrow(batch_) - 1} * tensor.stride[0] + uint64_t{tensor.channels - 1} * tensor.stride[1] +
        uint64_t{tensor.lines[0] - 1} * tensor.stride[2] + uint64_t{tensor.lines[1] - 1} * tensor.stride[3];
    StackWindow& window = add_window(stack_.tensor(t).name, last + 1);
    tensor.address = window.address;
    std::vector<uint8_t> filled = window.before;
    size_t element = 0;
    for (uint64_t b = 0; b < narrow(batch_); ++b) {
      for (uint64_t c = 0; c < tensor.channels; ++c) {
        for (uint64_t y = 0; y < tensor.lines[0]; ++y) {
          for (uint64_t x = 0; x < tensor.lines[1]; ++x) {
            filled[b * tensor.stride[0] + c * tensor.stride[1] + y * tensor.stride[2] +
                   x * tensor.stride[3]] = values_[t][element++];
          }
        }
      }
    }
    window.after = filled;
    if (!stack_.tensors[t].maker) window.before = filled;
    if (!case_.cost) return;
    window.read = case_.cost->tensors[t].read;
    window.written = case_.cost->tensors[t].written;
  }

  void add_operator(size_t i) {
    const Operator& op = stack_.op(i);
    hwc_stack_operator made{};
    made.operation = operation_of(op.type, one_in(2));
    made.first_input = narrow(static_cast<int64_t>(case_.inputs.size()));
    made.input_count = narrow(static_cast<int64_t>(op.inputs.size()));
    for (const size_t tensor : op.inputs) case_.inputs.push_back(narrow(own_index(tensor)));
    made.output = narrow(static_cast<int64_t>(stack_.operators[i].output));
    const size_t input = case_.inputs[made.first_input];
    for (size_t axis = 0; axis < 2; ++axis) {
      const LineMap& map = op.maps[axis];
      const bool all = map.kind == LineMap::Kind::all;
      made.kernel[axis] = narrow(all ? stack_.tensor(input).lines[axis] : map.kernel);
      made.stride[axis] = narrow(all ? 1 : map.stride);
      made.dilation[axis] = narrow(all ? 1 : map.dilation);
      made.pad[axis] = narrow(all ? 0 : map.pad);
    }
    const stack::OperatorSchedule& chosen = schedule_.operators[i];
    made.group = 1;
    made.piece = i == stack_.last() ? 0 : narrow(chosen.piece);
    made.input_zero = draw_zero(input);
    made.output_zero = draw_zero(made.output);
    made.output_min = is_unsigned(made.output) ? 0 : -128;
    made.output_max = made.output_min + 255;
    if (one_in(4)) {
      made.output_min = static_cast<int32_t>(draw(made.output_min, made.output_max));
      made.output_max = static_cast<int32_t>(draw(made.output_min, made.output_max));
    }
    if (op.product) {
      made.group = narrow(op.product->groups);
      made.resident = chosen.resident ? HWC_STACK_RESIDENT : HWC_STACK_STREAMED;
      if (!chosen.resident && one_in(2)) made.resident = HWC_STACK_DOUBLE_BUFFERED;
      made.tile[0] = narrow(chosen.portion.groups);
      made.tile[1] = narrow(chosen.portion.out_channels);
      made.tile[2] = narrow(chosen.portion.in_channels);
      convolve(i, made);
    } else {
      calculate(i, made);
    }
    case_.operators.push_back(made);
  }

  int64_t own_index(size_t network_tensor) const {
    const auto found = std::find_if(stack_.tensors.begin(), stack_.tensors.end(),
                                    [&](const auto& t) { return t.tensor == network_tensor; });
    return found - stack_.tensors.begin();
  }

  template <typename T>
  static void append(std::vector<uint8_t>& bytes, const std::vector<T>& values) {
    for (const T value : values) {
      std::array<uint8_t, sizeof(T)> raw{};
      std::memcpy(raw.data(), &value, sizeof value);
      bytes.insert(bytes.end(), raw.begin(), raw.end());
    }
  }

  void convolve(size_t i, hwc_stack_operator& op) {
    const bool single = single_precision_[stack_.operators[i].op];
    const stack::Product& product = *stack_.op(i).product;
    const auto channels = static_cast<size_t>(case_.tensors[op.output].channels);
    op.relu = one_in(2) ? 1 : 0;
    op.requantization = single ? HWC_SINGLE_PRECISION : HWC_FIXED_POINT;
    if (!single) {
      op.output_zero = 0;
      op.output_min = std::numeric_limits<int32_t>::min();
      op.output_max = std::numeric_limits<int32_t>::max();
    }
    std::vector<uint8_t> weights(static_cast<size_t>(product.weight_elements()));
    for (uint8_t& byte : weights) byte = static_cast<uint8_t>(random_());
    std::vector<int32_t> bias(channels), multiplier(channels);
    std::vector<uint8_t> shift(channels);
    std::vector<float> scale(channels);
    for (size_t k = 0; k < channels; ++k) {
      bias[k] = static_cast<int32_t>(random_()) >> 18;
      multiplier[k] = static_cast<int32_t>(random_() & 0x7fffffff);
      shift[k] = static_cast<uint8_t>(draw(36, 42));
      scale[k] = std::ldexp(static_cast<float>(draw(1, 1 << 20)), -static_cast<int>(draw(26, 30)));
    }
    std::vector<uint8_t> params;
    append(params, bias);
    if (single) {
      append(params, scale);
    } else {
      append(params, multiplier);
      append(params, shift);
    }
    const auto& cost = case_.cost;
    op.weight =
        add_constants(stack_.op(i).name + " weights", weights, cost ? cost->operators[i].weight_read : 0);
    op.params =
        add_constants(stack_.op(i).name + " params", params, cost ? cost->operators[i].params_read : 0);
    const auto finish = [&](int32_t accumulator, size_t k) {
      if (single) {
        const float scaled = static_cast<float>(accumulator) * scale[k];
        const int32_t least = op.relu != 0 ? std::max(op.output_min, op.output_zero) : op.output_min;
        const double value = std::nearbyint(static_cast<double>(scaled)) + op.output_zero;
        return static_cast<uint8_t>(
            static_cast<int32_t>(std::min<double>(std::max<double>(value, least), op.output_max)));
      }
      const int64_t half = int64_t{1} << (shift[k] - 1);
      const int64_t value = (int64_t{accumulator} * multiplier[k] + half) >> shift[k];
      return static_cast<uint8_t>(std::clamp<int64_t>(value, op.relu != 0 ? 0 : -128, 127));
    };
    convolve_by_definition(op, weights, bias, finish);
  }

  template <typename Finish>
  void convolve_by_definition(const hwc_stack_operator& op, const std::vector<uint8_t>& weights,
                              const std::vector<int32_t>& bias, const Finish& finish) {
    const size_t from = case_.inputs[op.first_input];
    const hwc_stack_tensor& in = case_.tensors[from];
    const hwc_stack_tensor& out = case_.tensors[op.output];
    const uint32_t in_channels = in.channels / op.group;
    const uint32_t out_channels = out.channels / op.group;
    std::vector<uint8_t>& made = values_[op.output];
    for (uint32_t b = 0; b < narrow(batch_); ++b) {
      for (uint32_t k = 0; k < out.channels; ++k) {
        for (uint32_t y = 0; y < out.lines[0]; ++y) {
          for (uint32_t x = 0; x < out.lines[1]; ++x) {
            int32_t sum = bias[k];
            size_t weight = size_t{k} * in_channels * op.kernel[0] * op.kernel[1];
            for (uint32_t c = 0; c < in_channels; ++c) {
              for (uint32_t fy = 0; fy < op.kernel[0]; ++fy) {
                for (uint32_t fx = 0; fx < op.kernel[1]; ++fx, ++weight) {
                  const int64_t row = int64_t{y} * op.stride[0] + int64_t{fy} * op.dilation[0] - op.pad[0];
                  const int64_t column = int64_t{x} * op.stride[1] + int64_t{fx} * op.dilation[1] - op.pad[1];
                  if (row < 0 || row >= in.lines[0] || column < 0 || column >= in.lines[1]) continue;
                  const size_t channel = size_t{b} * in.channels + k / out_channels * in_channels + c;
                  const size_t element = (channel * in.lines[0] + static_cast<size_t>(row)) * in.lines[1] +
                                         static_cast<size_t>(column);
                  sum += (number(from, element) - op.input_zero) * static_cast<int8_t>(weights[weight]);
                }
              }
            }
            made.push_back(finish(sum, k));
          }
        }
      }
    }
  }

  // Numbers of the vector engine, with the outputs from the definitions of its operations.
  void calculate(size_t i, hwc_stack_operator& op) {
    const size_t first = case_.inputs[op.first_input];
    const bool two = op.operation == HWC_ADD;
    if (two && one_in(3)) op.operation = one_in(2) ? HWC_SUBTRACT : HWC_MULTIPLY;
    VectorCase c;
    c.operation = op.operation;
    c.input_unsigned = is_unsigned(first);
    c.output_unsigned = is_unsigned(op.output);
    c.input_zero = op.input_zero;
    c.second_zero = op.second_zero = draw_zero(first);
    c.output_zero = op.output_zero;
    c.least = op.output_min;
    c.most = op.output_max;
    for (size_t s = 0; s < 3; ++s) {
      c.scale.at(s) = static_cast<float>(draw(1, 1 << 20)) / static_cast<float>(1 << 20);
      if (op.operation == HWC_MULTIPLY) c.scale.at(s) /= 64;
      op.scale[s] = bits_of(c.scale.at(s));
    }
    c.fixed = static_cast<float>(draw(-1000, 1000)) * 0.13F;
    op.fixed = bits_of(c.fixed);
    c.b = batch_;
    c.height = case_.tensors[first].lines[0];
    c.width = case_.tensors[first].lines[1];
    for (size_t axis = 0; axis < 2; ++axis) {
      c.filter.at(axis) = op.kernel[axis];
      c.stride.at(axis) = op.stride[axis];
      c.dilation.at(axis) = op.dilation[axis];
      c.pad.at(axis) = op.pad[axis];
      const LineMap& map = stack_.op(i).maps[axis];
      c.pad_end.at(axis) = map.kind == LineMap::Kind::window ? map.pad_end : 0;
    }
    if (op.operation == HWC_AVERAGE && one_in(2)) c.window_count = op.kernel[0] * op.kernel[1];
    op.window_count = c.window_count;
    for (uint8_t& byte : c.table) byte = static_cast<uint8_t>(random_());
    if (op.operation == HWC_TABLE) {
      op.params = add_constants(stack_.op(i).name + " table", {c.table.begin(), c.table.end()},
                                case_.cost ? case_.cost->operators[i].params_read : 0);
    }
    if (op.operation == HWC_COPY) {
      join(c, op);
      return;
    }
    c.g = case_.tensors[first].channels;
    c.c = two ? 2 : 1;
    c.count = c.outputs();
    c.input = two ? interleaved(first, case_.inputs[op.first_input + 1]) : values_[first];
    values_[op.output] = vector_outputs(c);
  }

  // Channels of two tensors in turn.
  std::vector<uint8_t> interleaved(size_t a, size_t b) const {
    const size_t lines = size_t{case_.tensors[a].lines[0]} * case_.tensors[a].lines[1];
    std::vector<uint8_t> both;
    for (size_t first = 0; first < values_[a].size(); first += lines) {
      for (const size_t t : {a, b}) {
        const auto begin = values_[t].begin() + static_cast<std::ptrdiff_t>(first);
        both.insert(both.end(), begin, begin + static_cast<std::ptrdiff_t>(lines));
      }
    }
    return both;
  }

  void join(VectorCase c, const hwc_stack_operator& op) {
    const size_t lines = static_cast<size_t>(c.height * c.width);
    for (size_t b = 0; b < static_cast<size_t>(batch_); ++b) {
      for (uint32_t part = 0; part < op.input_count; ++part) {
        const size_t t = case_.inputs[op.first_input + part];
        const size_t bytes = case_.tensors[t].channels * lines;
        c.b = 1;
        c.g = case_.tensors[t].channels;
        c.count = c.outputs();
        const auto begin = values_[t].begin() + static_cast<std::ptrdiff_t>(b * bytes);
        c.input.assign(begin, begin + static_cast<std::ptrdiff_t>(bytes));
        const std::vector<uint8_t> outputs = vector_outputs(c);
        values_[op.output].insert(values_[op.output].end(), outputs.begin(), outputs.end());
      }
    }
  }

  void finish_head() {
    hwc_stack& head = case_.head;
    head.magic = HWC_STACK_MAGIC;
    head.batch = narrow(batch_);
    head.tensor_count = narrow(static_cast<int64_t>(case_.tensors.size()));
    head.operator_count = narrow(static_cast<int64_t>(case_.operators.size()));
    head.input_count = narrow(static_cast<int64_t>(case_.inputs.size()));
    head.outer_axis = schedule_.outer == Axis::rows ? HWC_STACK_ROWS : HWC_STACK_COLUMNS;
    head.outer_tile = narrow(schedule_.outer_tile);
    head.inner_tile = narrow(schedule_.inner_tile);
    head.hwc = place_.hwc;
    case_.address = (next_ + 7) / 8 * 8;
  }

  Network network_;
  const Schedule& schedule_;
  const StackPlace place_;
  std::mt19937_64& random_;
  uint64_t next_;
  const int64_t batch_;
  std::vector<bool> unsigned_;          // of the network's tensors
  std::vector<bool> single_precision_;  // of its operators
  Stack stack_;
  StackCase case_;
  std::vector<std::vector<uint8_t>> values_;  // of the stack's tensors, B, C, Y, X
};

}  // namespace

int64_t StackCase::buffer_bytes() const {
  int64_t working = 0;
  for (size_t i = 0; i < operators.size(); ++i) {
    const hwc_stack_operator& op = operators[i];
    int64_t bytes = cost->operators[i].working_bytes;
    if (op.resident == HWC_STACK_DOUBLE_BUFFERED)
      bytes += int64_t{op.tile[0]} * op.tile[1] * op.tile[2] * op.kernel[0] * op.kernel[1];
    working = std::max(working, bytes);
  }
  return cost->tensor_bytes + cost->resident_bytes + working;
}

std::vector<uint8_t> StackCase::descriptor() const {
  std::vector<uint8_t> bytes;
  const auto append = [&bytes](const void* data, size_t count) {
    const auto* const first = static_cast<const uint8_t*>(data);
    bytes.insert(bytes.end(), first, first + count);
  };
  append(&head, sizeof head);
  append(tensors.data(), tensors.size() * sizeof tensors[0]);
  append(operators.data(), operators.size() * sizeof operators[0]);
  append(inputs.data(), inputs.size() * sizeof inputs[0]);
  const auto size = narrow(static_cast<int64_t>(bytes.size()));
  std::memcpy(&bytes[offsetof(hwc_stack, size_bytes)], &size, sizeof size);
  uint32_t remainder = CRC32_INITIAL;
  for (size_t at = offsetof(hwc_stack, crc32) + sizeof head.crc32; at < bytes.size();
       at += sizeof remainder) {
    uint32_t value = 0;
    std::memcpy(&value, &bytes[at], sizeof value);
    remainder = crc32_add_word(remainder, value);
  }
  const uint32_t crc = crc32_finish(remainder);
  std::memcpy(&bytes[offsetof(hwc_stack, crc32)], &crc, sizeof crc);
  return bytes;
}

std::optional<StackCase> make_stack_case(Network network, const Schedule& schedule, const StackPlace& place,
                                         std::mt19937_64& random) {
  for (size_t op = schedule.first; op <= schedule.last(); ++op) {
    for (const LineMap& map : network.operators[op].maps) {
      if (map.kind == LineMap::Kind::repeat && map.factor != 1) return std::nullopt;
    }
  }
  return Maker(std::move(network), schedule, place, random).run();
}

StackCase random_stack_case(const StackPlace& place, std::mt19937_64& random) {
  for (;;) {
    stack::RandomNetworkLimits limits;
    limits.operators = 2 + static_cast<int64_t>(random() % 9);
    limits.lines = 2 + static_cast<int64_t>(random() % 13);
    const Network network = stack::random_network(random, limits);
    Schedule schedule;
    if (!stack::random_schedule(random, network, schedule)) continue;
    if (auto made = make_stack_case(network, schedule, place, random)) return *std::move(made);
  }
}

}  // namespace hwcvp
