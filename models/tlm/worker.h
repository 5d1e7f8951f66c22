// A process that does one piece of work after the other, sleeps in it, and can be told to abandon it.
#pragma once

#include <algorithm>
#include <systemc>

namespace hwcvp::tlm_support {

// Does not make the process, and serves no more than one.
//
// A base of the module whose process it is. The process sleeps by these functions only, all on one event.
// Work that is abandoned is over at once for those who ask; the process learns of it in the next delta cycle,
// from the sleep that it is in, and every further sleep returns false at once until it begins other work.
class Worker {
 public:
  // From begin_work() until end_work() or abandon().
  bool working() const { return working_; }
  // The work begun last was abandoned.
  bool abandoned() const { return abandoned_; }
  // Abandons the work; nothing happens where there is none.
  void abandon() {
    if (!working_) return;
    working_ = false;
    abandoned_ = true;
    wake_.cancel();
    wake_.notify(sc_core::SC_ZERO_TIME);
  }

  // By the process, at work. Sleeps until a simulated time, if that is not over yet; false if the work is
  // abandoned.
  bool sleep_until(const sc_core::sc_time& time) {
    if (abandoned_) return false;
    const sc_core::sc_time& now = sc_core::sc_time_stamp();
    if (time > now) {
      wake_at(time);
      sc_core::wait(wake_);
    }
    return !abandoned_;
  }
  // By the process, at work. Sleeps until wake() is called; false if the work is abandoned.
  bool pause() {
    if (!abandoned_) sc_core::wait(wake_);
    return !abandoned_;
  }
  // Wakes the process in the next delta cycle.
  void wake() { wake_.notify(sc_core::SC_ZERO_TIME); }

 protected:
  Worker() : wake_("wake") {}
  ~Worker() = default;

  void begin_work() {
    working_ = true;
    abandoned_ = false;
  }
  void end_work() { working_ = false; }
  // By the process, between pieces of work: sleeps until it is woken.
  void rest() { sc_core::wait(wake_); }
  // Wakes the process at a time, or in the next delta cycle where that is over, and not when it would have
  // woken.
  void wake_at(const sc_core::sc_time& time) {
    const sc_core::sc_time& now = sc_core::sc_time_stamp();
    wake_.cancel();
    wake_.notify(std::max(time, now) - now);
  }

 private:
  sc_core::sc_event wake_;  // all that the process waits for
  bool working_ = false;
  bool abandoned_ = false;
};

}  // namespace hwcvp::tlm_support
