#include "sw/job_list.h"

#include <stddef.h>

#include "sw/job.h"
#include "sw/job_read.h"
#include "sw/mailbox.h"
#include "sw/outcome.h"
#include "sw/serve.h"

#define FIELD(name) ((uint32_t)offsetof(struct hwc_list, name))

_Static_assert(sizeof(struct hwc_list) == 24 && sizeof(struct hwc_list_entry) == 16 &&
                   sizeof(struct hwc_list_status) == sizeof(struct hwc_status) + 8,
               "lists have the same layout everywhere, without padding");

union list_words {
  struct hwc_list list;
  uint32_t word[sizeof(struct hwc_list) / sizeof(uint32_t)];
};

static struct outcome bad_list(uint32_t field, uint32_t value) {
  return outcome_failed(HWC_JOB_BAD_LIST, field, value);
}

static struct outcome read_list(const struct hal* hal, uint64_t address, union list_words* words) {
  const size_t count = sizeof words->word / sizeof words->word[0];
  const struct outcome outcome = descriptor_read(hal, address, HWC_LIST_MAGIC, words->word, count, count);
  if (outcome.result != HWC_JOB_DONE) return outcome;
  const struct hwc_list* list = &words->list;
  if (list->count == 0 || list->count > HWC_LIST_MAX_JOBS) return bad_list(FIELD(count), list->count);
  if (list->entries % 4 != 0) return bad_list(FIELD(entries), (uint32_t)list->entries);
  return outcome;
}

static uint64_t read_address(const struct hal* hal, uint64_t at) {
  return hal_read32(hal, at) | (uint64_t)hal_read32(hal, at + 4) << 32;
}

/* Runs the job of an entry and adds its commands to those of the list. */
static struct outcome run_entry(const struct console* console, uint64_t entry, struct hwc_status* total) {
  const uint64_t job = read_address(console->hal, entry + offsetof(struct hwc_list_entry, job));
  const uint64_t answer = read_address(console->hal, entry + offsetof(struct hwc_list_entry, status));
  if (job % 4 != 0) return bad_list(FIELD(entries), (uint32_t)job);
  if (answer % 4 != 0) return bad_list(FIELD(entries), (uint32_t)answer);

  struct hwc_status status;
  serve_job(console, hal_read32(console->hal, job), job, answer, &status);
  total->load_commands += status.load_commands;
  total->compute_commands += status.compute_commands;
  total->store_commands += status.store_commands;
  total->sleeps += status.sleeps;
  total->vector_commands += status.vector_commands;
  const struct outcome outcome = {status.result, {status.detail[0], status.detail[1]}};
  return outcome;
}

void job_list_run(const struct console* console, uint64_t list_address, uint64_t status_address) {
  const struct hal* hal = console->hal;
  struct hwc_list_status answer = {
      {HWC_STATUS_MAGIC, HWC_JOB_DONE, {0, 0}, 0, 0, 0, 0, 0}, 0, HWC_LIST_NO_JOB};
  union list_words words;
  struct outcome outcome = read_list(hal, list_address, &words);
  if (outcome.result != HWC_JOB_DONE) {
    console_log(console, LOG_ERROR, "list refused: result %u, detail %u %u", outcome.result,
                outcome.detail[0], outcome.detail[1]);
  }
  while (outcome.result == HWC_JOB_DONE && answer.jobs_done < words.list.count) {
    const uint64_t entry = words.list.entries + sizeof(struct hwc_list_entry) * (uint64_t)answer.jobs_done;
    outcome = run_entry(console, entry, &answer.total);
    if (outcome.result == HWC_JOB_DONE) {
      mailbox_report_progress(hal, console->mailbox, ++answer.jobs_done);
    } else {
      answer.failed_job = answer.jobs_done;
      console_log(console, LOG_ERROR, "list ended at job %u of %u", answer.failed_job, words.list.count);
    }
  }
  answer.total.result = outcome.result;
  answer.total.detail[0] = outcome.detail[0];
  answer.total.detail[1] = outcome.detail[1];
  hal_write32(hal, status_address + offsetof(struct hwc_list_status, jobs_done), answer.jobs_done);
  hal_write32(hal, status_address + offsetof(struct hwc_list_status, failed_job), answer.failed_job);
  write_status(hal, status_address, &answer.total);
}
