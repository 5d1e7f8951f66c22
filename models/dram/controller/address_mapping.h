// Which bits of an address select channel, rank, bank, row and column.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "models/dram/controller/field_order.h"
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
  AddressMapping(const DramOrganization& organization, const DramFieldOrder& order);

  // Of an address below the capacity.
  Location locate(uint64_t address) const {
    const auto bits = [address](const Field& field) {
      return static_cast<uint32_t>(address >> field.shift) & field.mask;
    };
    using Order = DramFieldOrder;
    return {bits(fields_[Order::channel]), bits(fields_[Order::rank]), bits(fields_[Order::bank_group]),
            bits(fields_[Order::bank]),    bits(fields_[Order::row]),  bits(fields_[Order::column])};
  }

 private:
  struct Field {
    unsigned shift = 0;
    uint32_t mask = 0;
  };
  std::array<Field, DramFieldOrder::kFields> fields_;
};

}  // namespace hwcvp::dram
