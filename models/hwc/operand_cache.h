// Packed operands of the datapath, kept while they are valid.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "models/kernels/convolution_kernel.h"

namespace hwcvp::hwc {

// Does not limit the bytes that its entries take, only their number.
//
// An entry serves a tile if it was packed from the same contents (generation), from the same coordinates, for
// a shape that serves the tile's. The entry that was used longest ago makes room.
template <typename Packed>
class OperandCache {
 public:
  struct Key {
    uint64_t generation = 0;         // 0: of a slot that was never written, as where all is padding
    std::array<int64_t, 6> start{};  // coordinates of the first element
  };
  using Serves = bool (*)(const kernels::TileShape& a, const kernels::TileShape& b,
                          kernels::OperandWidth width);

  // The packed operand; `pack` fills it if there is none.
  template <typename Pack>
  const Packed& get(const Key& key, const kernels::TileShape& shape, kernels::OperandWidth width,
                    Serves serves, const Pack& pack) {
    Entry* oldest = &entries_[0];
    for (Entry& entry : entries_) {
      if (entry.last_use != 0 && entry.key.generation == key.generation && entry.key.start == key.start &&
          serves(entry.shape, shape, width)) {
        entry.last_use = ++uses_;
        return entry.packed;
      }
      if (entry.last_use < oldest->last_use) oldest = &entry;
    }
    pack(oldest->packed);
    oldest->key = key;
    oldest->shape = shape;
    oldest->last_use = ++uses_;
    return oldest->packed;
  }

 private:
  static constexpr size_t kEntries = 16;

  struct Entry {
    Key key;
    kernels::TileShape shape;
    Packed packed;
    uint64_t last_use = 0;  // 0: never filled
  };

  std::array<Entry, kEntries> entries_;
  uint64_t uses_ = 0;
};

}  // namespace hwcvp::hwc
