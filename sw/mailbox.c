#include "sw/mailbox.h"

#include "registers/mailbox.h"

void mailbox_wait(const struct hal* hal, uint64_t mailbox) {
  while ((hal_read32(hal, mailbox + MAILBOX_DOORBELL) & MAILBOX_DOORBELL_PENDING_MASK) == 0) {
    hal_wait_for_interrupt(hal);
  }
  hal_write32(hal, mailbox + MAILBOX_DOORBELL, MAILBOX_DOORBELL_PENDING_MASK);
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

static void log_text(const struct hal* hal, uint64_t mailbox, const char* text) {
  for (; *text != '\0'; text++) hal_write32(hal, mailbox + MAILBOX_CONSOLE, (uint32_t)(unsigned char)*text);
}

static void log_number(const struct hal* hal, uint64_t mailbox, uint32_t number) {
  if (number >= 10) log_number(hal, mailbox, number / 10);
  hal_write32(hal, mailbox + MAILBOX_CONSOLE, '0' + number % 10);
}

void mailbox_log_failure(const struct hal* hal, uint64_t mailbox, const struct hwc_status* status) {
  log_text(hal, mailbox, "job failed: result ");
  log_number(hal, mailbox, status->result);
  log_text(hal, mailbox, ", detail ");
  log_number(hal, mailbox, status->detail[0]);
  log_text(hal, mailbox, " ");
  log_number(hal, mailbox, status->detail[1]);
  log_text(hal, mailbox, "\n");
}
