// Ctrl-C.
#pragma once

#include <atomic>

namespace hwcvp {

// Thrown by check_interrupt().
class Interrupted {};

// From now on SIGINT and SIGTERM end the program at once, with its exit status for interrupts.
void end_at_interrupts();
// From now on they are noted instead; the second one ends the program at once. Should the program not have
// ended after 0.3 s of its CPU time from the first one on, or only wait for a second, it is ended where it
// is.
void catch_interrupts();
// Set once a signal was noted.
const std::atomic<bool>& interrupt_flag();
// Throws Interrupted once a signal was noted.
void check_interrupt();
// Flushes standard output and ends the program at once, without waiting for tasks under way in other threads.
[[noreturn]] void exit_interrupted();

}  // namespace hwcvp
