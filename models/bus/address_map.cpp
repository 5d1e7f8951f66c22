#include "models/bus/address_map.h"

#include <algorithm>

namespace hwcvp::bus {

const char* AddressMap::add(unsigned target, uint64_t base, uint64_t size, uint64_t offset) {
  if (size == 0) return "size: expected at least 1";
  const uint64_t last = base + (size - 1);
  if (last < base || offset + (size - 1) < offset) return "size: the window passes the end of the addresses";
  const auto next =
      std::find_if(windows_.begin(), windows_.end(), [&](const Window& w) { return w.last >= base; });
  if (next != windows_.end() && next->base <= last) return "base: the window overlaps another";
  windows_.insert(next, {base, last, offset, target});
  return nullptr;
}

const AddressMap::Window* AddressMap::at(uint64_t address, size_t& hint) const {
  if (hint < windows_.size() && windows_[hint].base <= address && address <= windows_[hint].last) {
    return &windows_[hint];
  }
  for (size_t i = 0; i < windows_.size(); ++i) {
    if (windows_[i].base <= address && address <= windows_[i].last) {
      hint = i;
      return &windows_[i];
    }
  }
  return nullptr;
}

AddressMap::Gap AddressMap::gap(uint64_t address) const {
  Gap gap = {0, ~uint64_t{0}};
  for (const Window& window : windows_) {
    if (window.last < address) gap.first = window.last + 1;
    if (window.base > address) gap.last = std::min(gap.last, window.base - 1);
  }
  return gap;
}

}  // namespace hwcvp::bus
