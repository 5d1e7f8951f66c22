// Bandwidth over time as comma-separated values.
#pragma once

#include <string>

#include "platform/observation/bandwidth_series.h"
#include "schedules/files/output_file.h"

namespace hwcvp {

// A line for each window in which anything moved, under a line of column names; docs/monitors.md lists them.
// Written as OutputFile does: the file takes its name in commit().
class BandwidthCsv {
 public:
  // Throws InputError where the file cannot be made.
  explicit BandwidthCsv(const std::string& path);

  // A job of the layer or operator of that name, which took `seconds`.
  void write(const std::string& name, double seconds, double predicted_bytes_per_second,
             const BandwidthSeries& series);
  // Throw std::runtime_error where a write has failed.
  void commit() { file_.commit(); }
  std::string keep_partial() { return file_.keep_partial(); }

 private:
  OutputFile file_;
};

}  // namespace hwcvp
