// The error that bad input raises.
#pragma once

#include <stdexcept>
#include <string>

namespace hwcvp {

// Bad input from outside: a file, a field, a command-line value. what() is one line that names where (file
// and field) and what was expected. The program prints it and exits with 2.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace hwcvp
