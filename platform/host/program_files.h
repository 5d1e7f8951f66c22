// Files that come with the program.
#pragma once

#include <string>

namespace hwcvp {

// Path of the firmware image: in the firmware folder beside the running program or one folder up (build
// tree), else in the data folder where it is installed. Throws InputError, naming where it was looked for,
// where there is none.
std::string find_firmware_image();

}  // namespace hwcvp
