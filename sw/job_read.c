#include "sw/job_read.h"

#include <stddef.h>

#include "sw/crc32.h"

#define JOB_WORDS (sizeof(struct hwc_job) / sizeof(uint32_t))
#define FIRST_COVERED_WORD ((offsetof(struct hwc_job, crc32) / sizeof(uint32_t)) + 1)

_Static_assert(sizeof(struct hwc_job) == 688,
               "the job descriptor has the same layout everywhere, without padding");
_Static_assert(sizeof(struct hwc_status) == 32, "the status block has the same layout everywhere");

union job_words {
  struct hwc_job job;
  uint32_t word[JOB_WORDS];
};

struct outcome job_read(const struct hal* hal, uint64_t address, struct hwc_job* job) {
  union job_words* words = (union job_words*)job;
  for (size_t i = 0; i < FIRST_COVERED_WORD; i++) words->word[i] = hal_read32(hal, address + 4 * i);
  if (job->magic != HWC_JOB_MAGIC) return outcome_failed(HWC_JOB_BAD_MAGIC, job->magic, 0);
  if (job->size_bytes != sizeof *job) return outcome_failed(HWC_JOB_BAD_SIZE, job->size_bytes, 0);

  uint32_t remainder = CRC32_INITIAL;
  for (size_t i = FIRST_COVERED_WORD; i < JOB_WORDS; i++) {
    const uint32_t word = hal_read32(hal, address + 4 * i);
    remainder = crc32_add_word(remainder, word);
    words->word[i] = word;
  }
  const uint32_t computed = crc32_finish(remainder);
  if (computed != job->crc32) return outcome_failed(HWC_JOB_BAD_CRC, computed, job->crc32);
  return outcome_done();
}
