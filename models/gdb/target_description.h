// The description of an RV64 core that GDB reads.
#pragma once

#include <string>

namespace hwcvp::gdb {

// target.xml: registers x0 to x31 by their ABI names, and pc.
std::string target_description();

}  // namespace hwcvp::gdb
