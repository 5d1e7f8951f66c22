// HWCVP_UNROLL: unrolls the loop that follows completely, so that arrays of vectors live in registers.
#pragma once

#if defined(__clang__)
#define HWCVP_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define HWCVP_UNROLL _Pragma("GCC unroll 32")
#else
#define HWCVP_UNROLL
#endif
