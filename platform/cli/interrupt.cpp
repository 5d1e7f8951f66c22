#include "platform/cli/interrupt.h"

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "platform/cli/exit_status.h"

namespace hwcvp {

namespace {

volatile std::sig_atomic_t interrupted = 0;

extern "C" void note_interrupt(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, note_interrupt);
  std::signal(SIGTERM, note_interrupt);
}

void check_interrupt() {
  if (interrupted != 0) throw Interrupted();
}

void exit_interrupted() {
  std::cout.flush();
  std::cerr << "hwcvp: interrupted\n";
  std::_Exit(kExitInterrupted);
}

}  // namespace hwcvp
