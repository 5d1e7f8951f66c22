/* Inlining for the path that every command takes: a call would save and restore a dozen registers there. */
#pragma once

#define FW_INLINE static inline __attribute__((always_inline))
#define FW_UNLIKELY(condition) __builtin_expect((condition), 0)
