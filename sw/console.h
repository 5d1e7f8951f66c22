/* The firmware's log: lines on the console of the mailbox. */
#pragma once

#include <stdint.h>

#include "sw/hal.h"

/* How much is logged: a line appears where the console's level is not below the line's. */
enum log_level {
  LOG_ERROR = 0, /* jobs that fail: always logged */
  LOG_INFO = 1,  /* what each job is, and how it ended */
  LOG_DEBUG = 2  /* how it is carried out */
};

struct console {
  const struct hal* hal;
  uint64_t mailbox; /* bus address */
  uint32_t level;   /* enum log_level, as the host wants it */
};

/* Writes a line, its level before it. Knows %u and %x (uint32_t), %s and nothing else of printf(). A line
   that is not wanted costs a comparison and no bus access. */
void console_log(const struct console* console, enum log_level level, const char* format, ...)
    __attribute__((format(printf, 3, 4)));
