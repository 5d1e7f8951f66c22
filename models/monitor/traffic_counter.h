// Counts bytes by the address windows in which they lie.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/common/bus_words.h"
#include "models/common/traffic_count.h"
#include "models/monitor/transaction_record.h"

namespace hwcvp {

// Does not count transactions that were answered with an error (failed() tells how many there were), debug
// accesses and DMI (the monitor refuses it).
//
// Subscribes to a Monitor. A transaction that straddles windows is split: each class gets the bytes that lie
// in its windows, and counts the transaction once for each window touched.
class TrafficCounter : public tlm::tlm_analysis_if<TransactionRecord> {
 public:
  // The width of the bus decides how many words a transaction takes, nothing else; at least 1.
  explicit TrafficCounter(uint64_t bus_width_bytes = 1) : bus_width_bytes_(bus_width_bytes) {}

  // Bytes of [base, base + size) are of that class. A size of 0 adds nothing. Throws std::invalid_argument
  // where the window overlaps another or passes the end of the address space.
  void add_window(TrafficClass traffic_class, uint64_t base, uint64_t size);
  void clear_windows();
  // The class of a byte.
  TrafficClass class_of(uint64_t address) const;

  const TrafficCount& operator[](TrafficClass traffic_class) const {
    return counts_[static_cast<size_t>(traffic_class)];
  }
  // Of the window that begins at `base`; throws std::invalid_argument where none does.
  struct WindowBytes {
    uint64_t read = 0, written = 0;
  };
  WindowBytes in_window(uint64_t base) const;
  uint64_t failed() const { return failed_; }
  // Sets all counts to zero; the windows stay.
  void reset_counts();

  void write(const TransactionRecord& record) override;

 private:
  struct Window {
    uint64_t base;
    uint64_t last;  // inclusive
    TrafficClass traffic_class;
    WindowBytes bytes;
  };

  void count(Window& window, bool is_read, uint64_t address, uint64_t bytes) {
    (is_read ? window.bytes.read : window.bytes.written) += bytes;
    count(window.traffic_class, is_read, address, bytes);
  }
  void split(const TransactionRecord& record);
  void count(TrafficClass traffic_class, bool is_read, uint64_t address, uint64_t bytes) {
    TrafficCount& entry = counts_[static_cast<size_t>(traffic_class)];
    (is_read ? entry.read_bytes : entry.write_bytes) += bytes;
    ++(is_read ? entry.reads : entry.writes);
    (is_read ? entry.read_words : entry.write_words) += common::bus_words(address, bytes, bus_width_bytes_);
  }

  const uint64_t bus_width_bytes_;
  std::vector<Window> windows_;  // in ascending order
  size_t last_window_ = 0;       // most transactions follow one of the same window
  std::array<TrafficCount, kTrafficClassCount> counts_;
  uint64_t failed_ = 0;
};

}  // namespace hwcvp
