// The version of the program.
#pragma once

namespace hwcvp {

// Such as "0.2.0".
const char* program_version();

}  // namespace hwcvp
