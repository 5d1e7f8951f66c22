// How the bursts of a DMA channel reach memory.
#pragma once

#include <cstdint>
#include <optional>
#include <systemc>
#include <tlm>

namespace hwcvp::hwc {

// What the ways of transport have in common: a command begins, sends its bursts, and finishes.
class BurstSender {
 public:
  struct Properties {
    sc_core::sc_time clock_period;
    sc_core::sc_time quantum;  // that b_transport may run ahead of simulated time
    uint32_t outstanding = 8;
    bool functional = true;                // false: transactions carry scratch data
    std::optional<uint32_t> initiator_id;  // that transactions carry
  };

  explicit BurstSender(const Properties& properties) : properties_(properties) {}
  virtual ~BurstSender() = default;
  BurstSender(const BurstSender&) = delete;
  BurstSender& operator=(const BurstSender&) = delete;

  // Begins a command at the present time; all its bursts are of one kind.
  virtual void begin(tlm::tlm_command command) = 0;
  // Sends a burst of `bytes` bytes. Data to write is taken before the call returns; data that is read is in
  // place when finish() returns, and, if reads_at_once(), when this does. False if the burst was answered
  // with an error or the command was abandoned.
  virtual bool send(uint64_t address, unsigned bytes, unsigned char* data) = 0;
  // Ends the command: what was sent has been answered. False as above.
  virtual bool finish() = 0;
  virtual bool reads_at_once() const = 0;

  // When the last burst of the command ended, and the bytes of all.
  const sc_core::sc_time& end() const { return end_; }
  uint64_t bytes() const { return bytes_; }

 protected:
  const Properties& properties() const { return properties_; }
  void restart(const sc_core::sc_time& now) {
    end_ = now;
    bytes_ = 0;
  }
  void count(const sc_core::sc_time& burst_end, uint64_t burst_bytes) {
    if (burst_end > end_) end_ = burst_end;
    bytes_ += burst_bytes;
  }

 private:
  const Properties properties_;
  sc_core::sc_time end_;
  uint64_t bytes_ = 0;
};

}  // namespace hwcvp::hwc
