#include "sw/mailbox.h"

#include "registers/mailbox.h"

uint32_t mailbox_wait(const struct hal* hal, uint64_t mailbox) {
  uint32_t doorbell;
  while (((doorbell = hal_read32(hal, mailbox + MAILBOX_DOORBELL)) & MAILBOX_DOORBELL_PENDING_MASK) == 0) {
    hal_wait_for_interrupt(hal);
  }
  hal_write32(hal, mailbox + MAILBOX_DOORBELL, MAILBOX_DOORBELL_PENDING_MASK);
  return (doorbell & MAILBOX_DOORBELL_LOG_LEVEL_MASK) >> MAILBOX_DOORBELL_LOG_LEVEL_LSB;
}

static uint64_t read_address(const struct hal* hal, uint64_t low) {
  return hal_read32(hal, low) | (uint64_t)hal_read32(hal, low + 4) << 32;
}

uint64_t mailbox_job_address(const struct hal* hal, uint64_t mailbox) {
  return read_address(hal, mailbox + MAILBOX_JOB_LO);
}

uint64_t mailbox_status_address(const struct hal* hal, uint64_t mailbox) {
  return read_address(hal, mailbox + MAILBOX_STATUS_LO);
}

void mailbox_report_done(const struct hal* hal, uint64_t mailbox) {
  hal_write32(hal, mailbox + MAILBOX_DONE, MAILBOX_DONE_DONE_MASK);
}

void mailbox_report_progress(const struct hal* hal, uint64_t mailbox, uint32_t jobs_done) {
  hal_write32(hal, mailbox + MAILBOX_PROGRESS, jobs_done);
}
