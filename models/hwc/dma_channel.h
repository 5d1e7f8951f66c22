// Moves bytes between memory and buffers through the memory port.
#pragma once

#include <cstdint>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/hwc/burst_sender.h"
#include "models/hwc/memory_transport.h"
#include "models/hwc/run_walk.h"

namespace hwcvp::hwc {

class CommandEngine;
class MemoryPort;

// Does not model: byte lanes.
//
// Moves the parts into which blocks in memory cut a box one after the other, and each part run by run. Cuts
// each run into bursts of at most max_burst_bytes that do not cross a multiple of it; with
// aligned_bursts, further into powers of two that begin at multiples of themselves. The bursts are the same
// on either way of transport. The times are those of BlockingSender and NonblockingSender; a command ends
// with its last burst.
class DmaChannel {
 public:
  struct Properties {
    BurstSender::Properties sender;
    uint32_t max_burst_bytes = 4096;
    bool aligned_bursts = false;
    uint32_t width_bytes = 16;  // of the memory port
    MemoryTransport transport = MemoryTransport::loosely_timed;
  };

  // The port and the engine must outlive the channel.
  DmaChannel(const Properties& properties, MemoryPort& port, CommandEngine& engine);

  // Each is all that a command moves: a box, or `bytes` bytes. False if the engine has failed or was told to
  // abandon the command.
  bool read(const MemoryLayout& memory, const Box& box, const CircularView& buffer, int64_t element_bytes);
  bool write(const MemoryLayout& memory, const Box& box, const CircularView& buffer, int64_t element_bytes);
  bool read(uint64_t address, int64_t bytes, unsigned char* data);

  // When the last transaction of the last command ended, and the bytes of all.
  const sc_core::sc_time& end() const { return sender_->end(); }
  uint64_t bytes() const { return sender_->bytes(); }
  // A clock cycle for each word of the memory port that the transactions of the last command touched.
  sc_core::sc_time transfer() const;

 private:
  void begin(tlm::tlm_command command);
  int64_t burst_at(uint64_t address, int64_t bytes) const;
  bool move_parts(tlm::tlm_command command, const MemoryLayout& memory, const BoxParts& parts,
                  const CircularView& buffer, int64_t element_bytes);
  bool move_runs(tlm::tlm_command command, RunWalk& walk);
  bool move_run(uint64_t address, int64_t bytes, unsigned char* data);
  bool read_through_staging(const MemoryLayout& memory, const BoxParts& parts, const CircularView& buffer,
                            int64_t element_bytes);
  unsigned char* staging(int64_t bytes);

  const Properties properties_;
  const std::unique_ptr<BurstSender> sender_;
  uint64_t words_ = 0;  // of the memory port, that the last command has touched
  std::vector<unsigned char> staging_;
};

}  // namespace hwcvp::hwc
