// The order of the fields of a DRAM address.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace hwcvp {

// The fields of an address, from the most to the least significant bits; below them lie the bytes of a burst.
class DramFieldOrder {
 public:
  enum Field : uint8_t { channel, rank, bank_group, bank, row, column };
  static constexpr std::array kNames = {"channel", "rank", "bank_group", "bank", "row", "column"};
  static constexpr size_t kFields = kNames.size();

  DramFieldOrder() = default;  // "row-rank-bank-column-bank_group-channel"
  // The names of all fields, separated by '-'. Throws std::invalid_argument unless each is there once.
  explicit DramFieldOrder(const std::string& names);

  const std::array<Field, kFields>& fields() const { return fields_; }
  std::string name() const;

 private:
  std::array<Field, kFields> fields_ = {row, rank, bank, column, bank_group, channel};
};

}  // namespace hwcvp
