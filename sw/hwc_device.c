#include "sw/hwc_device.h"

uint32_t hwc_sleep_until(const struct hwc_device* device, uint32_t conditions) {
  const uint32_t awaited = conditions | HWC_STATUS_ERROR_MASK;
  hwc_write(device, HWC_IRQ_ENABLE, awaited);
  for (;;) {
    /* The line is a level: if a condition holds already, the processor does not stop. */
    ++*device->sleeps;
    hal_wait_for_interrupt(device->hal);
    const uint32_t status = hwc_read(device, HWC_STATUS);
    if (status & awaited) return status;
  }
}

uint32_t hwc_make_room(const struct hwc_device* device, enum hwc_engine engine, uint32_t issued,
                       uint32_t* done) {
  const uint32_t done_register = HWC_LOAD_DONE + 4u * (uint32_t)engine;
  *done = hwc_read(device, done_register);
  uint32_t limit = *done + device->fifo_depth;
  if ((int32_t)(limit - issued) > 0) return limit;

  /* Sleep until half of the FIFO is free rather than once for each command. */
  const uint32_t status = hwc_sleep_until(device, HWC_STATUS_LOAD_SPACE_MASK << engine);
  if (status & HWC_STATUS_ERROR_MASK) return issued;
  *done = hwc_read(device, done_register);
  limit = *done + device->fifo_depth;
  /* The command in execution takes no place, so that there is room for one even if the counts do not show it.
   */
  return (int32_t)(limit - issued) > 0 ? limit : issued + 1;
}
