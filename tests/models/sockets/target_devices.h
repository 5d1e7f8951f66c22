// Every module that has a target socket, ready for a test of what such sockets owe.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

namespace hwcvp {

// A module with a target socket, and what is to be expected there.
struct TargetDevice {
  virtual ~TargetDevice() = default;
  virtual tlm::tlm_base_target_socket_b<>& socket() = 0;

  uint64_t word = 0;     // address of 4 bytes that can be read; of memory, the last ones
  uint64_t outside = 0;  // address of nothing, right behind
  sc_core::sc_time latency;
  bool timing_known = true;  // `latency` is that of a read of 4 bytes; else reads take some time
  bool is_memory = false;    // takes any length, and byte enables
  bool grants_dmi = false;   // for `dmi_first` up to the word's last byte
  uint64_t dmi_first = 0;
  bool adapted = false;     // nb_transport through Accellera's conversion to b_transport
  bool nonblocking = true;  // has nb_transport at all
};

// A kind of device, by its name.
struct TargetKind {
  const char* name;
  std::unique_ptr<TargetDevice> (*make)();
};
inline void PrintTo(const TargetKind& kind, std::ostream* out) { *out << kind.name; }

const std::vector<TargetKind>& target_kinds();

}  // namespace hwcvp
