/* Fetches a job descriptor and proves it intact. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sw/hal.h"
#include "sw/job.h"
#include "sw/outcome.h"

/* Reads the descriptor at `address`, which begins with a magic word, its size in bytes and a CRC-32 of what
 * follows, and has `least` or `count` words; those left out become 0. Fails with BAD_MAGIC, BAD_SIZE or
 * BAD_CRC; `words` are then unspecified. */
struct outcome descriptor_read(const struct hal* hal, uint64_t address, uint32_t magic, uint32_t* words,
                               size_t least, size_t count);

/* Reads the descriptor of a job for the HWC, and fills in what a short one leaves out. */
struct outcome job_read(const struct hal* hal, uint64_t address, struct hwc_job* job);
