// What the firmware refuses of stacks: which field is to blame, and that nothing moves.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <limits>
#include <vector>

#include "tests/sw/stack_job_fixture.h"

namespace hwcvp {
namespace {

using stack::Axis;
using stack::NetworkBuilder;
using stack::Schedule;

// Refusals of one stack that is good, with a field changed.
class StackRefusals : public StackJobTest {
 protected:
  // Two convolutions, an addition around the second, pooling, a table, and a concatenation.
  static StackCase plain(StackCase c) {
    for (hwc_stack_tensor& tensor : c.tensors) tensor.type = HWC_INT8;
    for (hwc_stack_operator& op : c.operators) {
      const bool convolution = op.operation == HWC_CONVOLUTION;
      if (op.operation == HWC_SUBTRACT || op.operation == HWC_MULTIPLY) op.operation = HWC_ADD;
      op.requantization = op.relu = 0;
      op.input_zero = op.second_zero = op.output_zero = 0;
      op.output_min = convolution ? std::numeric_limits<int32_t>::min() : -128;
      op.output_max = convolution ? std::numeric_limits<int32_t>::max() : 127;
    }
    return c;
  }
  StackCase good_case() {
    NetworkBuilder net(2, 8, 8);
    const size_t first = net.convolution(0, 4, 3);
    const size_t second = net.convolution(first, 4, 3);
    const size_t pooled = net.pooling(net.sum(second, first));
    net.concatenation(net.table(pooled), pooled);
    net.network.outputs = {first};
    Schedule schedule = net.schedule(Axis::columns, 2, 1);
    schedule.operators[1].resident = true;
    return plain(make(net, schedule));
  }

  // Of fields in the descriptor of the case.
  static size_t of_tensor(size_t tensor, size_t field) {
    return sizeof(hwc_stack) + tensor * sizeof(hwc_stack_tensor) + field;
  }
  size_t of_operator(size_t op, size_t field) const {
    return of_tensor(good.tensors.size(), op * sizeof(hwc_stack_operator) + field);
  }
  size_t of_input(size_t use) const { return of_operator(good.operators.size(), use * sizeof(uint32_t)); }

  // The descriptor with the word at an offset changed is refused for that word.
  void refused(size_t offset, uint32_t value) { refused_at(offset, value, offset, value); }
  void refused_at(size_t offset, uint32_t value, size_t blamed, uint32_t blamed_value) {
    StackCase bad = good;
    std::vector<uint8_t> bytes = bad.descriptor();
    std::memcpy(&bytes[offset], &value, sizeof value);
    std::memcpy(&bad.head, bytes.data(), sizeof bad.head);
    std::memcpy(bad.tensors.data(), &bytes[of_tensor(0, 0)], bad.tensors.size() * sizeof bad.tensors[0]);
    std::memcpy(bad.operators.data(), &bytes[of_operator(0, 0)],
                bad.operators.size() * sizeof bad.operators[0]);
    std::memcpy(bad.inputs.data(), &bytes[of_input(0)], bad.inputs.size() * sizeof bad.inputs[0]);
    expect(bad, HWC_JOB_BAD_STACK, static_cast<uint32_t>(blamed), blamed_value);
  }
  void expect(const StackCase& bad, uint32_t result, uint32_t first, uint32_t second) {
    const hwc_status status = run_firmware(bad);
    EXPECT_EQ(result, status.result) << "field at " << first;
    EXPECT_EQ(first, status.detail[0]);
    EXPECT_EQ(second, status.detail[1]) << "field at " << first;
    EXPECT_EQ(0u, status.load_commands);
    EXPECT_TRUE(bench.transactions.empty()) << "field at " << first;
  }

  StackCase good;
};

TEST_F(StackRefusals, NameTheFieldAndItsValue) {
  run([this] {
    good = good_case();
    ASSERT_EQ(uint32_t{HWC_JOB_DONE}, run_firmware(good).result);
    const uint32_t huge = 0x40000000;
    const uint32_t minus_129 = static_cast<uint32_t>(-129);
    const auto head = [this](size_t field, std::vector<uint32_t> values) {
      for (const uint32_t value : values) refused(field, value);
    };
    head(offsetof(hwc_stack, batch), {0, huge});
    head(offsetof(hwc_stack, tensor_count), {0, 1, HWC_STACK_MAX_TENSORS + 1, 0xffffffff});
    head(offsetof(hwc_stack, operator_count), {0, 1, HWC_STACK_MAX_OPERATORS + 1});
    head(offsetof(hwc_stack, input_count), {HWC_STACK_MAX_INPUTS + 1, 0xffffffff});
    head(offsetof(hwc_stack, outer_axis), {2});
    head(offsetof(hwc_stack, outer_tile), {0, huge});
    head(offsetof(hwc_stack, inner_tile), {0, huge});
    head(offsetof(hwc_stack, hwc), {2});

    const auto tensor = [this](size_t number, size_t field, std::vector<uint32_t> values) {
      for (const uint32_t value : values) refused(of_tensor(number, field), value);
    };
    const size_t input = good.inputs[good.operators[0].first_input];
    const size_t last = good.operators.back().output;
    const size_t between = good.operators[1].output;
    tensor(input, offsetof(hwc_stack_tensor, channels), {0, huge});
    tensor(input, offsetof(hwc_stack_tensor, lines), {0, huge});
    tensor(input, offsetof(hwc_stack_tensor, lines) + 4, {0, huge});
    tensor(input, offsetof(hwc_stack_tensor, type), {HWC_INT16, HWC_INT32, 0xffffffff});
    tensor(input, offsetof(hwc_stack_tensor, stored), {1, 2});
    tensor(last, offsetof(hwc_stack_tensor, stored), {1});
    tensor(between, offsetof(hwc_stack_tensor, reserved), {1});
    tensor(between, offsetof(hwc_stack_tensor, type), {HWC_UINT8});  // by multiplier and shift

    const auto op = [this](size_t number, size_t field, std::vector<uint32_t> values) {
      for (const uint32_t value : values) refused(of_operator(number, field), value);
    };
    const size_t add = 2;
    const size_t pool = 3;
    const size_t table = 4;
    const size_t concat = 5;
    for (const size_t number : {size_t{0}, add, pool, table, concat}) {
      op(number, offsetof(hwc_stack_operator, operation), {HWC_OPERATIONS, 0xffffffff});
      op(number, offsetof(hwc_stack_operator, first_input), {0xffffffff});
      op(number, offsetof(hwc_stack_operator, input_count), {0, 100, 0xffffffff});
      op(number, offsetof(hwc_stack_operator, output), {100, 0xffffffff});
      for (size_t axis = 0; axis < 8; axis += 4) {
        op(number, offsetof(hwc_stack_operator, kernel) + axis, {0, huge});
        op(number, offsetof(hwc_stack_operator, stride) + axis, {0, huge});
        op(number, offsetof(hwc_stack_operator, dilation) + axis, {0, huge});
        op(number, offsetof(hwc_stack_operator, pad) + axis, {huge});
      }
      op(number, offsetof(hwc_stack_operator, relu), {2});
      op(number, offsetof(hwc_stack_operator, resident), {HWC_STACK_DOUBLE_BUFFERED + 1});
      op(number, offsetof(hwc_stack_operator, input_zero), {128, minus_129});
      op(number, offsetof(hwc_stack_operator, piece), {huge});
    }
    op(concat, offsetof(hwc_stack_operator, piece), {1});
    op(0, offsetof(hwc_stack_operator, group), {0, 3});
    for (size_t i = 0; i < 12; i += 4) {
      op(0, offsetof(hwc_stack_operator, tile) + i, {0, 5});
      op(add, offsetof(hwc_stack_operator, tile) + i, {1});
      op(add, offsetof(hwc_stack_operator, scale) + i, {0x7f800000, 0xff800000, 0x7fc00000});
    }
    op(0, offsetof(hwc_stack_operator, requantization), {2});
    op(0, offsetof(hwc_stack_operator, output_zero), {1});
    op(0, offsetof(hwc_stack_operator, output_min), {0});
    op(0, offsetof(hwc_stack_operator, output_max), {0});
    for (const size_t number : {add, pool, table, concat}) {
      op(number, offsetof(hwc_stack_operator, group), {0, 2});
      op(number, offsetof(hwc_stack_operator, requantization), {1});
      op(number, offsetof(hwc_stack_operator, relu), {1});
      op(number, offsetof(hwc_stack_operator, resident), {HWC_STACK_RESIDENT, HWC_STACK_DOUBLE_BUFFERED});
      op(number, offsetof(hwc_stack_operator, fixed), {0x7f800000});
      op(number, offsetof(hwc_stack_operator, second_zero), {128, minus_129});
      op(number, offsetof(hwc_stack_operator, output_zero), {128, minus_129});
      op(number, offsetof(hwc_stack_operator, output_min), {128});
      op(number, offsetof(hwc_stack_operator, output_max), {minus_129});
    }
    for (const size_t number : {add, table, concat}) {
      op(number, offsetof(hwc_stack_operator, kernel), {2});
      op(number, offsetof(hwc_stack_operator, stride) + 4, {2});
      op(number, offsetof(hwc_stack_operator, pad), {1});
    }

    // An addition of tensors of other lines, types or channels; itself; what nobody makes before.
    const size_t second_use = good.operators[add].first_input + 1;
    refused(of_input(second_use), static_cast<uint32_t>(input));
    refused(of_input(second_use), good.operators[add].output);
    refused(of_input(second_use), 100);
    // What is read before it is made, and what is made twice: the second of the two is to blame.
    const size_t output = offsetof(hwc_stack_operator, output);
    const auto last_word = static_cast<uint32_t>(last);
    refused_at(of_input(second_use), last_word, of_operator(concat, output), last_word);
    const uint32_t twice = good.operators[1].output;
    refused_at(of_operator(0, output), twice, of_operator(1, output), twice);
    refused(of_operator(table, output), twice);
  });
}

TEST_F(StackRefusals, OfWhatIsNotWhole) {
  run([this] {
    good = good_case();
    const auto patched = [this](size_t offset, uint32_t value) {
      std::vector<uint8_t> bytes = good.descriptor();
      std::memcpy(&bytes[offset], &value, sizeof value);
      bench.store(good.address, bytes.data(), bytes.size());
      hwc_status status{};
      const console quiet = {hal(), 0, LOG_ERROR};
      firmware_run_job(&quiet, good.address, &status);
      return status;
    };
    EXPECT_EQ(uint32_t{HWC_JOB_BAD_MAGIC}, patched(0, HWC_STACK_MAGIC + 1).result);
    for (const uint32_t size : {0u, 47u, 48u, 0xffffffffu}) {
      const hwc_status status = patched(offsetof(hwc_stack, size_bytes), size);
      EXPECT_EQ(uint32_t{HWC_JOB_BAD_SIZE}, status.result) << size;
      EXPECT_EQ(size, status.detail[0]);
    }
    // A flipped bit anywhere behind what the counts cover.
    const auto size = static_cast<uint32_t>(good.descriptor().size());
    for (size_t offset = sizeof(hwc_stack); offset < size; offset += 44) {
      uint32_t before = 0;
      std::memcpy(&before, &good.descriptor()[offset], sizeof before);
      EXPECT_EQ(uint32_t{HWC_JOB_BAD_CRC}, patched(offset, before ^ 0x100).result) << offset;
    }
  });
}

TEST_F(StackRefusals, OfWhatTheAcceleratorHasNoRoomFor) {
  run([this] {
    good = good_case();
    capability = {{HWC_CONTEXTS, 6}};  // each part of the concatenation takes one
    expect(good, HWC_JOB_TOO_MANY_CONTEXTS, 7, 6);
    capability = {{HWC_REGIONS, 6}};
    expect(good, HWC_JOB_TOO_MANY_REGIONS, 7, 6);
    capability = {{HWC_MAX_CHANNELS, 3}};
    expect(good, HWC_JOB_TOO_MANY_CHANNELS, 4, 3);
    capability = {{HWC_ID, 5}};
    expect(good, HWC_JOB_HWC_MISSING, 5, 0);
    capability = {{HWC_CONTEXTS, 7}, {HWC_REGIONS, 7}, {HWC_MAX_CHANNELS, 4}};
    EXPECT_EQ(uint32_t{HWC_JOB_DONE}, run_firmware(good).result);
    // Numbers of 64 bits, and past them.
    StackCase large = good;
    for (hwc_stack_tensor& tensor : large.tensors) tensor.channels = 0x1000000;
    for (hwc_stack_operator& op : large.operators) op.tile[0] = op.operation == HWC_CONVOLUTION ? 1 : 0;
    large.operators[0].piece = 0;
    large.tensors[large.operators.back().output].channels = 0x40000000 - 1;  // not the sum of its parts
    EXPECT_EQ(uint32_t{HWC_JOB_BAD_STACK}, run_firmware(large).result);
    large.operators.pop_back();
    large.inputs.resize(large.operators.back().first_input + 1);
    large.head.operator_count = static_cast<uint32_t>(large.operators.size());
    large.head.input_count = static_cast<uint32_t>(large.inputs.size());
    large.head.tensor_count = static_cast<uint32_t>(large.tensors.size() - 1);
    large.tensors.pop_back();
    expect(large, HWC_JOB_DOES_NOT_FIT, 0xffffffff, 1 << 20);
  });
}

TEST_F(StackRefusals, OfStridesThatNeedMoreThan32Bits) {
  run([this] {
    NetworkBuilder net(4, 1, 1);
    net.convolution(net.convolution(0, 4, 1), 4, 1);
    good = plain(make(net, net.schedule(Axis::columns, 1, 1)));
    ASSERT_EQ(uint32_t{HWC_JOB_DONE}, run_firmware(good).result);
    const auto weight = static_cast<uint32_t>(of_operator(1, offsetof(hwc_stack_operator, weight)));
    StackCase large = good;
    large.operators[1].kernel[0] = large.operators[1].kernel[1] = 0x8000;  // a filter of 2^32 bytes
    expect(large, HWC_JOB_TOO_LARGE, weight, 0);
    large.operators[1].kernel[0] = large.operators[1].kernel[1] = 0x3fffffff;
    expect(large, HWC_JOB_TOO_LARGE, weight, 0);
    // Of groups, which one group does not have.
    large = good;
    large.operators[1].group = 2;
    large.operators[1].tile[1] = large.operators[1].tile[2] = 2;
    ASSERT_EQ(uint32_t{HWC_JOB_DONE}, run_firmware(large).result);
    large.operators[1].kernel[0] = large.operators[1].kernel[1] = 0x8000;
    large.operators[1].tile[1] = large.operators[1].tile[2] = 1;
    expect(large, HWC_JOB_TOO_LARGE, weight, 0);
    large = good;
    large.operators[1].group = 2;
    large.operators[1].tile[1] = large.operators[1].tile[2] = 2;
    const uint32_t output = large.operators[1].output;
    large.tensors[output].stride[1] = 0x80000000;
    expect(large, HWC_JOB_TOO_LARGE,
           static_cast<uint32_t>(of_tensor(output, offsetof(hwc_stack_tensor, stride) + 4)), 0);
  });
}

// What the accelerator finds wrong comes back, and the next stack finds it as good as new.
TEST_F(StackRefusals, EndWithTheAcceleratorsError) {
  run([this] {
    good = good_case();
    StackCase outside = good;
    outside.tensors[outside.inputs[0]].address = uint64_t{1} << 60;
    const hwc_status status = run_firmware(outside);
    EXPECT_EQ(uint32_t{HWC_JOB_HWC_ERROR}, status.result);
    EXPECT_EQ(uint32_t{HWC_ERROR_MEMORY_PORT}, status.detail[0]);
    EXPECT_EQ(uint32_t{HWC_JOB_DONE}, run_firmware(good).result);
  });
}

}  // namespace
}  // namespace hwcvp
