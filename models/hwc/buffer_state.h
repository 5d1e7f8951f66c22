// What the engines know of the contents of the buffers.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/hwc/command.h"
#include "models/hwc/layer_configuration.h"

namespace hwcvp::hwc {

// Does not know every element: it keeps, for each axis, the span of coordinates that were written last. It is
// exact for software that fills regions; for other software it may take an element for held that is not.
class HeldBox {
 public:
  // A box was written. Coordinates that share their place with it are lost.
  void add(const Box& box, const PerAxis<int64_t>& extent);
  // All coordinates of the box are held. A box with a count of 0 always is.
  bool contains(const Box& box) const;

 private:
  PerAxis<int64_t> first_{};
  PerAxis<int64_t> end_{};  // first >= end: nothing held
};

struct Slot {
  HeldBox held;
  uint64_t generation = 0;  // differs from all others after each change of contents, of any slot and layer
};

// The constants of output channels, or of a vector operation.
struct Parameters {
  explicit Parameters(uint32_t max_channels)
      : bias(max_channels), multiplier(max_channels), shift(max_channels), scale(max_channels) {}
  std::vector<int32_t> bias, multiplier;
  std::vector<uint8_t> shift;
  std::vector<float> scale;                  // in single precision, instead of multiplier and shift
  int64_t held = 0;                          // channels, from 0
  std::array<uint8_t, kTableBytes> table{};  // of the vector engine, by the bits of an element
  bool table_held = false;
};

// The layer that is configured and the state of its slots.
struct BufferState {
  explicit BufferState(uint32_t max_channels) : parameters(max_channels) {}

  LayerConfiguration layer;
  std::array<Slot, 2> input, weight, output;
  Parameters parameters;

  // Forgets all contents, for a new layer.
  void clear();
  // A box was written to a slot.
  void written(Slot& slot, const SlotLayout& layout, const Box& box) {
    slot.held.add(box, layout.extent);
    slot.generation = ++generations_;
  }

 private:
  uint64_t generations_ = 0;
};

}  // namespace hwcvp::hwc
