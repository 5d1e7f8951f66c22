#include "sw/hwce_job_check.h"

#include <stdbool.h>
#include <stddef.h>

#define MAX_SIZE 0x7fffffffu
#define MAX_PIXELS 0xffffu

#define FIELD(name) ((uint32_t)offsetof(struct hwce_job, name))

static uint32_t field_value(const struct hwce_job* job, uint32_t field) {
  return *(const uint32_t*)(const void*)((const unsigned char*)job + field);
}

static struct outcome bad(const struct hwce_job* job, uint32_t field) {
  return outcome_failed(HWC_JOB_BAD_LAYER, field, field_value(job, field));
}

static struct outcome check_sizes(const struct hwce_job* job) {
  static const struct {
    uint32_t field, most;
  } size[] = {{FIELD(batch), MAX_SIZE},        {FIELD(group), MAX_SIZE},
              {FIELD(planes), MAX_SIZE},       {FIELD(out_channels), MAX_SIZE},
              {FIELD(pieces), MAX_PIXELS},     {FIELD(pieces) + sizeof(uint32_t), MAX_PIXELS},
              {FIELD(out_height), MAX_PIXELS}, {FIELD(out_width), MAX_PIXELS}};
  for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
    const uint32_t value = field_value(job, size[i].field);
    if (value == 0 || value > size[i].most) return bad(job, size[i].field);
  }
  const uint64_t pieces = (uint64_t)job->pieces[0] * job->pieces[1];
  if (pieces > MAX_SIZE / job->planes) return bad(job, FIELD(planes));
  return outcome_done();
}

static struct outcome check_alignment(const struct hwce_job* job) {
  static const uint32_t aligned[] = {FIELD(x_stride), FIELD(x_plane), FIELD(y_stride), FIELD(y_map),
                                     FIELD(hwce),     FIELD(input),   FIELD(weight),   FIELD(output),
                                     FIELD(psum),     FIELD(constant)};
  for (size_t i = 0; i < sizeof aligned / sizeof aligned[0]; i++) {
    if (field_value(job, aligned[i]) % 4 != 0) return bad(job, aligned[i]);
  }
  return outcome_done();
}

struct outcome hwce_job_check(const struct hwce_job* job) {
  const bool maps_good = job->maps == 1 || job->maps == 2 || job->maps == 4;
  if (!maps_good) return bad(job, FIELD(maps));
  if (job->filter != 3 && job->filter != 5) return bad(job, FIELD(filter));
  if (job->shift > 31) return bad(job, FIELD(shift));
  const struct outcome outcome = check_sizes(job);
  return outcome.result == HWC_JOB_DONE ? check_alignment(job) : outcome;
}
