// The version of the program.
#pragma once

namespace hwcvp {

// Such as "0.2.0".
const char* program_version();

// Of the sources, as git describes them where the program was configured; "unknown" where they are no
// checkout.
const char* program_commit();

}  // namespace hwcvp
