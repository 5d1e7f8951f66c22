/* One HWCE: its registers, and waiting for it. */
#pragma once

#include <stdint.h>

#include "registers/hwce.h"
#include "sw/compiler.h"
#include "sw/hal.h"

struct hwce_device {
  const struct hal* hal;
  uint64_t registers;
  uint32_t* sleeps; /* counts waits for an interrupt */
};

FW_INLINE uint32_t hwce_read(const struct hwce_device* device, uint32_t offset) {
  return hal_read32(device->hal, device->registers + offset);
}

FW_INLINE void hwce_write(const struct hwce_device* device, uint32_t offset, uint32_t value) {
  hal_write32(device->hal, device->registers + offset, value);
}

FW_INLINE void hwce_write_address(const struct hwce_device* device, uint32_t low_offset, uint64_t address) {
  hwce_write(device, low_offset, (uint32_t)address);
  hwce_write(device, low_offset + 4, (uint32_t)(address >> 32));
}

/* Sleeps until STATUS has one of the bits of `conditions`, which IRQ_ENABLE holds, or an error; returns
   STATUS. */
uint32_t hwce_sleep(const struct hwce_device* device, uint32_t conditions);
