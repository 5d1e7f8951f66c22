// Addresses of loads, stores and atomic accesses, decoded from words that the GNU assembler made. Loads and
// stores are also set against the bus, in riscv_debug_test.
#include "models/cpu/riscv_data_access.h"

#include <gtest/gtest.h>

namespace hwcvp::cpu {
namespace {

// Register x<n> holds 0x1000 * n.
uint64_t x(unsigned index) { return uint64_t{0x1000} * index; }

TEST(RiscvDataAccessTest, DecodesAtomicAccesses) {
  const struct {
    const char* text;
    uint64_t bytes;
    uint32_t word;
    bool reads;
    bool writes;
  } cases[] = {
      {"lr.w t0,(a0)", 4, 0x100522af, true, false},
      {"sc.d t0,t1,(a0)", 8, 0x186532af, false, true},
      {"amoadd.w t0,t1,(a0)", 4, 0x006522af, true, true},
      {"amoswap.d t0,t1,(a0)", 8, 0x086532af, true, true},
      {"amomaxu.d t0,t1,(a0)", 8, 0xe06532af, true, true},
  };
  for (const auto& c : cases) {
    const auto access = data_access(c.word, x);
    ASSERT_TRUE(access) << c.text;
    EXPECT_EQ(0xa000u, access->address) << c.text;
    EXPECT_EQ(c.bytes, access->bytes) << c.text;
    EXPECT_EQ(c.reads, access->reads) << c.text;
    EXPECT_EQ(c.writes, access->writes) << c.text;
  }
}

TEST(RiscvDataAccessTest, OffsetsAreSigned) {
  EXPECT_EQ(0xa000u - 2048, data_access(0x80052283, x)->address) << "lw t0,-2048(a0)";
  EXPECT_EQ(0xa000u + 2047, data_access(0x7e550fa3, x)->address) << "sb t0,2047(a0)";
  EXPECT_EQ(0xa000u - 1, data_access(0xfe550fa3, x)->address) << "sb t0,-1(a0)";
}

TEST(RiscvDataAccessTest, OtherInstructionsAccessNothing) {
  for (const uint32_t word : {
           0x00000013u,  // nop
           0x10500073u,  // wfi
           0x9002u,      // c.ebreak
           0x4295u,      // c.li t0,5
           0x1141u,      // c.addi sp,-16
           0x8082u,      // ret
           0x0040u,      // c.addi4spn s0,sp,4
           0xfe029ee3u,  // bnez t0
           0x0ff0000fu,  // fence
       }) {
    EXPECT_FALSE(data_access(word, x)) << std::hex << word;
  }
}

}  // namespace
}  // namespace hwcvp::cpu
