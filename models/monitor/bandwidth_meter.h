// Measures the bandwidth that a monitor sees, over time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/monitor/transaction_record.h"

namespace hwcvp {

// Does not spread a transaction over the time that it takes: all its bytes count where it ends. Does not
// count transactions that were answered with an error.
//
// Cuts time into windows of equal length and keeps the bytes of each in which any moved. Records may come out
// of order by up to kOpen windows, as loosely-timed initiators run ahead of one another; what is older counts
// in the oldest of these.
class BandwidthMeter : public tlm::tlm_analysis_if<TransactionRecord> {
 public:
  struct Window {
    uint64_t number = 0;  // windows between the start and this one
    uint64_t bytes = 0;
  };

  // Throws std::invalid_argument for a window without length.
  explicit BandwidthMeter(const sc_core::sc_time& window);

  // Forgets everything, and counts windows from `start`.
  void restart(const sc_core::sc_time& start = sc_core::SC_ZERO_TIME);

  sc_core::sc_time window() const { return sc_core::sc_time::from_value(length_); }
  // Those in which bytes moved, in ascending order.
  std::vector<Window> windows() const;
  // Bytes of the fullest window, and per second.
  uint64_t peak_bytes() const;
  double peak_bytes_per_second() const;

  void write(const TransactionRecord& record) override;

 private:
  static constexpr size_t kOpen = 256;

  void open(uint64_t window);

  uint64_t length_;                      // of a window, in units of the time resolution
  uint64_t start_ = 0;                   // likewise
  std::array<uint64_t, kOpen> bytes_{};  // of the newest windows, by their number modulo kOpen
  uint64_t newest_ = 0;                  // number of the newest window
  uint64_t current_begin_ = 0;           // where the window of the last record begins, from the start
  size_t current_ = 0;                   // its place
  std::vector<Window> closed_;
};

}  // namespace hwcvp
