#include "sw/crc32.h"

/* Remainders of the sixteen nibbles under the reflected polynomial 0xedb88320. */
static const uint32_t kNibble[16] = {
    0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu,
    0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu, 0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu};

uint32_t crc32_add_word(uint32_t remainder, uint32_t word) {
  remainder ^= word;
  for (int nibble = 0; nibble < 8; nibble++) remainder = (remainder >> 4) ^ kNibble[remainder & 15u];
  return remainder;
}
