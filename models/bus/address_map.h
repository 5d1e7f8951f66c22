// Which addresses lead to which target of a bus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hwcvp::bus {

// Does not have default targets: an address is in a window, or nowhere.
class AddressMap {
 public:
  struct Window {
    uint64_t base;
    uint64_t last;  // inclusive
    uint64_t offset;
    unsigned target;

    // The address that the target sees.
    uint64_t to_target(uint64_t address) const { return address - base + offset; }
    // The last address of the window, as the target sees it.
    uint64_t last_of_target() const { return offset + (last - base); }
    // The address that an initiator sees.
    uint64_t to_initiator(uint64_t address) const { return address - offset + base; }
  };

  // Adds a window. Returns what is wrong with it, and adds nothing, where it is empty, passes the end of the
  // addresses or overlaps another; else nullptr.
  const char* add(unsigned target, uint64_t base, uint64_t size, uint64_t offset);

  // The window that holds the `length` bytes from `address` on (one byte, where length is 0), or nullptr.
  // `hint` is where it was found the last time by the same initiator, and is brought up to date.
  const Window* find(uint64_t address, uint64_t length, size_t& hint) const {
    const Window* const window = at(address, hint);
    return window == nullptr || (length > 0 && length - 1 > window->last - address) ? nullptr : window;
  }

  // The addresses around one that no window holds, up to the windows on either side.
  struct Gap {
    uint64_t first, last;
  };
  Gap gap(uint64_t address) const;

  const std::vector<Window>& windows() const { return windows_; }

 private:
  const Window* at(uint64_t address, size_t& hint) const;

  std::vector<Window> windows_;  // in ascending order
};

}  // namespace hwcvp::bus
