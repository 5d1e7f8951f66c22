/* What start.S calls: the firmware on the control processor's own address map. */
#include "sw/firmware.h"

#ifndef HWCVP_MAILBOX_ADDRESS
#error "HWCVP_MAILBOX_ADDRESS: the address of the mailbox on the bus"
#endif

void firmware_start(void);

void firmware_start(void) {
  const struct hal hal = {0};
  firmware_main(&hal, HWCVP_MAILBOX_ADDRESS);
}
