// Ctrl-C.
#pragma once

#include <atomic>

namespace hwcvp {

// Thrown by check_interrupt().
class Interrupted {};

// From now on SIGINT and SIGTERM are noted instead of ending the program; the second one ends it at once.
void catch_interrupts();
// Set once a signal was noted.
const std::atomic<bool>& interrupt_flag();
// Throws Interrupted once a signal was noted.
void check_interrupt();
// Flushes standard output and ends the program at once, without waiting for tasks under way in other threads.
[[noreturn]] void exit_interrupted();

}  // namespace hwcvp
