/* One HWC: its registers and sleeping until it has something to say. */
#pragma once

#include <stdint.h>

#include "registers/hwc.h"
#include "sw/compiler.h"
#include "sw/hal.h"

struct hwc_device {
  const struct hal* hal;
  uint64_t registers;
  uint32_t fifo_depth;
  uint32_t* sleeps; /* counts waits for an interrupt */
};

/* The engines, in the order of their FIFOs, *_DONE registers and *_SPACE bits. */
enum hwc_engine { HWC_LOAD_ENGINE, HWC_COMPUTE_ENGINE, HWC_STORE_ENGINE, HWC_VECTOR_ENGINE, HWC_ENGINES };

_Static_assert(HWC_COMPUTE_DONE == HWC_LOAD_DONE + 4 && HWC_STORE_DONE == HWC_LOAD_DONE + 8 &&
                   HWC_VECTOR_DONE == HWC_LOAD_DONE + 12,
               "order of engines");
_Static_assert(HWC_WAIT_COMPUTE == HWC_WAIT_LOAD + 4 && HWC_WAIT_STORE == HWC_WAIT_LOAD + 8,
               "order of engines");
_Static_assert(HWC_STATUS_COMPUTE_SPACE_MASK == HWC_STATUS_LOAD_SPACE_MASK << 1 &&
                   HWC_STATUS_STORE_SPACE_MASK == HWC_STATUS_LOAD_SPACE_MASK << 2 &&
                   HWC_STATUS_VECTOR_SPACE_MASK == HWC_STATUS_LOAD_SPACE_MASK << 3,
               "order of engines");

/* The register of the wait token that names a command of an engine. */
FW_INLINE uint32_t hwc_wait_register(enum hwc_engine engine) {
  return engine == HWC_VECTOR_ENGINE ? HWC_WAIT_VECTOR : HWC_WAIT_LOAD + 4u * (uint32_t)engine;
}

FW_INLINE uint32_t hwc_read(const struct hwc_device* device, uint32_t offset) {
  return hal_read32(device->hal, device->registers + offset);
}

FW_INLINE void hwc_write(const struct hwc_device* device, uint32_t offset, uint32_t value) {
  hal_write32(device->hal, device->registers + offset, value);
}

/* Sleeps until STATUS has one of the bits of `conditions` or an error, and returns STATUS. */
uint32_t hwc_sleep_until(const struct hwc_device* device, uint32_t conditions);

/* Waits for room in an engine's FIFO, `issued` being the commands it has got so far. Returns up to which
   count commands may be issued without asking again, or `issued` after an error. Sets *done to the commands
   that the engine has completed. */
uint32_t hwc_make_room(const struct hwc_device* device, enum hwc_engine engine, uint32_t issued,
                       uint32_t* done);
