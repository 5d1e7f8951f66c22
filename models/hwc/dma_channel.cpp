#include "models/hwc/dma_channel.h"

#include <algorithm>

#include "models/common/bus_words.h"
#include "models/hwc/blocking_sender.h"
#include "models/hwc/memory_port.h"
#include "models/hwc/nonblocking_sender.h"

namespace hwcvp::hwc {

namespace {

std::unique_ptr<BurstSender> make_sender(const DmaChannel::Properties& properties, MemoryPort& port,
                                         CommandEngine& engine) {
  if (properties.transport == MemoryTransport::approximately_timed) {
    return std::make_unique<NonblockingSender>(properties.sender, port, engine);
  }
  return std::make_unique<BlockingSender>(properties.sender, port, engine);
}

}  // namespace

DmaChannel::DmaChannel(const Properties& properties, MemoryPort& port, CommandEngine& engine)
    : properties_(properties), sender_(make_sender(properties, port, engine)) {}

void DmaChannel::begin(tlm::tlm_command command) {
  words_ = 0;
  sender_->begin(command);
}

sc_core::sc_time DmaChannel::transfer() const {
  return sc_core::sc_time::from_value(words_ * properties_.sender.clock_period.value());
}

// Bytes of the burst with which `bytes` bytes at an address begin.
int64_t DmaChannel::burst_at(uint64_t address, int64_t bytes) const {
  const uint64_t burst = properties_.max_burst_bytes;
  const uint64_t rest = std::min(static_cast<uint64_t>(bytes), burst - (address & (burst - 1)));
  if (!properties_.aligned_bursts) return static_cast<int64_t>(rest);
  uint64_t length = (address & -address) != 0 ? std::min(address & -address, burst) : burst;
  while (length > rest) length /= 2;
  return static_cast<int64_t>(length);
}

bool DmaChannel::move_run(uint64_t address, int64_t bytes, unsigned char* data) {
  while (bytes > 0) {
    const int64_t length = burst_at(address, bytes);
    if (!sender_->send(address, static_cast<unsigned>(length), data)) return false;
    words_ += common::bus_words(address, static_cast<uint64_t>(length), properties_.width_bytes);
    address += static_cast<uint64_t>(length);
    bytes -= length;
    if (properties_.sender.functional) data += length;
  }
  return true;
}

unsigned char* DmaChannel::staging(int64_t bytes) {
  if (staging_.size() < static_cast<size_t>(bytes)) staging_.resize(static_cast<size_t>(bytes));
  return staging_.data();
}

bool DmaChannel::move_runs(tlm::tlm_command command, RunWalk& walk) {
  if (!properties_.sender.functional) {
    unsigned char* const scratch = staging(std::min<int64_t>(walk.run_bytes(), properties_.max_burst_bytes));
    do {
      if (!move_run(walk.address(), walk.run_bytes(), scratch)) return false;
    } while (walk.next());
    return true;
  }
  if (walk.direct()) {
    do {
      if (!move_run(walk.address(), walk.run_bytes(), walk.data())) return false;
    } while (walk.next());
    return true;
  }
  unsigned char* const run = staging(walk.run_bytes());
  do {
    if (command == tlm::TLM_WRITE_COMMAND) walk.copy_from_buffer(run);
    if (!move_run(walk.address(), walk.run_bytes(), run)) return false;
    if (command == tlm::TLM_READ_COMMAND) walk.copy_to_buffer(run);
  } while (walk.next());
  return true;
}

// For a sender whose data comes later: all runs one behind the other, and from there to the buffer.
bool DmaChannel::read_through_staging(const MemoryLayout& memory, const BoxParts& parts,
                                      const CircularView& buffer, int64_t element_bytes) {
  int64_t bytes = 0;
  for (const Box& part : parts) {
    const RunWalk walk(memory, part, buffer, element_bytes);
    bytes += walk.run_bytes() * walk.run_count();
  }
  unsigned char* run = staging(bytes);
  for (const Box& part : parts) {
    RunWalk request(memory, part, buffer, element_bytes);
    do {
      if (!move_run(request.address(), request.run_bytes(), run)) return false;
      run += request.run_bytes();
    } while (request.next());
  }
  if (!sender_->finish()) return false;
  run = staging_.data();
  for (const Box& part : parts) {
    RunWalk arrival(memory, part, buffer, element_bytes);
    do {
      arrival.copy_to_buffer(run);
      run += arrival.run_bytes();
    } while (arrival.next());
  }
  return true;
}

bool DmaChannel::move_parts(tlm::tlm_command command, const MemoryLayout& memory, const BoxParts& parts,
                            const CircularView& buffer, int64_t element_bytes) {
  for (const Box& part : parts) {
    RunWalk walk(memory, part, buffer, element_bytes);
    if (!move_runs(command, walk)) return false;
  }
  return sender_->finish();
}

bool DmaChannel::read(const MemoryLayout& memory, const Box& box, const CircularView& buffer,
                      int64_t element_bytes) {
  const BoxParts parts = parts_of(memory, box);
  begin(tlm::TLM_READ_COMMAND);
  const bool staged = properties_.sender.functional && !sender_->reads_at_once() &&
                      !std::all_of(parts.begin(), parts.end(), [&](const Box& part) {
                        return RunWalk(memory, part, buffer, element_bytes).direct();
                      });
  return staged ? read_through_staging(memory, parts, buffer, element_bytes)
                : move_parts(tlm::TLM_READ_COMMAND, memory, parts, buffer, element_bytes);
}

bool DmaChannel::write(const MemoryLayout& memory, const Box& box, const CircularView& buffer,
                       int64_t element_bytes) {
  begin(tlm::TLM_WRITE_COMMAND);
  return move_parts(tlm::TLM_WRITE_COMMAND, memory, parts_of(memory, box), buffer, element_bytes);
}

bool DmaChannel::read(uint64_t address, int64_t bytes, unsigned char* data) {
  begin(tlm::TLM_READ_COMMAND);
  if (!properties_.sender.functional) data = staging(std::min<int64_t>(bytes, properties_.max_burst_bytes));
  return move_run(address, bytes, data) && sender_->finish();
}

}  // namespace hwcvp::hwc
