// Wrong bits in a memory, and the code that corrects them.
#pragma once

#include <cstdint>
#include <map>

#include "models/faults/fault.h"
#include "models/faults/interposer.h"

namespace hwcvp {

// Does not model: check bits, their traffic, time and energy; more than one flip. Three and more wrong bits
// of a word, which a real code may take for one, are reported like two.
//
// Sits before a memory, whose first byte has the address 0. Before the n-th read bits of the first byte that
// it reads change in the memory, and stay so until they are written. With `secded`, a
// single-error-correcting, double-error-detecting code over each aligned word of 64 bits: one wrong bit is
// corrected in what is read, though not in the memory; where there are more, reads of the word are answered
// with a generic error.
class BitFlip : public faults::Interposer, public Fault {
 public:
  struct Properties {
    uint64_t at = 1;   // read, before which it happens
    uint8_t mask = 1;  // of the bits, not 0
    bool secded = false;
  };

  BitFlip(const sc_core::sc_module_name& name, const Properties& properties)
      : Interposer(name), properties_(properties) {}

  // Words corrected so far in what was read, again at each read.
  uint64_t corrected() const { return corrected_; }

 private:
  bool request(tlm::tlm_generic_payload& payload) override;
  void response(tlm::tlm_generic_payload& payload) override;
  void debugged(tlm::tlm_generic_payload& payload, unsigned bytes) override;

  void flip(uint64_t address);
  void forget_written(const tlm::tlm_generic_payload& payload, unsigned bytes);
  bool correct(tlm::tlm_generic_payload& payload, unsigned bytes, bool counted);

  const Properties properties_;
  uint64_t reads_ = 0;
  uint64_t corrected_ = 0;
  std::map<uint64_t, uint8_t> wrong_;  // by address: the wrong bits of a byte
};

}  // namespace hwcvp
