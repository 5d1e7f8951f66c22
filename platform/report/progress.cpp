#include "platform/report/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <utility>

#include "platform/report/format.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

using std::chrono::steady_clock;

namespace {

bool redraws_lines() {
  const char* const terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string(terminal) != "dumb";
}

}  // namespace

Progress::Progress(std::string task, size_t steps)
    : task_(std::move(task)), steps_(steps), terminal_(redraws_lines()) {}

Progress::~Progress() {
  if (terminal_) redraw("");
}

void Progress::begin(size_t number, const std::string& name, int64_t total_bytes) {
  step_ = fmt::format("{} {}/{} {}", task_, number, steps_, shown(name));
  total_bytes_ = total_bytes;
  drawn_ = {};
  update(0);
}

void Progress::update(int64_t bytes_moved) {
  if (!terminal_ || steady_clock::now() - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = steady_clock::now();
  std::string moved;
  if (total_bytes_ > 0) {
    moved = fmt::format("  {:3.0f} %  {} of {}",
                        100.0 * static_cast<double>(bytes_moved) / static_cast<double>(total_bytes_),
                        bytes_text(bytes_moved), bytes_text(total_bytes_));
  }
  redraw(fmt::format("{}{}  {}", step_, moved, times()));
}

void Progress::end(const std::string& summary) {
  ++done_;
  if (terminal_) redraw(fmt::format("{}: {}, {}", step_, summary, times()));
}

// Passed, and left if the other steps take as long as those that are done.
std::string Progress::times() const {
  const double passed = std::chrono::duration<double>(steady_clock::now() - start_).count();
  std::string text = duration_text(passed) + " elapsed";
  if (done_ == 0 || done_ >= steps_) return text;
  const double left = passed * static_cast<double>(steps_ - done_) / static_cast<double>(done_);
  return fmt::format("{}, about {} left", text, duration_text(left));
}

void Progress::redraw(const std::string& line) { std::cerr << "\r\033[K" << line << std::flush; }

}  // namespace hwcvp
