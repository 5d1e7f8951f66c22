// Waveforms as a value change dump.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "schedules/files/output_file.h"

namespace hwcvp {

// IEEE 1364 VCD in picoseconds, of two-state signals up to 64 bits wide. Nothing here throws; the file
// remembers what went wrong.
class VcdWriter {
 public:
  struct Signal {
    std::string name;
    unsigned width = 1;
    uint64_t value = 0;  // at first
  };

  // `scope` is the module under which viewers show the signals. The file must outlive it.
  VcdWriter(const std::string& scope, const std::vector<Signal>& signals, OutputFile& file);

  // Times must not decrease. Of several changes of a signal at one time the last counts.
  void change(size_t signal, uint64_t value, uint64_t time_ps);
  // Writes what is left, and the time at which the dump ends.
  void finish(uint64_t time_ps);

 private:
  struct State {
    std::string id;
    unsigned width;
    uint64_t value;
    uint64_t written;
  };

  void dump(const State& state);
  void write_changes();
  void write_time(uint64_t time_ps);

  OutputFile& file_;
  std::vector<State> signals_;
  uint64_t time_ps_ = 0;  // of the changes that are not written yet
};

}  // namespace hwcvp
