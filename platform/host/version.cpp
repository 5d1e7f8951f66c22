#include "platform/host/version.h"

namespace hwcvp {

const char* program_version() { return HWCVP_VERSION; }

const char* program_commit() { return HWCVP_COMMIT; }

}  // namespace hwcvp
