#include "platform/host/interrupt.h"

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "platform/host/exit_status.h"
#include "schedules/files/temporary_file.h"

namespace hwcvp {

namespace {

std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

extern "C" void end_at_once(int signal) {
  remove_temporary_files_in_handler();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

extern "C" void note_interrupt(int signal) {
  interrupted = true;
  std::signal(signal, end_at_once);
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, note_interrupt);
  std::signal(SIGTERM, note_interrupt);
}

const std::atomic<bool>& interrupt_flag() { return interrupted; }

void check_interrupt() {
  if (interrupted) throw Interrupted();
}

void exit_interrupted() {
  std::cout.flush();
  std::cerr << "hwcvp: interrupted\n";
  remove_temporary_files();
  std::_Exit(kExitInterrupted);
}

}  // namespace hwcvp
