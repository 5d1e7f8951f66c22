// The program in a child process.
#pragma once

#include <string>
#include <vector>

namespace hwcvp {

struct ChildResult {
  int status = 0;      // the exit status; 128 and more for a signal, as shells report it
  std::string output;  // standard output
  std::string errors;  // the beginning of standard error
};

// Runs the program that this process is, with other arguments, and waits for it. It gets no input, and ends
// with this process. May be called from several threads. Throws std::runtime_error where it cannot be
// started.
ChildResult run_child(const std::vector<std::string>& arguments);

// Ends all children that run now.
void end_children();

}  // namespace hwcvp
