// The HWCE's way to memory: streams of lines through one memory port.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/memory/busy_timeline.h"
#include "models/tlm/lenience.h"
#include "models/tlm/payload_pool.h"
#include "models/tlm/worker.h"

namespace hwcvp::hwce {

// Does not model: the four 32-bit ports one by one, with their own addresses. They are one port that moves
// `ports` words a cycle, for all streams together; a transaction takes at least one cycle of it.
//
// Reads and writes are two channels, each in order and with `outstanding` transactions in flight. A
// transaction issues at the first time at which its data may go, the channel's transaction issued
// `outstanding` before it has ended, and the words find room. A line is one transaction, unless it crosses a
// multiple of max_burst_bytes. Issue times are passed on as annotated delay, until they are a quantum ahead
// of simulated time, for which the process then waits. A write that may not go yet waits in a queue, and
// reads that may go earlier pass it: transactions leave in the order of their times, whatever the quantum is.
class StreamPort {
 public:
  struct Properties {
    sc_core::sc_time clock_period;
    sc_core::sc_time quantum;
    uint32_t ports = 4;
    uint32_t outstanding = 8;
    uint32_t max_burst_bytes = 4096;
    bool accept_incomplete_responses = false;
    std::optional<uint32_t> initiator_id;  // that transactions carry
  };
  enum class Result { done, abandoned, failed };

  // The socket and the process that calls must outlive the port.
  StreamPort(const Properties& properties, tlm::tlm_initiator_socket<>& memory, tlm_support::Worker& process);

  // Begins a job at the present time.
  void begin();
  // Reads bytes, at `earliest` or later. `end` is when the last of them has arrived.
  Result read(uint64_t address, uint32_t bytes, void* data, const sc_core::sc_time& earliest,
              sc_core::sc_time& end);
  // Takes bytes to write, at `earliest` or later, which does not go back from one write to the next.
  void write(uint64_t address, uint32_t bytes, const void* data, const sc_core::sc_time& earliest);
  // Writes what waits. `end` is when the last byte of the job has been written, if any was.
  Result finish(sc_core::sc_time& end);
  // Address of the transaction that failed.
  uint64_t failed_address() const { return failed_address_; }
  // The transaction that has begun and not ended: InFlight::text().
  std::string in_flight() const;

 private:
  struct Channel {
    explicit Channel(tlm::tlm_command which, uint32_t outstanding) : command(which), ends(outstanding) {}
    tlm::tlm_command command;
    sc_core::sc_time issue;              // of the last transaction
    std::vector<sc_core::sc_time> ends;  // of the last `outstanding` transactions, a ring
    size_t oldest = 0;
  };

  struct Write {
    uint64_t address;
    std::vector<unsigned char> data;
    sc_core::sc_time earliest;
  };

  Result move(Channel& channel, uint64_t address, uint32_t bytes, unsigned char* data,
              const sc_core::sc_time& earliest, sc_core::sc_time& end);
  // When the next transaction of a channel may issue, as far as the channel is concerned.
  static sc_core::sc_time ready(const Channel& channel, const sc_core::sc_time& earliest);
  // Issues the writes that may go by `time`.
  Result write_until(const sc_core::sc_time& time);
  Result transfer(Channel& channel, uint64_t address, uint32_t bytes, unsigned char* data,
                  const sc_core::sc_time& earliest, sc_core::sc_time& end);

  const Properties properties_;
  tlm::tlm_initiator_socket<>& memory_;
  tlm_support::Worker& process_;
  tlm_support::PayloadPool payloads_;
  tlm_support::ResponseCheck responses_;
  memory::BusyTimeline words_;
  Channel reads_;
  Channel writes_;
  std::deque<Write> waiting_;
  sc_core::sc_time last_write_;  // end of
  uint64_t failed_address_ = 0;
  // The call of b_transport that has not returned, if any, and its begin.
  const tlm::tlm_generic_payload* call_ = nullptr;
  sc_core::sc_time call_begin_;
};

}  // namespace hwcvp::hwce
