/* CRC-32 as IEEE 802.3 and zlib define it. */
#pragma once

#include <stdint.h>

#define CRC32_INITIAL 0xffffffffu

#ifdef __cplusplus
extern "C" {
#endif

/* Takes four bytes, least significant first, into the running remainder. */
uint32_t crc32_add_word(uint32_t remainder, uint32_t word);

static inline uint32_t crc32_finish(uint32_t remainder) { return ~remainder; }

#ifdef __cplusplus
}
#endif
