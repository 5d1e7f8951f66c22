// Which bits of an address select channel, rank, bank, row and column.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "models/dram/controller/spec.h"

namespace hwcvp::dram {

// Where a burst lies.
struct Location {
  uint32_t channel = 0;
  uint32_t rank = 0;
  uint32_t bank_group = 0;
  uint32_t bank = 0;  // in its bank group
  uint32_t row = 0;
  uint32_t burst = 0;  // of the row; burst * burst_length is its first column
};

// Does not model: hashing; every field is a run of consecutive bits.
class AddressMapping {
 public:
  // `order` names the six fields from the most to the least significant bits, separated by '-', such as
  // "row-rank-bank-column-bank_group-channel"; below them lie the bytes of a burst. Throws
  // std::invalid_argument unless each field is named once.
  AddressMapping(const DramOrganization& organization, const std::string& order);

  // Of an address below the capacity.
  Location locate(uint64_t address) const {
    const auto bits = [address](const Field& field) {
      return static_cast<uint32_t>(address >> field.shift) & field.mask;
    };
    return {bits(fields_[kChannel]), bits(fields_[kRank]), bits(fields_[kBankGroup]),
            bits(fields_[kBank]),    bits(fields_[kRow]),  bits(fields_[kColumn])};
  }

 private:
  enum : size_t { kChannel, kRank, kBankGroup, kBank, kRow, kColumn, kFields };
  struct Field {
    unsigned shift = 0;
    uint32_t mask = 0;
  };
  std::array<Field, kFields> fields_;
};

}  // namespace hwcvp::dram
