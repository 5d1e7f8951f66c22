/* What start.S calls. The control processor enters the image with the address of the mailbox in a0. */
#include "sw/firmware.h"

void firmware_start(uint64_t mailbox);

void firmware_start(uint64_t mailbox) {
  const struct hal hal = {0};
  firmware_main(&hal, mailbox);
}
