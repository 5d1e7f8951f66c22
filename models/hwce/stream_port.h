// The HWCE's way to memory: streams of lines through one memory port.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/common/payload_pool.h"
#include "models/memory/busy_timeline.h"

namespace hwcvp {

// Does not model: the four 32-bit ports one by one, with their own addresses. They are one port that moves
// `ports` words a cycle, for all streams together; a transaction takes at least one cycle of it.
//
// Reads and writes are two channels, each in order and with `outstanding` transactions in flight. A
// transaction issues at the first time at which its data may go, the channel's transaction issued
// `outstanding` before it has ended, and the words find room. A line is one transaction, unless it crosses a
// multiple of max_burst_bytes. Issue times are passed on as annotated delay, until they are a quantum ahead
// of simulated time, for which the process then waits.
class StreamPort {
 public:
  struct Properties {
    sc_core::sc_time clock_period;
    sc_core::sc_time quantum;
    uint32_t ports = 4;
    uint32_t outstanding = 8;
    uint32_t max_burst_bytes = 4096;
  };
  enum class Result { done, abandoned, failed };

  // Waits until a simulated time; false if the job was abandoned meanwhile.
  using SleepUntil = std::function<bool(const sc_core::sc_time& time)>;

  // The socket must outlive the port.
  StreamPort(const Properties& properties, tlm::tlm_initiator_socket<>& memory, SleepUntil sleep_until);

  // Begins a job at the present time.
  void begin();
  // Moves bytes, at `earliest` or later. `end` is when the last of them has arrived.
  Result read(uint64_t address, uint32_t bytes, void* data, const sc_core::sc_time& earliest,
              sc_core::sc_time& end);
  Result write(uint64_t address, uint32_t bytes, const void* data, const sc_core::sc_time& earliest,
               sc_core::sc_time& end);
  // Address of the transaction that failed.
  uint64_t failed_address() const { return failed_address_; }

 private:
  struct Channel {
    explicit Channel(tlm::tlm_command which, uint32_t outstanding) : command(which), ends(outstanding) {}
    tlm::tlm_command command;
    sc_core::sc_time issue;              // of the last transaction
    std::vector<sc_core::sc_time> ends;  // of the last `outstanding` transactions, a ring
    size_t oldest = 0;
  };

  Result move(Channel& channel, uint64_t address, uint32_t bytes, unsigned char* data,
              const sc_core::sc_time& earliest, sc_core::sc_time& end);
  Result transfer(Channel& channel, uint64_t address, uint32_t bytes, unsigned char* data,
                  const sc_core::sc_time& earliest, sc_core::sc_time& end);

  const Properties properties_;
  tlm::tlm_initiator_socket<>& memory_;
  const SleepUntil sleep_until_;
  PayloadPool payloads_;
  BusyTimeline words_;
  Channel reads_;
  Channel writes_;
  uint64_t failed_address_ = 0;
};

}  // namespace hwcvp
