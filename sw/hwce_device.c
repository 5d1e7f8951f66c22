#include "sw/hwce_device.h"

uint32_t hwce_sleep(const struct hwce_device* device, uint32_t conditions) {
  for (;;) {
    /* The line is a level: if a condition holds already, the processor does not stop. */
    ++*device->sleeps;
    hal_wait_for_interrupt(device->hal);
    const uint32_t status = hwce_read(device, HWCE_STATUS);
    if (status & (conditions | HWCE_STATUS_ERROR_MASK)) return status;
  }
}
