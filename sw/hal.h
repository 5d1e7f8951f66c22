/*
 * How the firmware reaches the world: 32-bit accesses to the bus and sleep. On the control processor these
 * are plain instructions; compiled for the host they go through the functions of whoever runs the firmware.
 */
#pragma once

#include <stdint.h>

#ifdef __riscv

struct hal {
  uint32_t unused;
};

static inline uint32_t hal_read32(const struct hal* hal, uint64_t address) {
  (void)hal;
  return *(volatile const uint32_t*)(uintptr_t)address;
}

static inline void hal_write32(const struct hal* hal, uint64_t address, uint32_t value) {
  (void)hal;
  *(volatile uint32_t*)(uintptr_t)address = value;
}

/* Returns once an interrupt line is high; no trap is taken. It may also return early. */
static inline void hal_wait_for_interrupt(const struct hal* hal) {
  (void)hal;
  __asm__ volatile("wfi" ::: "memory");
}

#else

struct hal {
  void* context;
  uint32_t (*read32)(void* context, uint64_t address);
  void (*write32)(void* context, uint64_t address, uint32_t value);
  void (*wait_for_interrupt)(void* context);
};

static inline uint32_t hal_read32(const struct hal* hal, uint64_t address) {
  return hal->read32(hal->context, address);
}

static inline void hal_write32(const struct hal* hal, uint64_t address, uint32_t value) {
  hal->write32(hal->context, address, value);
}

static inline void hal_wait_for_interrupt(const struct hal* hal) { hal->wait_for_interrupt(hal->context); }

#endif
