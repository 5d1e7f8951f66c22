#include "sw/serve.h"

#include <stddef.h>

#include "sw/firmware.h"
#include "sw/hwce_job.h"
#include "sw/hwce_run.h"

void write_status(const struct hal* hal, uint64_t address, const struct hwc_status* status) {
  if (status->vector_commands != 0) {
    hal_write32(hal, address + offsetof(struct hwc_status, vector_commands), status->vector_commands);
  }
  const uint32_t word[] = {status->magic,          status->result,        status->detail[0],
                           status->detail[1],      status->load_commands, status->compute_commands,
                           status->store_commands, status->sleeps};
  /* Whoever finds the magic finds the rest complete. */
  for (size_t i = sizeof word / sizeof word[0]; i-- > 0;) hal_write32(hal, address + 4 * i, word[i]);
}

static void log_result(const struct console* console, const struct hwc_status* status) {
  if (status->result != HWC_JOB_DONE) {
    console_log(console, LOG_ERROR, "job failed: result %u, detail %u %u", status->result, status->detail[0],
                status->detail[1]);
  } else if (status->vector_commands != 0) {
    console_log(console, LOG_INFO, "job done: %u load, %u vector and %u store commands, %u sleeps",
                status->load_commands, status->vector_commands, status->store_commands, status->sleeps);
  } else {
    console_log(console, LOG_INFO, "job done: %u load, %u compute and %u store commands, %u sleeps",
                status->load_commands, status->compute_commands, status->store_commands, status->sleeps);
  }
}

void serve_job(const struct console* console, uint32_t magic, uint64_t job_address, uint64_t status_address,
               struct hwc_status* status) {
  if (magic == HWCE_JOB_MAGIC) {
    hwce_run_job(console->hal, job_address, status);
  } else {
    firmware_run_job(console, job_address, status);
  }
  log_result(console, status);
  write_status(console->hal, status_address, status);
}
