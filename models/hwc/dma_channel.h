// Moves bytes between memory and buffers through the memory port.
#pragma once

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/common/payload_pool.h"
#include "models/hwc/run_walk.h"

namespace hwcvp {

class CommandEngine;

// Does not model: reordering (a transaction takes the place of the one issued `outstanding` before it), byte
// lanes.
//
// Cuts each run into transactions of at most max_burst_bytes that do not cross a multiple of it. Timing of a
// command: transaction i issues at t(i) = max(t(i-1) + clock, end(i - outstanding)), with t(-1) the start of
// the command; its end is what the memory port tells; the command ends with its last transaction. Issue times
// are passed on as annotated delay, until they are a quantum ahead of simulated time, for which the engine
// then waits.
class DmaChannel {
 public:
  struct Properties {
    sc_core::sc_time clock_period;
    sc_core::sc_time quantum;
    uint32_t max_burst_bytes = 4096;
    uint32_t outstanding = 8;
    bool functional = true;  // false: transactions carry scratch data
  };

  // The socket and the engine must outlive the channel.
  DmaChannel(const Properties& properties, tlm::tlm_initiator_socket<>& memory, CommandEngine& engine);

  // Begins a command at the present time.
  void begin();
  // Each moves a box, or `bytes` bytes. False if the engine has failed or was told to abandon the command.
  bool read(const MemoryLayout& memory, const Box& box, const CircularView& buffer, int64_t element_bytes);
  bool write(const MemoryLayout& memory, const Box& box, const CircularView& buffer, int64_t element_bytes);
  bool read(uint64_t address, int64_t bytes, unsigned char* data);

  // When the last transaction of the command ends, and the bytes of all.
  const sc_core::sc_time& end() const { return end_; }
  uint64_t bytes() const { return bytes_; }

 private:
  bool move(tlm::tlm_command command, const MemoryLayout& memory, const Box& box, const CircularView& buffer,
            int64_t element_bytes);
  bool move_run(tlm::tlm_generic_payload& payload, uint64_t address, int64_t bytes, unsigned char* data);
  bool transfer(tlm::tlm_generic_payload& payload, uint64_t address, unsigned bytes, unsigned char* data);
  unsigned char* staging(int64_t bytes);

  const Properties properties_;
  tlm::tlm_initiator_socket<>& memory_;
  CommandEngine& engine_;
  PayloadPool payloads_;
  std::vector<unsigned char> staging_;
  std::vector<sc_core::sc_time> ends_;  // of the last `outstanding` transactions, a ring
  size_t oldest_ = 0;
  sc_core::sc_time issue_;  // of the last transaction
  sc_core::sc_time end_;
  uint64_t bytes_ = 0;
};

}  // namespace hwcvp
