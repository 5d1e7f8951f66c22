// What the engines know of the contents of the buffer memory.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/hwc/command.h"
#include "models/hwc/layer_configuration.h"
#include "models/hwc/region.h"

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
  std::vector<int32_t> bias, multiplier;
  std::vector<uint8_t> shift;
  std::vector<float> scale;                  // in single precision, instead of multiplier and shift
  int64_t held = 0;                          // channels, from 0
  std::array<uint8_t, kTableBytes> table{};  // of the vector engine, by the bits of an element
  bool table_held = false;
};

// A layer that is configured and the state of its slots.
struct Context {
  LayerConfiguration layer;
  std::array<Slot, 2> input, weight, output;
  Parameters parameters;
};

// All layers that are configured. Contexts may share memory for what they hold for the length of a few
// commands: what one writes is lost to the others.
struct BufferState {
  BufferState(uint32_t contexts_there, uint32_t regions_there)
      : contexts(contexts_there), regions(regions_there) {}

  std::vector<Context> contexts;
  std::vector<Region> regions;

  Context& of(const Command& command) { return contexts[command.context]; }
  const Context& of(const Command& command) const { return contexts[command.context]; }

  // Forgets all contents, for new layers.
  void clear();
  // A box was written to one of the two slots of a tensor of a context.
  void written(std::array<Slot, 2>& slots, unsigned index, const SlotLayout& layout, const Box& box);
  void written(Region& region, const RegionBox& box);

  // The contents of what is channel `operand` (0 or 1) of a vector operation's groups, or of the input as a
  // whole: whether a box of the input is held, and the generation of its contents.
  bool input_held(const Context& context, unsigned slot, const Box& box) const;
  uint64_t input_generation(const Context& context, unsigned slot) const;

 private:
  void lose(const std::array<Slot, 2>& keeper, unsigned index, int64_t first, int64_t end);

  uint64_t generations_ = 0;
  bool shared_ = false;  // a context other than the first has written
};

}  // namespace hwcvp::hwc
