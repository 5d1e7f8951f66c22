#include "sw/job_read.h"

#include "sw/crc32.h"

enum { MAGIC, SIZE, CRC, FIRST_COVERED }; /* words of a descriptor */

_Static_assert(offsetof(struct hwc_job, size_bytes) == 4 * SIZE && offsetof(struct hwc_job, crc32) == 4 * CRC,
               "descriptors begin in the same way");
_Static_assert(sizeof(struct hwc_job) == 808 &&
                   offsetof(struct hwc_job, requantization) == HWC_JOB_SHORT_BYTES,
               "the job descriptor has the same layout everywhere, without padding");
_Static_assert(sizeof(struct hwc_status) == 36, "the status block has the same layout everywhere");

union job_words {
  struct hwc_job job;
  uint32_t word[sizeof(struct hwc_job) / sizeof(uint32_t)];
};

struct outcome descriptor_read(const struct hal* hal, uint64_t address, uint32_t magic, uint32_t* words,
                               size_t least, size_t count) {
  for (size_t i = 0; i < FIRST_COVERED; i++) words[i] = hal_read32(hal, address + 4 * i);
  if (words[MAGIC] != magic) return outcome_failed(HWC_JOB_BAD_MAGIC, words[MAGIC], 0);
  if (words[SIZE] != 4 * count && words[SIZE] != 4 * least) {
    return outcome_failed(HWC_JOB_BAD_SIZE, words[SIZE], 0);
  }
  const size_t present = words[SIZE] / 4;

  uint32_t remainder = CRC32_INITIAL;
  for (size_t i = FIRST_COVERED; i < present; i++) {
    const uint32_t word = hal_read32(hal, address + 4 * i);
    remainder = crc32_add_word(remainder, word);
    words[i] = word;
  }
  const uint32_t* const end = words + count;
  for (uint32_t* word = words + present; word < end; word++) *word = 0;
  const uint32_t computed = crc32_finish(remainder);
  if (computed != words[CRC]) return outcome_failed(HWC_JOB_BAD_CRC, computed, words[CRC]);
  return outcome_done();
}

struct outcome job_read(const struct hal* hal, uint64_t address, struct hwc_job* job) {
  union job_words* words = (union job_words*)job;
  const struct outcome outcome =
      descriptor_read(hal, address, HWC_JOB_MAGIC, words->word, HWC_JOB_SHORT_BYTES / sizeof words->word[0],
                      sizeof words->word / sizeof words->word[0]);
  if (job->size_bytes == HWC_JOB_SHORT_BYTES) {
    job->output_min = INT32_MIN;
    job->output_max = INT32_MAX;
  }
  return outcome;
}
