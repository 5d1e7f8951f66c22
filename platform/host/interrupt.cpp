#include "platform/host/interrupt.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "platform/host/exit_status.h"
#include "schedules/files/temporary_file.h"

namespace hwcvp {

namespace {

// All that signal handlers write.
std::atomic<bool> interrupted = false;
std::atomic<int64_t> cpu_at_signal = 0;  // nanoseconds
std::atomic<int64_t> cpu_at_tick = 0;
std::atomic<int> idle_ticks = 0;
timer_t ticks;
bool has_ticks = false;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free &&
                  std::atomic<int>::is_always_lock_free,
              "signal handlers write them");

constexpr int64_t kTick = 50'000'000;      // nanoseconds
constexpr int64_t kMostCpu = 300'000'000;  // nanoseconds from the signal to the end of the program
constexpr int64_t kIdleCpu = 1'000'000;    // nanoseconds in a tick in which the program only waits
constexpr int kMostIdleTicks = 20;         // in a row

int64_t cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// Everything that is called here may be called in a signal handler.
[[noreturn]] void end_at_once() {
  remove_temporary_files_in_handler();
  constexpr char kLine[] = "hwcvp: interrupted\n";
  const ssize_t written = write(STDERR_FILENO, kLine, sizeof kLine - 1);
  static_cast<void>(written);
  _exit(kExitInterrupted);
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

extern "C" void end_by_signal(int /*number*/) { end_at_once(); }

extern "C" void note_interrupt(int number) {
  interrupted = true;
  cpu_at_signal = cpu_at_tick = cpu_time();
  const itimerspec every = {{0, kTick}, {0, kTick}};
  if (has_ticks) timer_settime(ticks, 0, &every, nullptr);
  handle(number, end_by_signal);
}

// Wherever the program is, at work in something that does not look at the flag or waiting for a file.
extern "C" void tick(int /*number*/) {
  const int64_t now = cpu_time();
  idle_ticks = now - cpu_at_tick < kIdleCpu ? idle_ticks + 1 : 0;
  cpu_at_tick = now;
  if (now - cpu_at_signal > kMostCpu || idle_ticks >= kMostIdleTicks) end_at_once();
}

}  // namespace

void end_at_interrupts() {
  handle(SIGINT, end_by_signal);
  handle(SIGTERM, end_by_signal);
}

void catch_interrupts() {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  handle(SIGALRM, tick);
  if (!has_ticks) has_ticks = timer_create(CLOCK_MONOTONIC, &event, &ticks) == 0;
  handle(SIGINT, note_interrupt);
  handle(SIGTERM, note_interrupt);
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
