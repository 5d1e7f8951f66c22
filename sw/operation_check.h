/* Legality of operations, most of which only the vector engine has, and of limits. */
#pragma once

#include "sw/job.h"
#include "sw/outcome.h"

/* Layouts that go with given strides; an operation that exists; of one that is no convolution types of 8
   bits, operands, zero points, limits and factors that it can work with. Expects sizes that job_check_layer()
   found good. Fails with BAD_LAYER. */
struct outcome operation_check(const struct hwc_job* job);

/* Limits between which the output type has a number. Fails with BAD_LAYER. */
struct outcome limits_check(const struct hwc_job* job);

/* No loop cuts what an operation that does not accumulate needs at once. Expects a schedule that is legal
   apart from that. Fails with BAD_SCHEDULE. */
struct outcome operation_check_schedule(const struct hwc_job* job, const uint32_t extent[HWC_DIMS]);
