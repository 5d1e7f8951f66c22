// Measures the highest bandwidth that a monitor sees.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <systemc>
#include <tlm>

#include "models/monitor/transaction_record.h"

namespace hwcvp {

// Does not spread a transaction over the time that it takes: all its bytes count where it ends. Does not
// count transactions that were answered with an error.
//
// Cuts time into windows of equal length and keeps the bytes of the fullest. Records may come out of order by
// up to kOpen windows, as loosely-timed initiators run ahead of one another.
class BandwidthMeter : public tlm::tlm_analysis_if<TransactionRecord> {
 public:
  explicit BandwidthMeter(const sc_core::sc_time& window);

  // Forgets everything.
  void reset();
  // Bytes of the fullest window, and per second.
  uint64_t peak_bytes() const;
  double peak_bytes_per_second() const;

  void write(const TransactionRecord& record) override;

 private:
  static constexpr size_t kOpen = 64;

  void open(uint64_t window);

  const uint64_t length_;                // of a window, in units of the time resolution
  std::array<uint64_t, kOpen> bytes_{};  // of the newest windows, by their number modulo kOpen
  uint64_t newest_ = 0;                  // number of the newest window
  uint64_t current_begin_ = 0;           // where the window of the last record begins
  size_t current_ = 0;                   // its place
  uint64_t closed_peak_ = 0;
};

}  // namespace hwcvp
