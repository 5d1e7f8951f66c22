#include "models/cpu/instruction_counter.h"

#include <gtest/gtest.h>

#include <cstring>

namespace hwcvp::cpu {
namespace {

constexpr uint64_t kBase = 0x20000000;

TEST(InstructionCounterTest, CountsBothSizesAndEndsAtWfi) {
  // addi x1,x0,1 (4 bytes); c.nop; c.nop; wfi (4); c.nop; and the low half of a 4-byte instruction at the
  // very end
  const unsigned char code[] = {0x93, 0x00, 0x10, 0x00, 0x01, 0x00, 0x01, 0x00,
                                0x73, 0x00, 0x50, 0x10, 0x01, 0x00, 0x93, 0x00};
  InstructionCounter counter(code, kBase, sizeof code);
  EXPECT_EQ(1u, counter.count(kBase, 4));
  EXPECT_EQ(2u, counter.count(kBase, 6)) << "another block from the same start";
  EXPECT_EQ(1u, counter.count(kBase, 4)) << "and back";
  EXPECT_EQ(4u, counter.count(kBase, 14)) << "nothing after the WFI";
  EXPECT_EQ(1u, counter.count(kBase + 12, 2));
  EXPECT_EQ(2u, counter.count(kBase + 12, 4)) << "reads nothing past the end";
  EXPECT_EQ(0u, counter.count(kBase, 0));
  EXPECT_EQ(0u, counter.count(kBase + sizeof code, 4)) << "outside";
  EXPECT_EQ(0u, counter.count(kBase - 4, 4)) << "outside";
}

}  // namespace
}  // namespace hwcvp::cpu
