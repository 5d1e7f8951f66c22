#include "platform/job/job_result.h"

#include <fmt/format.h>

#include "platform/machine/machine_fault.h"
#include "registers/hwc.h"
#include "registers/hwce.h"

namespace hwcvp {

namespace {

std::string accelerator_error(uint32_t code, uint32_t info) {
  switch (code) {
    case HWC_ERROR_BUSY:
      return fmt::format("configuration register {:#x} written while busy", info);
    case HWC_ERROR_FIFO_OVERFLOW:
      return fmt::format("command {} pushed into a full FIFO", info);
    case HWC_ERROR_BAD_COMMAND:
      return fmt::format("bad command {}", info);
    case HWC_ERROR_BUFFER_OVERFLOW:
      return "the buffers do not fit";
    case HWC_ERROR_MEMORY_PORT:
      return fmt::format("memory port error at address {:#x} (low 32 bits)", info);
    case HWC_ERROR_NOT_IN_BUFFER:
      return fmt::format("command {} uses an element that is not in the buffer", info);
    case HWC_ERROR_BAD_CONFIGURATION:
      return fmt::format("bad configuration, register {:#x}", info);
    default:
      return fmt::format("error {}, information {:#x}", code, info);
  }
}

std::string baseline_error(uint32_t code, uint32_t info) {
  switch (code) {
    case HWCE_ERROR_NO_CONTEXT:
      return "job started without a free context";
    case HWCE_ERROR_BAD_JOB:
      return fmt::format("bad job, register {:#x}", info);
    case HWCE_ERROR_MEMORY_PORT:
      return fmt::format("memory port error at address {:#x} (low 32 bits)", info);
    default:
      return fmt::format("error {}, information {:#x}", code, info);
  }
}

}  // namespace

std::string describe_job_status(const hwc_status& status) {
  const uint32_t first = status.detail[0];
  const uint32_t second = status.detail[1];
  switch (status.result) {
    case HWC_JOB_BAD_MAGIC:
      return fmt::format("job refused: expected magic {:#x}, found {:#x}", HWC_JOB_MAGIC, first);
    case HWC_JOB_BAD_SIZE:
      return fmt::format("job refused: expected {} or {} bytes, found {}", HWC_JOB_SHORT_BYTES,
                         sizeof(hwc_job), first);
    case HWC_JOB_BAD_CRC:
      return fmt::format("job refused: corrupted in memory: expected CRC {:08x}, found {:08x}", first,
                         second);
    case HWC_JOB_BAD_LAYER:
      return fmt::format("job refused: layer field at byte {} of the descriptor has the value {}", first,
                         second);
    case HWC_JOB_BAD_SCHEDULE:
      return fmt::format("job refused: schedule field at byte {} of the descriptor has the value {}", first,
                         second);
    case HWC_JOB_DOES_NOT_FIT:
      return fmt::format("job refused: needs {} bytes of buffer, the accelerator has {}", first, second);
    case HWC_JOB_HWC_MISSING:
      return fmt::format("no accelerator found: its ID register holds {:#x}", first);
    case HWC_JOB_HWC_ERROR:
      return "accelerator error: " + accelerator_error(first, second);
    case HWC_JOB_TOO_LARGE:
      return fmt::format(
          "job refused: a stride or count near byte {} of the descriptor needs more than 32 bits", first);
    case HWC_JOB_TOO_MANY_CHANNELS:
      return fmt::format("job refused: {} output channels, the accelerator has parameters for {}", first,
                         second);
    case HWC_JOB_HWCE_ERROR:
      return "baseline accelerator error: " + baseline_error(first, second);
    case HWC_JOB_BAD_LIST:
      return fmt::format("list of jobs refused: field at byte {} of the list has the value {}", first,
                         second);
    default:
      return fmt::format("unknown job result {}", status.result);
  }
}

void check_job_status(const hwc_status& status) {
  if (status.magic != HWC_STATUS_MAGIC) {
    throw MachineFault(fmt::format("the firmware left no status block: expected magic {:#x}, found {:#x}",
                                   HWC_STATUS_MAGIC, status.magic));
  }
  if (status.result != HWC_JOB_DONE) throw MachineFault(describe_job_status(status));
}

}  // namespace hwcvp
