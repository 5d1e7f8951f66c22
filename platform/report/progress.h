// Progress on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace hwcvp {

// One line that is redrawn, on terminals that can (TERM is neither dumb nor unset); elsewhere nothing. Not
// for use by several threads.
class Progress {
 public:
  // `task` names what is done, such as "simulating".
  Progress(std::string task, size_t steps);
  // Clears the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Step `number` (from 1) begins; `total_bytes` are expected to move, 0 where nobody knows.
  void begin(size_t number, const std::string& name, int64_t total_bytes = 0);
  void update(int64_t bytes_moved);
  // The step is done; `summary` stays until the next one has something to show.
  void end(const std::string& summary);

 private:
  std::string times() const;
  void redraw(const std::string& line);

  const std::string task_;
  const size_t steps_;
  size_t done_ = 0;
  const bool terminal_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point drawn_;
  std::string step_;
  int64_t total_bytes_ = 0;
};

}  // namespace hwcvp
