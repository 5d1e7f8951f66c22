// Boxes between memory and circular buffers.
#include "models/hwc/run_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <numeric>
#include <random>
#include <vector>

#include "models/hwc/buffer_state.h"

namespace hwcvp::hwc {
namespace {

struct Case {
  Box box;
  PerAxis<int64_t> origin{};
  MemoryLayout memory;
  SlotLayout slot;
};

int64_t draw(std::mt19937_64& random, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
}

// A dense tensor with its axes in any order, sometimes with gaps, sometimes with an axis in blocks, and a box
// of it.
Case random_case(std::mt19937_64& random) {
  Case c;
  c.slot.element_bytes = int64_t{1} << draw(random, 0, 2);
  // Axes, the outermost first; one past the last stands for the blocks of the axis that lies in blocks.
  std::vector<size_t> order(kAxes + 1);
  std::iota(order.begin(), order.end(), 0);
  if (draw(random, 0, 1) == 0) std::shuffle(order.begin(), order.end(), random);
  const int64_t block = draw(random, 0, 1) == 0 ? 0 : draw(random, 1, 4);
  c.memory.blocks = {static_cast<size_t>(draw(random, 0, kAxes - 1)), block, 0};
  const auto inner = std::find(order.begin(), order.end(), c.memory.blocks.axis);
  const auto outer = std::find(order.begin(), order.end(), kAxes);
  if (outer > inner) std::iter_swap(inner, outer);

  int64_t stride = c.slot.element_bytes * (draw(random, 0, 4) == 0 ? 3 : 1);
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    const size_t axis = *i;
    if (axis == kAxes) {
      c.memory.blocks.stride = stride;
      if (block != 0) stride *= (c.slot.extent[c.memory.blocks.axis] + block - 1) / block;
      continue;
    }
    const bool in_blocks = block != 0 && axis == c.memory.blocks.axis;
    const int64_t size = draw(random, 1, in_blocks ? 11 : 4);
    c.memory.stride[axis] = stride;
    stride *= in_blocks ? block : size;
    if (draw(random, 0, 5) == 0) stride += c.slot.element_bytes;
    c.slot.extent[axis] = size;
  }
  for (size_t axis = 0; axis < kAxes; ++axis) {
    const int64_t size = c.slot.extent[axis];
    c.box.count[axis] = draw(random, 0, 1) == 0 ? size : draw(random, 1, size);
    c.box.start[axis] = draw(random, 0, size - c.box.count[axis]);
    c.slot.extent[axis] = c.box.count[axis] + (draw(random, 0, 2) == 0 ? draw(random, 0, 2) : 0);
    c.origin[axis] = draw(random, 0, 1) == 0 ? 0 : c.box.start[axis];
  }
  c.memory.base = static_cast<uint64_t>(draw(random, 0, 1000));
  return c;
}

// Byte in memory of each byte of the buffer that the box fills.
std::map<int64_t, uint64_t> places(const Case& c) {
  std::map<int64_t, uint64_t> map;
  const PerAxis<int64_t> stride = c.slot.strides();
  PerAxis<int64_t> at{};
  for (;;) {
    int64_t place = 0;
    uint64_t address = c.memory.base;
    for (size_t axis = 0; axis < kAxes; ++axis) {
      const int64_t coordinate = c.box.start[axis] + at[axis];
      place += (coordinate - c.origin[axis]) % c.slot.extent[axis] * stride[axis];
      const int64_t block = axis == c.memory.blocks.axis ? c.memory.blocks.size : 0;
      address += static_cast<uint64_t>(block == 0 ? coordinate * c.memory.stride[axis]
                                                  : coordinate / block * c.memory.blocks.stride +
                                                        coordinate % block * c.memory.stride[axis]);
    }
    for (int64_t i = 0; i < c.slot.element_bytes; ++i) map[place + i] = address + static_cast<uint64_t>(i);
    size_t axis = 0;
    while (axis < kAxes && ++at[axis] == c.box.count[axis]) at[axis++] = 0;
    if (axis == kAxes) return map;
  }
}

TEST(RunWalkTest, MovesEveryByteOnceAndToItsPlace) {
  constexpr uint64_t kSeed = 5;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  std::vector<unsigned char> memory(1 << 17);
  for (unsigned char& byte : memory) byte = static_cast<unsigned char>(random());
  int direct = 0;
  int cut = 0;
  for (int round = 0; round < 3000; ++round) {
    const Case c = random_case(random);
    const std::map<int64_t, uint64_t> expected = places(c);
    std::vector<unsigned char> buffer(static_cast<size_t>(c.slot.slot_bytes()));
    const CircularView view = {buffer.data(), c.slot.extent, c.slot.strides(), c.origin};

    std::vector<int> touched(memory.size());
    std::vector<unsigned char> back(memory.size());
    std::vector<unsigned char> run(1 << 16);
    const BoxParts parts = parts_of(c.memory, c.box);
    cut += parts.count > 1 ? 1 : 0;
    for (const Box& part : parts) {
      RunWalk walk(c.memory, part, view, c.slot.element_bytes);
      direct += walk.direct() ? 1 : 0;
      int64_t runs = 0;
      do {
        const auto bytes = static_cast<size_t>(walk.run_bytes());
        ASSERT_LE(walk.address() + bytes, memory.size());
        unsigned char* const source = memory.data() + walk.address();
        for (size_t i = 0; i < bytes; ++i) ++touched[walk.address() + i];
        if (walk.direct()) {
          std::copy(source, source + bytes, walk.data());
        } else {
          walk.copy_to_buffer(source);
        }
        walk.copy_from_buffer(run.data());
        std::copy(run.begin(), run.begin() + static_cast<std::ptrdiff_t>(bytes),
                  back.begin() + static_cast<std::ptrdiff_t>(walk.address()));
        ++runs;
      } while (walk.next());
      EXPECT_EQ(walk.run_count(), runs);
    }
    size_t bytes_touched = 0;
    for (const auto& [place, address] : expected) {
      ASSERT_EQ(memory[address], buffer[static_cast<size_t>(place)]) << "round " << round;
      ASSERT_EQ(memory[address], back[address]) << "round " << round;
      ASSERT_EQ(1, touched[address]) << "round " << round;
    }
    for (const int times : touched) bytes_touched += static_cast<size_t>(times);
    ASSERT_EQ(expected.size(), bytes_touched) << "nothing beside the box may move";
  }
  EXPECT_GT(direct, 300);
  EXPECT_LT(direct, 2500);
  EXPECT_GT(cut, 300);
}

RunWalk walk_of(const Case& c) {
  static unsigned char buffer[4096];
  return {c.memory, c.box, {buffer, c.slot.extent, c.slot.strides()}, c.slot.element_bytes};
}

TEST(RunWalkTest, MergesRowsPlanesAndWholeBoxes) {
  // A tensor of 2 x 1 x 3 x 4 x 5 elements of 2 bytes.
  Case c;
  c.slot.element_bytes = 2;
  c.memory.stride = {120, 120, 40, 10, 2};
  c.slot.extent = {2, 1, 3, 4, 5};
  c.box = {{0, 0, 0, 0, 0}, {2, 1, 3, 4, 5}};
  EXPECT_EQ(240, walk_of(c).run_bytes());
  EXPECT_TRUE(walk_of(c).direct());
  c.box = {{0, 0, 0, 1, 0}, {2, 1, 3, 2, 5}};
  EXPECT_EQ(20, walk_of(c).run_bytes()) << "two whole lines";
  EXPECT_EQ(6, walk_of(c).run_count());
  c.box = {{0, 0, 0, 1, 1}, {1, 1, 3, 2, 4}};
  EXPECT_EQ(8, walk_of(c).run_bytes()) << "parts of lines";
  EXPECT_EQ(6, walk_of(c).run_count());
  EXPECT_TRUE(walk_of(c).direct());
  c.box.start[4] = 3;
  c.box.count[4] = 4;  // columns 3 to 6, which wrap
  EXPECT_EQ(8, walk_of(c).run_bytes());
  EXPECT_FALSE(walk_of(c).direct());
  c.memory.stride[4] = 4;
  EXPECT_EQ(2, walk_of(c).run_bytes()) << "gaps between elements";
  EXPECT_TRUE(walk_of(c).direct());
}

TEST(RunWalkTest, BlocksCutABoxIntoThreeParts) {
  // 10 channels in blocks of 4, each block 2 x 3 pixels.
  Case c;
  c.memory.stride = {72, 72, 1, 12, 4};
  c.memory.blocks = {2, 4, 24};
  c.slot.extent = {1, 1, 10, 2, 3};
  c.box = {{0, 0, 3, 0, 0}, {1, 1, 7, 2, 3}};
  const BoxParts parts = parts_of(c.memory, c.box);
  ASSERT_EQ(3u, parts.count);
  const auto part = [&](size_t i) {
    Case of = c;
    of.box = parts.part[i];
    return walk_of(of);
  };
  EXPECT_EQ(1, part(0).run_bytes()) << "channel 3";
  EXPECT_EQ(6, part(0).run_count());
  EXPECT_EQ(24, part(1).run_bytes()) << "channels 4 to 7 of all pixels";
  EXPECT_EQ(1, part(1).run_count());
  EXPECT_EQ(2, part(2).run_bytes()) << "channels 8 and 9";
  EXPECT_EQ(6, part(2).run_count());
  c.box = {{0, 0, 5, 0, 0}, {1, 1, 2, 1, 1}};
  EXPECT_EQ(1u, parts_of(c.memory, c.box).count) << "within a block";
  c.box = {{0, 0, 0, 0, 0}, {1, 1, 8, 2, 3}};
  EXPECT_EQ(1u, parts_of(c.memory, c.box).count) << "whole blocks";
  EXPECT_EQ(48, walk_of(c).run_bytes());
}

Box span(int64_t start, int64_t count) { return {{0, 0, 0, start, 0}, {1, 1, 1, count, 1}}; }

TEST(HeldBoxTest, FollowsRegionsThatSlideAndJump) {
  const PerAxis<int64_t> extent = {1, 1, 1, 10, 1};
  HeldBox held;
  EXPECT_FALSE(held.contains(span(0, 1))) << "nothing is held at first";
  EXPECT_TRUE(held.contains(span(0, 0))) << "nothing is needed";
  held.add(span(0, 8), extent);
  EXPECT_TRUE(held.contains(span(0, 8)));
  EXPECT_FALSE(held.contains(span(7, 2)));
  held.add(span(8, 4), extent);
  EXPECT_TRUE(held.contains(span(2, 10)));
  EXPECT_FALSE(held.contains(span(1, 1))) << "its place was taken by 11";
  held.add(span(0, 2), extent);
  EXPECT_TRUE(held.contains(span(0, 10)));
  EXPECT_FALSE(held.contains(span(10, 1)));
  held.add(span(100, 3), extent);
  EXPECT_TRUE(held.contains(span(100, 3)));
  EXPECT_FALSE(held.contains(span(0, 1)));
  EXPECT_FALSE(held.contains({{0, 0, 1, 100, 0}, {1, 1, 1, 1, 1}})) << "another axis counts too";
}

}  // namespace
}  // namespace hwcvp::hwc
