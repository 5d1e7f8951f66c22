#include "sw/firmware.h"
#include "sw/job_list.h"
#include "sw/mailbox.h"
#include "sw/serve.h"

void firmware_main(const struct hal* hal, uint64_t mailbox) {
  for (;;) {
    const struct console console = {hal, mailbox, mailbox_wait(hal, mailbox)};
    const uint64_t status_address = mailbox_status_address(hal, mailbox);
    const uint64_t job_address = mailbox_job_address(hal, mailbox);
    /* The magic word says whether this is a list, and which accelerator a job is for. */
    const uint32_t magic = hal_read32(hal, job_address);
    if (magic == HWC_LIST_MAGIC) {
      job_list_run(&console, job_address, status_address);
    } else {
      struct hwc_status status;
      serve_job(&console, magic, job_address, status_address, &status);
    }
    mailbox_report_done(hal, mailbox);
  }
}
