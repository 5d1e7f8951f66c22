#include "platform/host/version.h"

namespace hwcvp {

const char* program_version() { return HWCVP_VERSION; }

}  // namespace hwcvp
