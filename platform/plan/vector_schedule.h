// Schedules for operators of the vector engine.
#pragma once

#include <cstdint>

#include "platform/plan/vector_job.h"
#include "schedules/nest/schedule.h"
#include "schedules/traffic/prediction.h"

namespace hwcvp::plan {

// The bytes that a job moves and the buffer that it takes. Weights count where the second operand comes as
// such, and a table as parameters.
Prediction predict(const VectorJob& job, const Schedule& schedule);

// A schedule that fits into the buffers: whole planes where they fit, else lines that slide over a plane,
// else strips of columns, and for sums at last parts of the window. Each input element is read once but for
// the columns that windows of neighbouring strips share. Throws InputError, naming the operator and the bytes
// needed, where none fits.
Schedule choose_schedule(const VectorJob& job, int64_t buffer_bytes);

}  // namespace hwcvp::plan
