// How a job ended, in words.
#pragma once

#include <string>

#include "sw/job.h"

namespace hwcvp {

// Throws MachineFault unless the status block is complete and says that the job was done.
void check_job_status(const hwc_status& status);

// One line for a status block that says anything else than done.
std::string describe_job_status(const hwc_status& status);

}  // namespace hwcvp
