// The error that a fault inside the simulated machine raises.
#pragma once

#include <stdexcept>

namespace hwcvp {

// Something went wrong inside the simulated machine: a bus error, an accelerator error, a machine that
// stopped. what() is one line. The program prints it and exits with 3.
class MachineFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace hwcvp
